"""Sections: what is over is no announcement; a card says nothing the text does not say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.assemble.sections import CARD_ORDER, CITY, get_card, get_home, is_over
from pipeline.calendar import SHANGHAI
from pipeline.config import IssueSettings
from pipeline.model import Community, Event, SectionKind, Story

if TYPE_CHECKING:
    from collections.abc import Callable

MONDAY = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)


def test_an_event_of_the_same_day_is_not_over_unless_its_hour_has_passed() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)
    assert not is_over(Event("示例", noon, None, "", all_day=True), MONDAY)
    assert not is_over(Event("示例", MONDAY - timedelta(hours=1), None, ""), MONDAY)
    ended = Event("示例", MONDAY - timedelta(hours=2), MONDAY - timedelta(hours=1), "")
    assert is_over(ended, MONDAY)
    assert is_over(Event("示例", MONDAY - timedelta(days=1), None, "", all_day=True), MONDAY)


def test_past_events_are_neither_announced_nor_shown(
    desk: Any, story: Callable[..., Story]
) -> None:
    past = Event("示例旧会", MONDAY - timedelta(days=3), None, "")
    coming = Event("示例新会", MONDAY + timedelta(days=3), None, "")
    later = Event("示例后会", MONDAY + timedelta(days=9), None, "")
    issue = desk.assemble(
        [story(1), story(2, events=(later, past, coming)), story(3, events=(past,))]
    )
    (events,) = (part for part in issue.sections if part.kind is SectionKind.EVENTS)
    assert [item.key for item in events.items] == ["2"]
    assert events.items[0].events == (coming, later)
    assert all(past not in item.events for item in issue.items)


def test_the_citys_own_news_has_a_group_and_another_citys_has_none(
    desk: Any, story: Callable[..., Story]
) -> None:
    city = story(2, districts=(), title="示例：宁波全市社区书记开讲", published=MONDAY)
    far = story(3, districts=(), title="示例：长沙的社区食堂", text="（示例）长沙开了食堂。" * 30)
    outer = story(4, districts=("余姚",), title="示例：宁波余姚的河")
    assert get_home(city) == CITY
    assert get_home(far) is None
    assert get_home(outer) is None
    issue = desk.assemble([story(1), city, far, outer])
    assert {item.key for item in issue.items} == {"1", "2"}


def test_a_second_story_of_the_same_community_gives_way_and_says_why(
    desk: Any, story: Callable[..., Story]
) -> None:
    unit = Community("虚构甲社区", "鄞州", None, member=True, field="text", start=0, end=5)
    twice = [story(1, communities=(unit,)), story(2, communities=(unit,))]
    others = [story(key, title=f"示例：{key}") for key in (3, 4)]
    issue = desk.assemble(twice + others, limits=IssueSettings(district_items=3))
    second = next(item for item in issue.items if item.key in {"1", "2"} and not item.why)
    assert any(reason.name == "variety" and reason.points < 0 for reason in second.reasons)


def test_a_card_is_made_of_the_texts_own_sentences() -> None:
    text = (
        "（示例）虚构甲社区车位少，停车的矛盾多。\n"
        "社区请到居民代表，协商出错峰停车的办法。试行一个月，投诉少了七成。"
        "整个做法不花一分钱。联系人：虚构社区办公室。"
    )
    card = get_card(text)
    assert list(card) == ["背景", "做法", "成效", "可复制条件", "联系人"]
    assert card["成效"] == "试行一个月，投诉少了七成。"


def test_what_was_done_and_what_came_of_it_stand_under_their_own_headings() -> None:
    done = "去年10月起，村党委牵头成立停车议事会，入户走访480户。"
    came = "如今，新辟停车位260个，停车纠纷从每月12起降至一两起。"
    later = "下一步，村里还将推出错峰停车。"
    for told in (done + came + later, later + came + done):
        card = get_card(f"（示例）虚构甲村车位少，停车的矛盾多。{told}")
        assert (card["做法"], card["成效"]) == (done, came)


@given(st.text(alphabet="社区办法少了。！\n联系人：居民推广12%", max_size=300))
def test_a_card_never_holds_a_word_of_its_own(text: str) -> None:
    card = get_card(text)
    assert all(sentence in text for sentence in card.values())
    assert [name for name in CARD_ORDER if name in card] == list(card)


def test_whoever_was_missing_less_than_the_settings_say_counts_no_more(
    desk: Any, story: Callable[..., Story]
) -> None:
    limits = IssueSettings(silent_weeks=4)
    for silent, heard in ((4, False), (5, True)):  # 4: missing from three issues
        issue = desk.assemble([story(1)], silent={"海曙": silent}, limits=limits)
        names = [reason.name for reason in issue.items[0].reasons]
        assert ("fairness" in names) is heard
