"""Ranks of party organisations: the register's, a branch's below it, and those of another time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.proof import Reference, proofread
from tests.unit.proof.conftest import make_issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


def test_a_party_organisation_is_held_against_the_unit_named_before_it(read: Read) -> None:
    wrong = "幸福苑社区的食堂开张了，党支部书记来盛第一碗。"
    assert [(one.rule, one.surface) for one in read(wrong)] == [("party-rank", "党支部书记")]
    assert read("1999年，幸福苑社区还是党支部，党支部书记只有一间屋。") == ()


@pytest.mark.parametrize(
    "text",
    [
        "幸福苑社区退役军人党支部书记介绍了做法。",
        "幸福苑社区三号楼党支部书记介绍了做法。",
        "幸福苑社区和附近的示例公司联办，党支部书记介绍了做法。",
        "一家示例企业的党支部书记介绍了做法。",
    ],
)
def test_a_branch_below_a_unit_or_another_bodys_is_nobodys_mistake(read: Read, text: str) -> None:
    assert [one for one in read(text) if one.rule == "party-rank"] == []


def test_a_story_of_one_unit_is_held_against_the_unit_in_its_title(read: Read) -> None:
    title = "幸福苑社区食堂开张"
    found = read("党支部书记来盛第一碗。", title=title, original_title=title)
    assert [(one.rule, one.surface) for one in found] == [("party-rank", "党支部书记")]


def test_a_rank_that_agrees_with_the_register_raises_nothing(reference: Reference) -> None:
    units = {
        name: tuple(replace(unit, party="党支部") if unit.member else unit for unit in found)
        for name, found in reference.units.items()
    }
    known = replace(reference, units=units)
    assert proofread(make_issue(text="幸福苑社区党支部书记说。"), reference=known).findings == ()
    (finding,) = proofread(make_issue(text="幸福苑社区党委书记说。"), reference=known).findings
    assert (finding.rule, finding.suggestion) == ("party-rank", None)
