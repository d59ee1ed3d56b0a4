"""Choosing: every district is heard, nothing stands twice, and the order never depends on luck."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.assemble import list_heard
from pipeline.config import IssueSettings
from pipeline.model import (
    DISTRICTS,
    Community,
    Issue,
    SectionKind,
    Story,
    StoryMember,
    Tagging,
)
from tests.unit.assemble.conftest import make_story

if TYPE_CHECKING:
    from collections.abc import Callable


def items_of(issue: Issue, kind: SectionKind) -> list[str]:
    return [item.key for part in issue.sections if part.kind is kind for item in part.items]


def test_every_section_finds_its_stories_and_the_mail_keeps_its_order(
    desk: Any, week: list[Story]
) -> None:
    issue = desk.assemble(week)
    kinds = [section.kind for section in issue.sections]
    assert kinds == [kind for kind in SectionKind if kind is not SectionKind.CORRECTIONS]
    assert items_of(issue, SectionKind.LEAD) == ["50"]
    for kind, key in (
        (SectionKind.EVENTS, "51"),
        (SectionKind.HONOURS, "52"),
        (SectionKind.CASES, "53"),
        (SectionKind.EXCHANGE, "54"),
        (SectionKind.ECHO, "55"),
    ):
        assert key in items_of(issue, kind), kind


def test_a_district_with_little_material_is_not_crowded_out(
    desk: Any, story: Callable[..., Story]
) -> None:
    loud = [story(number, districts=("海曙",)) for number in range(1, 60)]
    quiet = [
        story(100 + number, districts=(name,), text="（示例）短讯。", themes=())
        for number, name in enumerate(DISTRICTS[1:])
    ]
    issue = desk.assemble(loud + quiet)
    shown = {
        name
        for section in issue.sections
        if section.kind is SectionKind.DISTRICTS
        for item in section.items
        for name in item.districts
    }
    assert shown == set(DISTRICTS)


def test_the_limits_hold_in_every_section(desk: Any, week: list[Story]) -> None:
    issue = desk.assemble(week, limits=IssueSettings(lead_items=2, district_items=1))
    assert len(items_of(issue, SectionKind.LEAD)) == 2
    part = next(one for one in issue.sections if one.kind is SectionKind.DISTRICTS)
    counts = Counter(item.districts[0] for item in part.items)
    assert set(counts.values()) == {1}


def test_a_story_of_an_earlier_issue_never_comes_again(desk: Any, week: list[Story]) -> None:
    first = desk.assemble(week)
    used = frozenset(item.key for item in first.items)
    second = desk.assemble(week, used_keys=used)
    assert second.items
    assert not used & {item.key for item in second.items}


def test_a_printed_story_stays_out_when_an_earlier_reprint_has_renamed_it(
    desk: Any, story: Callable[..., Story]
) -> None:
    printed, other = story(200), story(300)
    earlier = replace(printed.lead, id=150)
    grown = replace(
        printed, key="150", members=(StoryMember(earlier, 1.0), StoryMember(printed.lead, 0.9))
    )
    issue = desk.assemble([grown, other], used_keys=frozenset(["200"]))
    assert [item.key for item in issue.items] == ["300"]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_nothing_stands_twice_and_the_order_of_input_does_not_matter(
    desk: Any, week: list[Story], seed: int
) -> None:
    shuffled = random.Random(seed).sample(week, k=len(week))
    issue = desk.assemble(shuffled)
    keys = [item.key for section in issue.sections for item in section.items]
    assert len(keys) == len(set(keys))
    assert issue == desk.assemble(week)


def test_who_may_have_a_word_is_every_district_and_the_member_units_of_the_stories() -> None:
    unit = Community("示例社区", "海曙", "示例街道", member=True, field="text", start=0, end=4)
    units = (unit, replace(unit, name="旁的社区", member=False), unit)
    told = replace(make_story(1), tagging=Tagging(communities=units))
    assert list_heard([told]) == (*DISTRICTS, "示例社区")


def test_a_silent_district_counts_more_and_the_reason_says_so(
    desk: Any, story: Callable[..., Story]
) -> None:
    pair = [story(1, districts=("海曙",)), story(2, districts=("奉化",))]
    issue = desk.assemble(pair, silent={"奉化": 4})
    assert items_of(issue, SectionKind.LEAD) == ["2"]
    notes = [reason.note for reason in issue.items[0].reasons if reason.name == "fairness"]
    assert len(notes) == 1
    assert "奉化" in notes[0]


def test_why_it_matters_is_made_of_facts_of_the_story(desk: Any, week: list[Story]) -> None:
    why = desk.assemble(week).items[0].why
    assert "虚构甲社区" in why
    assert "另有1家" in why


def test_a_week_of_one_story_and_a_week_of_none_are_issues_too(
    desk: Any, story: Callable[..., Story]
) -> None:
    one = desk.assemble([story(1)])
    assert [section.kind for section in one.sections] == [SectionKind.LEAD, SectionKind.FIGURES]
    assert one.subject == "示例社区周报 第3期｜示例：第1条社区消息"
    none = desk.assemble([])
    assert none.sections == ()
    assert none.subject


def test_a_file_has_no_link_and_no_picture_that_a_mail_could_show(
    desk: Any, story: Callable[..., Story]
) -> None:
    issue = desk.assemble([story(1, url="file:samples/1.txt")])
    assert issue.items[0].url == ""
    assert issue.items[0].image is None


def test_an_own_submission_is_marked_as_one(desk: Any, story: Callable[..., Story]) -> None:
    issue = desk.assemble([story(1, source_id="sample-own"), story(2)])
    assert {item.key: item.own for item in issue.items} == {"1": True, "2": False}


def test_a_subject_of_one_line_is_made_of_any_title(desk: Any, story: Callable[..., Story]) -> None:
    issue = desk.assemble([story(1, title="示例\r\nBcc: a@b.example\u3000" + "长" * 500)])
    assert "\n" not in issue.subject
    assert "\r" not in issue.subject
    assert len(issue.subject) < 120
