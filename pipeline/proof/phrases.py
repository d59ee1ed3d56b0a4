"""Fixed phrases of four characters, and which of them a stretch of text is one character short of.

The phrases are jieba's own, read from the dictionary that the segmenter uses anyway: its tags say
which words are idioms. How characters sound stands in ``sounds.tsv``, which look alike in
``idioms.yaml``. What this module never does: decide what is a mistake.
"""

from __future__ import annotations

import importlib.util
import operator
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LENGTH = 4
_HALF = 2
_IDIOMS = frozenset({"i", "l"})  # jieba's tags: 成语 and 习用语
_OTHERS = frozenset({"n", "nr", "v", "vn", "a", "z", "d", "b"})  # 凤毛麟角 is tagged as a name
_USUAL = 8  # occurrences from which a phrase of another tag is looked for
_RARE = 8  # occurrences up to which a word may be a misspelling
_SEEN = 4  # jieba gives 3 to what it never saw, misspellings among it: 甘之吠饴
_OFTEN = 20  # occurrences from which a phrase makes a rare one beside it a misspelling
_TIMES = 8  # and how many times as often it has to occur
_IDIOM = "i"
_HAN = rb"[\xe4-\xe9][\x80-\xbf]{2}"
_PHRASE = re.compile(  # not the many that jieba never saw
    rb"\n((?:%b){4}) (?!3 )(\d+) (%b)(?![^\n])"
    % (_HAN, "|".join(sorted(_IDIOMS | _OTHERS)).encode())
)
_COMMON = re.compile(  # a word of at least 3,000 occurrences, which makes compounds
    rb"\n((?:%b){2}) (?:[3-9]\d{3}|\d{5,}) " % _HAN
)
SOUNDS = Path(__file__).resolve().parent.parent / "data" / "proof" / "sounds.tsv"


@dataclass(frozen=True, slots=True)
class Near:
    """A stretch of four characters that is one character away from a fixed phrase."""

    start: int
    at: int  # which of the four differs: 0 to 3
    right: str
    occurs: int  # how often the dictionary saw the phrase
    tag: str

    @property
    def is_idiom(self) -> bool:
        """Whether the dictionary tags it as one."""
        return self.tag in _IDIOMS


class Phrases:
    """The dictionary's fixed phrases, ready to be looked for with one character wrong."""

    def __init__(self, words: dict[str, tuple[int, str]], dictionary: bytes = b"") -> None:
        """Take ``words``, each with how often it occurs and its tag, and jieba's whole list."""
        self._words = words
        self._dictionary = dictionary
        self._with: dict[str, list[str]] = {}  # half of a phrase -> the phrases
        for word in words:
            self._with.setdefault(word[:_HALF], []).append(word)
            if word[:_HALF] != word[_HALF:]:
                self._with.setdefault(word[_HALF:], []).append(word)
        self._beside: dict[str, tuple[set[str], ...]] = {}

    def find(self, text: str) -> Iterator[Near]:
        """Yield what is one character away from a phrase and no phrase itself.

        One wrong character leaves one half of the phrase whole and one character of the other.
        """
        padded = f"  {text}   "
        pairs = map(operator.add, padded, padded[1:])
        for place in compress(count(), map(self._with.__contains__, pairs)):
            half = padded[place : place + _HALF]
            one, two, three, four = self._beside.get(half) or self._stand_beside(half)
            if padded[place + 3] in four:
                yield from self._lack(text, half, place - 2, 2)
            if padded[place + 2] in three:
                yield from self._lack(text, half, place - 2, 3)
            if padded[place - 1] in two:
                yield from self._lack(text, half, place - 4, 0)
            if padded[place - 2] in one:
                yield from self._lack(text, half, place - 4, 1)

    def _stand_beside(self, half: str) -> tuple[set[str], ...]:
        """Return the first to fourth characters of the phrases that the half belongs to."""
        found = self._beside[half] = (set(), set(), set(), set())
        for word in self._with[half]:
            for start in (0, _HALF):
                if word[_HALF - start : _HALF - start + _HALF] == half:
                    found[start].add(word[start])
                    found[start + 1].add(word[start + 1])
        return found

    def _lack(self, text: str, half: str, start: int, at: int) -> list[Near]:
        """Return the phrases with that half that the four characters are but for that at ``at``."""
        stretch = text[start : start + LENGTH] if start >= 0 else ""
        if len(stretch) < LENGTH or stretch in self._words:
            return []
        before, after = stretch[:at], stretch[at + 1 :]
        return [
            Near(start, at, right, *self._words[right])
            for right in self._with[half]
            if right[:at] == before and right[at + 1 :] == after
        ]

    def is_slip_for(self, stretch: str, right: str) -> bool:
        """Say whether the stretch, a word of the dictionary, is a misspelling that it took in.

        再接再励 stands in it as well as 再接再厉, and occurs a fortieth as often.
        """
        occurs = self.how_often(stretch)
        better = self._words[right][0]
        return occurs <= _RARE and better >= _OFTEN and better >= _TIMES * occurs

    def how_often(self, word: str) -> int:
        """Return how often the dictionary saw the word; 0 for none of its words."""
        return int(self._entry(word)[0])

    def tag_of(self, word: str) -> str:
        """Return the word's tag: n, v, a …; "" for none of the dictionary's words."""
        return self._entry(word)[1].decode()

    def _entry(self, word: str) -> list[bytes]:
        start = self._dictionary.find(f"\n{word} ".encode()) + 1
        if not start:
            return [b"0", b""]
        return self._dictionary[start : start + 80].split(maxsplit=3)[1:3]


