"""How many issues ago districts and member units were last heard from."""

from datetime import datetime, timedelta

import pytest

from pipeline.calendar import SHANGHAI
from pipeline.model import DISTRICTS, Community, Issue, Item, Section, SectionKind
from pipeline.store import drafts
from pipeline.store.coverage import count_silence
from tests.unit.store.conftest import NOW

pytestmark = pytest.mark.django_db
MEMBER = Community("示例社区", "海曙", "示例街道", member=True, field="text", start=0, end=4)
STRANGER = Community("旁的社区", "海曙", "示例街道", member=False, field="text", start=0, end=4)


def store(week, key, districts, communities=()):
    starts = datetime.fromisocalendar(int(week[:4]), int(week[6:]), 1).replace(tzinfo=SHANGHAI)
    item = Item(
        key, f"示例{key}", "示例。", f"示例{key}", "https://news.example/", "s", "示例", NOW, districts,
        ("社区治理",), communities,
    )  # fmt: skip
    sections = (Section(SectionKind.DISTRICTS, "各区", (item,)),)
    days = timedelta(days=7)
    drafts.save_draft(Issue(week, 1, "示例", "示例", starts - days, starts, starts, sections), NOW)


def test_districts_never_heard_from_count_one_more_than_there_were_issues():
    assert count_silence("2026-W47", DISTRICTS) == dict.fromkeys(DISTRICTS, 1)


def test_a_unit_that_never_had_a_word_counts_like_a_district_without_one():
    store("2026-W45", "1", ("鄞州",))
    assert count_silence("2026-W47", (*DISTRICTS, "示例社区"))["示例社区"] == 2


def test_the_latest_word_counts_and_units_that_are_no_members_do_not():
    store("2026-W45", "1", ("鄞州", "海曙"), (MEMBER, STRANGER))
    store("2026-W46", "2", ("鄞州",))
    store("2026-W48", "3", ("北仑",))  # a later week says nothing of this one
    silent = count_silence("2026-W47", DISTRICTS)
    assert (silent["鄞州"], silent["海曙"], silent["示例社区"]) == (1, 2, 2)
    assert "旁的社区" not in silent
    assert silent["北仑"] == 3
