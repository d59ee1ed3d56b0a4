from datetime import UTC, date, datetime

import pytest

from pipeline.model import Preferences
from pipeline.reader import lists
from pipeline.reader.choices import Choices
from pipeline.reader.tables import Line
from pipeline.reader.words import say_notes

CHOICES = Choices((("养老助残", ""), ("青少年", "")))
TODAY = date(2026, 11, 24)


def read(consent="登记表", **values):
    (entry,) = lists.read_readers([Line(2, values)], CHOICES, consent=consent, today=TODAY)
    return entry


def test_a_line_is_read_with_districts_and_themes_as_people_write_them():
    entry = read(
        email="a@b.org", districts="鄞州区、余姚市", themes="养老助残", consent_at="2026年3月1日"
    )
    assert entry.preferences == Preferences(frozenset({"鄞州", "余姚"}), frozenset({"养老助残"}))
    assert entry.consent_at.astimezone(UTC) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert read(email="a@b.org").preferences is None
    assert read(email="a@b.org", districts="全部").preferences == Preferences()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"email": "a"}, "缺少 @"), ({"email": "a@b.org", "districts": "银州"}, "是不是「鄞州」"),
        ({"email": "a@b.org", "themes": "养老"}, "没有「养老」这个主题"),
        ({"email": "a@b.org", "consent_at": "去年"}, "看不懂"),
        ({"email": "a@b.org", "consent_at": "2027-01-01"}, "今天之后"),
        ({"email": "a@b.org", "name": "王" * 101}, "列错位"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_line_is_said_in_chinese(values, said):
    assert said in say_notes([read(**values).fault])
    assert "同意依据" in say_notes([read(consent="", email="a@b.org").fault])


def test_a_contact_gets_their_district_and_the_members_sections():
    lines = [
        Line(2, {"unit": "甲社区", "district": "鄞州区", "email": "a@b.org", "person": "周"}),
        Line(3, {"unit": "乙社区", "district": "鄞州", "email": ""}),
        Line(4, {"unit": "丙社区", "district": "?", "email": "c@b.org"}),
    ]
    first, wrong = lists.read_contacts(lines, CHOICES, consent="入盟表", today=TODAY)
    assert first.defaults.key == "鄞州||cases+exchange"
    assert (first.units, first.name) == (("甲社区",), "周")
    assert "区" in say_notes(filter(None, [wrong.fault]))


def test_all_districts_or_all_themes_mean_everything():
    assert CHOICES.pick(CHOICES.districts, ["青少年"]) == Preferences()
    assert CHOICES.pick(["鄞州"], ["养老助残", "青少年"]) == Preferences()
    assert CHOICES.pick(["鄞州", "<script>"], ["x"]) == Preferences(frozenset({"鄞州"}))