class Sounds:
    """How characters sound."""

    def __init__(self, readings: dict[str, frozenset[str]]) -> None:
        """Take every character's readings, such as shi4."""
        self._readings = readings

    def agree(self, one: str, other: str) -> bool:
        """Say whether the two sound exactly alike."""
        return not self._of(one).isdisjoint(self._of(other))

    def agree_but_tone(self, one: str, other: str) -> bool:
        """Say whether they are the same syllable."""
        return not {r[:-1] for r in self._of(one)}.isdisjoint(r[:-1] for r in self._of(other))

    def nearly_agree(self, one: str, other: str) -> bool:
        """Say whether they are one syllable to many speakers: zh and z, n and l, ing and in."""
        return not {_blunt(r) for r in self._of(one)}.isdisjoint(_blunt(r) for r in self._of(other))

    def _of(self, character: str) -> frozenset[str]:
        return self._readings.get(character, frozenset())


def _blunt(reading: str) -> str:
    syllable = reading[:-1].removesuffix("g")
    if syllable[1:2] == "h":
        syllable = syllable[0] + syllable[2:]
    return "l" + syllable[1:] if syllable.startswith("n") else syllable


@lru_cache(maxsize=1)
def load_phrases(more: tuple[str, ...] = ()) -> Phrases:
    """Read jieba's dictionary and add ``more``, phrases that it lacks; without jieba only those."""
    spec = importlib.util.find_spec("jieba")
    folders = spec.submodule_search_locations if spec else None
    data = Path(folders[0], "dict.txt").read_bytes() if folders else b""
    common = {match[1].decode() for match in _COMMON.finditer(data)}
    words: dict[str, tuple[int, str]] = {}
    for match in _PHRASE.finditer(data):
        word, occurs, tag = match[1].decode(), int(match[2]), match[3].decode()
        if occurs < (_SEEN if tag in _IDIOMS else _USUAL):
            continue
        if tag == _IDIOM or common.isdisjoint((word[:_HALF], word[_HALF:])):
            words[word] = occurs, tag  # 社会|心态 is no fixed phrase
    for word in more:
        words.setdefault(word, (_OFTEN, "i"))
    return Phrases(words, data)


@lru_cache(maxsize=1)
def load_sounds() -> Sounds:
    """Read ``sounds.tsv``."""
    readings: dict[str, set[str]] = {}
    for line in SOUNDS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            reading, _, characters = line.partition("\t")
            for character in characters:
                readings.setdefault(character, set()).add(reading)
    return Sounds({character: frozenset(found) for character, found in readings.items()})
