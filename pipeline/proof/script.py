"""Traditional characters in a Simplified text; names and calligraphy may keep theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.chinese.simplify import find_traditional, simplify
from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

# The table of standard characters has these for names of persons and places, and 徵 for a tone.
_IN_NAMES = frozenset("昇陞於氾谿祕邨龢麴徵夥")
_DIALECT = "睏喫"  # written so in the dialects, which have no other character
_USUAL_FORMS = 0xFFFF  # beyond: characters that were encoded late
_INSCRIPTION = 20  # characters
_MARKS = frozenset("，。！？；")
_BEFORE = 40  # characters that may say where the words stand
_INSCRIBED = lazy(
    r"[碑匾刻铭镌拓篆]|繁体|题[写字着款]|落款|年款|字样|字迹|墨迹|墓志|楹联|牌坊|印章|门额|古籍|抄本|族谱|家谱|契"
)
_MANY = 8  # characters from which on the whole stretch is Traditional, not a slip
_NEAR = 2  # characters between two that make one finding


def find_traditional_characters(reading: Reading) -> Iterator[Finding]:
    """Find Traditional characters: each stretch, or one for a text that is written in them."""
    for text in reading.texts:
        places = [at for at in find_traditional(text.text) if not _may_stay(text, at)]
        for first, last, count in _stretches(places):
            surface = text.text[first:last]
            plain = simplify(surface)
            message = f"“{surface}”里有繁体字，简体是“{plain}”；书法作品、题词、人名可以保留。"
            if count > _MANY:
                message = f"这一段用的是繁体字（{count}字），请改成简体；书法作品、题词可以保留。"
            yield text.finding("traditional", Level.WARNING, message, first, last, plain)


def _may_stay(text: Text, at: int) -> bool:
    """Say whether a character is right: in a name, spoken of, on a stone, or without a usual form.

    暐 of an old name has a simplified form that most typefaces lack.
    """
    character = text.text[at]
    if character in _IN_NAMES or ord(simplify(character)[0]) > _USUAL_FORMS:
        return True
    if not text.is_quoted(at):
        return False
    if character in _DIALECT or text.is_mention(at, at + 1):
        return True
    opened, closed = text.text.rfind("“", 0, at), text.text.find("”", at)
    words = text.text[opened + 1 : closed]
    if len(words) > _INSCRIPTION or not _MARKS.isdisjoint(words):
        return False
    before = text.text[max(0, opened - _BEFORE) : opened]
    return _INSCRIBED.search(before.rpartition("。")[2]) is not None


def _stretches(places: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and number of characters of what belongs together."""
    if len(places) > _MANY:
        yield places[0], places[-1] + 1, len(places)
        return
    while places:
        count = 1
        while count < len(places) and places[count] - places[count - 1] <= _NEAR:
            count += 1
        yield places[0], places[count - 1] + 1, count
        places = places[count:]


RULES = (
    Rule(
        "traditional",
        "W",
        "繁体字",
        "正文用规范汉字；繁体字只在书法作品、题词、手写招牌、古籍名和人名里保留。",
        "《国家通用语言文字法》第十一、十七条，《通用规范汉字表》",
        "菜場門口的老人開心地笑了。",
        "菜场门口的老人开心地笑了。",
        find_traditional_characters,
    ),
)
