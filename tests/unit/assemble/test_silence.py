"""How many issues ago districts and member units were last heard from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.assemble import count_silent_weeks
from pipeline.model import DISTRICTS, Community, Story

if TYPE_CHECKING:
    from collections.abc import Callable

MEMBER = Community("示例社区", "海曙", "示例街道", member=True, field="text", start=0, end=4)
STRANGER = Community("旁的社区", "海曙", "示例街道", member=False, field="text", start=0, end=4)


def test_districts_never_heard_from_count_one_more_than_there_were_issues() -> None:
    assert count_silent_weeks([]) == dict.fromkeys(DISTRICTS, 1)


def test_the_latest_word_counts_and_units_that_are_no_members_do_not(
    desk: Any, story: Callable[..., Story]
) -> None:
    latest = desk.assemble([story(1, districts=("鄞州",), communities=())])
    before = desk.assemble([story(2, districts=("鄞州", "海曙"), communities=(MEMBER, STRANGER))])
    silent = count_silent_weeks([latest, before])
    assert (silent["鄞州"], silent["海曙"], silent["示例社区"]) == (1, 2, 2)
    assert "旁的社区" not in silent
    assert silent["北仑"] == 3
