"""Party organisations of member units against the register: 党委, 党总支 and 党支部 are ranks.

What this module never does: put a rank right. Which one a unit has only the unit can say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading

_PARTY = lazy(r"(?P<party>党委|党总支|党支部)(?:副)?书记")
_NO_BRANCH = (
    "社区",
    "村",
    "的",
    "任",
    "由",
    "和",
    "与",
    "是",
    "兼",
    "后",
    "时",
    "本",
    "居",
    "说",
    "对",
    "找",
    "请",
)
_FAR = 110  # characters between a unit's name and its party organisation
_ANOTHER = lazy(
    r"(?:[一-龥]{2}(?<!本)(?<!该)(?<!各)(?<!在)(?<!个))(?:社区|村)(?![的里民书党副居工]|$)|邻村|邻近|隔壁村|公司|学校|医院|机关|街道党"
)
_FORMER = lazy(r"(?:19|20)\d\d年|升格|升级为|原任|曾任|历任|前任|老书记|改选|改为|成立时|当时|那时")


def find_party_ranks(reading: Reading) -> Iterator[Finding]:
    """Find party organisations of member units that differ from the register, or it does not say."""
    members = {unit.name: unit for unit in reading.reference.members}
    if not members:
        return
    pattern = lazy("|".join(map(re.escape, sorted(members, key=len, reverse=True))))
    for text in reading.texts:
        named = [(one.end(), members[one.group()]) for one in pattern.finditer(text.text)]
        if text.item and not named and (title := pattern.search(text.item.title)):
            named = [(0, members[title.group()])]  # the story is the unit's
        ends = [end for end, _ in named]
        for stated in _PARTY.finditer(text.text):
            index = bisect_right(ends, stated.start()) - 1
            if index < 0 or stated["party"] == named[index][1].party:
                continue
            end, unit = named[index]
            between = text.text[end : stated.start()]
            if stated["party"] == "党支部" and _is_branch(text.text, stated.start(), end):
                continue
            if text.text.endswith(("楼", "楼道", "网格", "小区", "两新"), 0, stated.start()):
                continue  # a branch of its own below the unit's organisation
            alone = len({unit.name for _, unit in named}) == 1 and text.text[
                : stated.start()
            ].endswith(("社区", "村", "本社区", "该社区"))
            if (
                (len(between) > _FAR and not alone)
                or _ANOTHER.search(between)
                or _is_past(text.text, stated)
            ):
                continue
            if unit.party:
                message = (
                    f"登记册写的是{unit.name}{unit.party}，这里写的是{stated['party']}，请核实。"
                )
            else:
                message = f"登记册没有{unit.name}的党组织形式，请核实“{stated['party']}”并补登。"
            yield text.finding("party-rank", Level.WARNING, message, *stated.span())


def _is_branch(text: str, start: int, unit_end: int) -> bool:
    """Say whether the words before name a branch below the unit's organisation: 退役军人党支部."""
    before = text[max(unit_end, start - 2) : start]
    return bool(before) and "一" <= before[-1] <= "龥" and not before.endswith(_NO_BRANCH)


def _is_past(text: str, stated: re.Match[str]) -> bool:
    """Say whether the sentence tells of another time: a former post, a rank that has changed."""
    begin = max(text.rfind(mark, 0, stated.start()) for mark in "。！？\n") + 1
    end = min(
        (at for mark in "。！？\n" if (at := text.find(mark, stated.end())) > 0), default=len(text)
    )
    return _FORMER.search(text, begin, min(end, stated.end() + _FAR)) is not None


RULES = (
    Rule(
        "party-rank",
        "W",
        "党组织层级",
        "党委、党总支、党支部是不同层级，与登记册不一致或登记册未载时请向单位核实，系统不代改。",
        "《中国共产党党员教育管理工作条例》、登记册 members.yaml",
        "幸福苑社区党总支书记介绍了做法。",
        "幸福苑社区书记介绍了做法。",
        find_party_ranks,
    ),
)
