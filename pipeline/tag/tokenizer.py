"""One private tokenizer that knows our places and themes: jieba, or rjieba where it is chosen.

Never jieba's module-level functions: their state is shared by everything in the process. Both
engines have the same dictionary and cut text without Latin letters or digits alike, but where two
ways are exactly as likely (量量|量).
"""

from __future__ import annotations

import logging
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pipeline.errors import ConfigError
from pipeline.tag.dictionary import Frequencies, WordList, open_word_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

_FREQUENCY = 2000  # high enough that our words stay one token


Engine = Literal["jieba", "rjieba"]


class Tokenizer(Protocol):
    """What the tagger asks of a tokenizer."""

    def cut(self, text: str) -> Iterable[str]:
        """Return the words of a text, in order."""

    def cut_for_search(self, text: str) -> Iterable[str]:
        """Return the words and the shorter words within them, for an index."""

    def cut_by_dictionary(self, text: str) -> Iterable[str]:
        """Return the words of the dictionary in order; no unknown word is guessed."""


class _ByDictionary:
    """What both engines have, and the dictionary alone under one name."""

    def __init__(self, engine: Any, plain: Callable[[str], Iterable[str]]) -> None:
        self.cut = engine.cut
        self.cut_for_search = engine.cut_for_search
        self.cut_by_dictionary = plain


class _AsAskedFor:
    """jieba with the words that a text may hold, until so much was asked for that all are read."""

    def __init__(
        self,
        engine: Any,
        words: WordList,
        total: int,
        own: Sequence[str],
        read_whole: Callable[[], Any],
    ) -> None:
        self._engine = engine
        self._read_whole = read_whole
        self._frequencies: Frequencies | None = Frequencies(
            words, own, _FREQUENCY, self._take_whole
        )
        engine.FREQ, engine.total = self._frequencies.table, total + _FREQUENCY * len(own)
        engine.initialized = True

    def cut(self, text: str) -> Iterable[str]:
        words: Iterable[str] = self._ready(text).cut(text)
        return words

    def cut_for_search(self, text: str) -> Iterable[str]:
        words: Iterable[str] = self._ready(text).cut_for_search(text)
        return words

    def cut_by_dictionary(self, text: str) -> Iterable[str]:
        words: Iterable[str] = self._ready(text).cut(text, HMM=False)
        return words

    def _ready(self, text: str) -> Any:
        if self._frequencies:
            self._frequencies.fill(text)
        return self._engine

    def _take_whole(self) -> None:
        self._engine.FREQ = self._read_whole().FREQ
        self._frequencies = None


def make_tokenizer(
    words: Iterable[str], cache_dir: Path | None = None, engine: Engine = "jieba"
) -> Tokenizer:
    """Return a tokenizer with the words added.

    jieba's list is read as far as it is asked for; the table that jieba makes of all of it, once
    much was asked for, stands in ``cache_dir``.

    Raises:
        ConfigError: rjieba was chosen and is not installed.
    """
    return _make_rjieba(words) if engine == "rjieba" else _make_jieba(words, cache_dir)


def _make_jieba(words: Iterable[str], cache_dir: Path | None) -> Tokenizer:
    own = list(words)
    with _hidden("pkg_resources"):
        import jieba  # noqa: PLC0415 - a tenth of a second that the other engine does not need

        from pipeline.tag.cutting import PlainerTokenizer  # noqa: PLC0415 - imports jieba

    jieba.setLogLevel(logging.WARNING)

    def read_whole() -> Any:
        whole = PlainerTokenizer()
        if cache_dir is not None:
            cache_dir.mkdir(parents=True, exist_ok=True)
        # The shared cache of the system's folder may belong to another user.
        whole.tmp_dir = str(cache_dir) if cache_dir else tempfile.mkdtemp(prefix="newsroom-")
        whole.initialize()
        for word in own:
            whole.add_word(word, _FREQUENCY)
        return whole

    known = open_word_list()
    if known is None:
        tokenizer = read_whole()
        return _ByDictionary(tokenizer, lambda text: tokenizer.cut(text, HMM=False))
    listed, total = known
    return _AsAskedFor(PlainerTokenizer(), listed, total, own, read_whole)


@contextmanager
def _hidden(module: str) -> Iterator[None]:
    """Let an import find that module missing: jieba asks for pkg_resources to open one file.

    It is deprecated, takes a fifth of a second, and without it jieba opens the file itself.
    """
    known = sys.modules.get(module)
    sys.modules[module] = None  # type: ignore[assignment]  # how Python marks what is missing
    try:
        yield
    finally:
        if known is None:
            del sys.modules[module]
        else:
            sys.modules[module] = known


def _make_rjieba(words: Iterable[str]) -> Tokenizer:
    try:
        import rjieba  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigError(
            "tag.engine: rjieba is not installed; pip install '.[fast]', or write engine: jieba"
        ) from None
    tokenizer = rjieba.Jieba()
    for word in words:
        tokenizer.add_word(word, _FREQUENCY, "n")
    return _ByDictionary(tokenizer, lambda text: tokenizer.cut(text, hmm=False))
