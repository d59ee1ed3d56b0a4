"""`proof --file`: odd files are refused in one line that names file and place."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cli.prooffile import read_issue
from pipeline.errors import UsageError
from pipeline.proof import proofread

from .conftest import make_issue

if TYPE_CHECKING:
    from pathlib import Path

ITEM: dict[str, Any] = {
    "key": "1", "title": "示例", "summary": "", "original_title": "示例", "url": "https://a.example/1",
    "source_id": "a", "source_name": "示例", "published": "2026-11-20T09:00:00+08:00", "text": "好。",
}  # fmt: skip
ISSUE: dict[str, Any] = {
    "week": "2026-W47", "number": 3, "subject": "示例", "preheader": "",
    "publishes_at": "2026-11-23T08:00:00+08:00", "starts": "2026-11-16T00:00:00+08:00",
    "ends": "2026-11-23T00:00:00+08:00",
    "sections": [{"kind": "districts", "title": "各区动态", "items": [ITEM]}],
}  # fmt: skip


def write(path: Path, **changes: Any) -> Path:
    issue = copy.deepcopy(ISSUE)
    issue["sections"][0]["items"][0].update(changes)
    path.write_text(json.dumps(issue), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not JSON"), (b"\xff\xfe\x00", "not JSON"), (b'{"a":', "not JSON"), (b"[" * 100_000, "not JSON"),
        (b"[]", "not an issue"), (b"null", "not an issue"), (b"5", "not an issue"), (b"{}", "not an issue: week"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_issue_is_refused_in_one_line(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "issue.json"
    path.write_bytes(content)
    with pytest.raises(UsageError) as raised:
        read_issue(path)
    assert says in str(raised.value)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("title", None, "sections.0.items.0.title"),
        ("text", ["好"], "sections.0.items.0.text"),
        ("events", None, "sections.0.items.0.events"),
        ("published", "gestern", "sections.0.items.0.published"),
        ("published", "9999-12-31T23:00:00-08:00", "sections.0.items.0.published"),
        ("published", "0001-01-01T00:00:00+08:00", "sections.0.items.0.published"),
        ("image", "x", "sections.0.items.0.image"),
    ],
)
def test_a_wrong_value_is_named_by_its_place(
    tmp_path: Path, key: str, value: object, place: str
) -> None:
    with pytest.raises(UsageError, match=place):
        read_issue(write(tmp_path / "issue.json", **{key: value}))


def test_a_time_without_a_zone_is_one_of_shanghai(tmp_path: Path) -> None:
    issue = read_issue(write(tmp_path / "issue.json", published="2026-11-20T09:00:00"))
    published = issue.items[0].published
    assert published is not None
    assert published.isoformat() == "2026-11-20T09:00:00+08:00"


def test_lone_surrogates_are_read_as_any_other_character(tmp_path: Path) -> None:
    issue = read_issue(write(tmp_path / "issue.json", text="昨天\ud800,大家来了。"))
    assert {one.rule for one in proofread(issue).findings} >= {"relative-date"}


@settings(deadline=None)  # the first text waits for the lists
@given(st.text(alphabet="0123456789年月日号周一二三（）至、，农历初正闰.-：点时分", max_size=60))
def test_no_text_of_dates_and_figures_stops_the_proofreader(text: str) -> None:
    for one in proofread(make_issue(text=text)).findings:
        if one.field == "text":
            assert text[one.start : one.end] == one.surface
