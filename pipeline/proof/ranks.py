"""The order in which posts are named: a chief before a vice, a party post before the other one.

Only lists that say themselves whose posts they are. What this module never does: know who ranks
above whom elsewhere; that is for people to decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.spans import Text

_NAME = r"[一-龥]{2,4}?"
_VICE_FIRST = lazy(
    rf"副(?P<post>书记|主任|局长|镇长|乡长|区长|校长|园长|院长|所长|会长|主席|馆长|站长)(?P<who>{_NAME})、"
    r"(?P<chief>(?P=post))(?!助理|们|等|由|为|或|和|一职|人选)(?=[一-龥]{2})"
)
_SECTION_FIRST = lazy(
    r"(?P<home>街道|镇|区|市)(?P<section>[一-龥]{2,10}(?:办公室|科|办|站|中心))副?(?:主任|科长|站长)"
    rf"{_NAME}、(?P=home)(?:党工委|党委|办事处|人大工委|纪工委)副?(?:书记|主任)"
)
_OFFICE_FIRST = lazy(
    r"(?:居委会|村委会|办事处)主任(?P<mark>[、兼])(?P<party>党工委|党委|党总支|党支部|党组)(?P<post>副?书记)"
)
# 人大 before 政协, of one and the same city or district.
_COUNCIL_FIRST = lazy(
    rf"(?P<home>[市区县])政协副?(?:主席|秘书长){_NAME}、(?P=home)人大(?:常委会)?副?(?:主任|秘书长)"
)


def find_wrong_order(text: Text) -> Iterator[Finding]:
    """Find 副书记小李、书记老周 and 居委会主任、党委书记 of one person."""
    words = text.text
    for match in _VICE_FIRST.finditer(words):
        if not text.is_name(match.start()):
            message = (
                f"“副{match['post']}”排在“{match['chief']}”前：同一单位先正职后副职，请核对排序。"
            )
            yield text.finding("title-form", Level.WARNING, message, *match.span())
    for match in _SECTION_FIRST.finditer(words):
        if not match["section"].startswith(("党", "办事处")):
            message = f"{match['home']}内设科室的负责人排在{match['home']}领导前，请核对排序。"
            yield text.finding("title-form", Level.WARNING, message, *match.span())
    for match in _COUNCIL_FIRST.finditer(words) if "政协" in words else ():
        message = f"同级的人大在前、政协在后：{match['home']}政协排在了{match['home']}人大前，请核对排序。"
        yield text.finding("title-form", Level.WARNING, message, *match.span())
    for match in _OFFICE_FIRST.finditer(words):
        message = "一人兼任时党内职务在前：写“党委书记、居委会主任”，请核对。"
        yield text.finding("title-form", Level.WARNING, message, *match.span())
