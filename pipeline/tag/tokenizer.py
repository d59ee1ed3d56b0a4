"""One private tokenizer that knows our places and themes: jieba, or rjieba where it is chosen.

Never jieba's module-level functions: their state is shared by everything in the process. Both
engines have the same dictionary and cut text without Latin letters or digits alike, but where two
ways are exactly as likely (量量|量).
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pipeline.errors import ConfigError
from pipeline.tag.dictionary import Beginnings, open_word_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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

    def read_all(self) -> None:
        """Read every word now: worth it before many texts."""


class _Rjieba:
    """rjieba under the names of `Tokenizer`."""

    def __init__(self, engine: Any) -> None:
        self.cut = engine.cut
        self.cut_for_search = engine.cut_for_search
        self._engine = engine

    def cut_by_dictionary(self, text: str) -> Iterable[str]:
        words: Iterable[str] = self._engine.cut(text, hmm=False)
        return words

    def read_all(self) -> None:
        """Do nothing: it has read its list."""


def make_tokenizer(words: Iterable[str], engine: Engine = "jieba") -> Tokenizer:
    """Return a tokenizer with the words added; jieba's list is read as far as it is asked for.

    Raises:
        ConfigError: rjieba was chosen and is not installed.
    """
    return _make_rjieba(words) if engine == "rjieba" else _make_jieba(words)


def _make_jieba(words: Iterable[str]) -> Tokenizer:
    with _hidden("pkg_resources"):
        from pipeline.tag.cutting import Cutter  # noqa: PLC0415 - imports jieba, a tenth of a second

    return Cutter(Beginnings(open_word_list(), words, _FREQUENCY))


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
            "tag.engine: rjieba is not installed; pip install -e '.[fast]', or write engine: jieba"
        ) from None
    tokenizer = rjieba.Jieba()
    for word in words:
        tokenizer.add_word(word, _FREQUENCY, "n")
    return _Rjieba(tokenizer)
