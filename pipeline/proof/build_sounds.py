"""Build ``pipeline/data/proof/sounds.tsv``: which characters of GB 2312 sound alike.

``pip install pypinyin==0.55.0`` (MIT; its readings are of the Unihan database and of dictionaries
under MIT), then ``python -m pipeline.proof.build_sounds``. A character has its first reading, and
every other one that at least three phrases and a twelfth of the phrases with it use: what no
phrase uses, such as 事 as zì, would make a slip of what is right.
Only whoever rebuilds the table needs pypinyin.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.proof.phrases import SOUNDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FEWEST = 3  # phrases that a further reading needs
_SHARE = 12  # and one in so many of the character's phrases
_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_HEAD = (
    "# Which characters of GB 2312 sound alike: syllable, tone (5: none), tab, characters. Derived from\n"
    "# the readings of pypinyin 0.55.0 (MIT): a character's first, and those its words and phrases use.\n"
)


def build(
    readings: Mapping[int, str], phrases: Mapping[str, Sequence[Sequence[str]]]
) -> dict[str, str]:
    """Return the characters of every syllable and tone, such as shi4, sorted.

    ``readings``: a character's code point and its readings by commas; ``phrases``: the readings of
    each of a phrase's characters, the first of which counts.
    """
    used: dict[str, Counter[str]] = {}
    for phrase, spoken in phrases.items():
        for character, said in zip(phrase, spoken, strict=False):
            used.setdefault(character, Counter())[to_ascii(said[0])] += 1
    found: dict[str, set[str]] = {}
    for character in characters_of_gb2312():
        if ord(character) not in readings:
            continue
        kept = {to_ascii(readings[ord(character)].split(",")[0])}
        counts = used.get(character, Counter())
        every = counts.total()
        kept |= {
            reading
            for reading, times in counts.items()
            if times >= _FEWEST and times * _SHARE >= every
        }
        for reading in kept:
            found.setdefault(reading, set()).add(character)
    return {reading: "".join(sorted(found[reading])) for reading in sorted(found)}


def to_ascii(reading: str) -> str:
    """Return a reading with its tone as a digit: shì → shi4, lǚ → lv3."""
    tone, letters = "5", ""
    for one in unicodedata.normalize("NFD", reading):
        if one in _TONES:
            tone = _TONES[one]
        elif one == "\u0308":
            letters = f"{letters[:-1]}v"
        elif one.isascii():
            letters += one
    return letters + tone


def characters_of_gb2312() -> Iterator[str]:
    """Yield the 6,763 Chinese characters of GB 2312."""
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue


def to_table(sounds: Mapping[str, str]) -> str:
    """Return the file's text."""
    return _HEAD + "".join(f"{reading}\t{characters}\n" for reading, characters in sounds.items())


def main() -> None:
    """Write the table."""
    from pypinyin.phrases_dict import phrases_dict  # noqa: PLC0415 - only who rebuilds has it
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415 - as above

    SOUNDS.write_text(to_table(build(pinyin_dict, phrases_dict)), encoding="utf-8")


if __name__ == "__main__":
    main()
