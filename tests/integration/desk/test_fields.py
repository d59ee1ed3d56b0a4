"""An item's source, events and case card in its form: what nobody touched stays, what is wrong is said."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assemble import edit
from pipeline.calendar import SHANGHAI
from pipeline.desk.fields import EVENTS, from_fields, to_fields
from pipeline.errors import RefusedError
from pipeline.model import Event, Item
from tests.integration.desk.conftest import BOARD, form_of, now, page

FAIR = Event("示例集市", datetime(2026, 11, 28, 9, tzinfo=SHANGHAI), None, "示例广场")


def item_with(*events: Event, **given) -> Item:
    return Item("1", "示例", "示例。", "示例", "", "a", "示例", None, events=events, **given)


moments = st.integers(0, 700 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
)
announced = st.builds(
    lambda start, length, place, all_day: Event(
        "示例",
        start.replace(hour=0, minute=0) if all_day else start,
        start + length if length else None,
        place,
        all_day=all_day,
    ),
    moments,
    st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=9)),
    st.sampled_from(["", "示例广场"]),
    st.booleans(),
)


@given(st.lists(announced, max_size=8))
def test_a_form_that_nobody_touched_changes_nothing(events):
    item = item_with(*events, details={"背景": "示例。", "做法": "示例。"})
    assert from_fields(item, to_fields(item), {}) == item


def test_where_an_item_comes_from_is_put_right_and_taken_out():
    item = item_with(origin="示例旧报", author="示例记者")
    told = {"source_name": "示例晚报", "origin": "", "author": "", "editor": "示例编辑",
            "url": "https://news.example/1"}  # fmt: skip
    changed = from_fields(item, to_fields(item) | told, {})
    assert (changed.source_name, changed.url) == ("示例晚报", "https://news.example/1")
    assert (changed.origin, changed.author, changed.editor) == (None, None, "示例编辑")


def test_an_item_without_a_source_is_refused():
    item = item_with()
    with pytest.raises(RefusedError, match="来源不能为空"):
        from_fields(item, to_fields(item) | {"source_name": ""}, {})


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"day": "2026-11-29"}, ("2026-11-29T09:00", None, False)),
        ({"time": ""}, ("2026-11-28T00:00", None, True)),
        ({"until": "11:30"}, ("2026-11-28T09:00", "2026-11-28T11:30", False)),
        ({"last": "2026-11-30"}, ("2026-11-28T09:00", "2026-11-30T23:59", False)),
    ],
)
def test_an_event_is_put_right(row, told):
    item = item_with(FAIR)
    fields = to_fields(item) | {f"event1_{part}": value for part, value in row.items()}
    (event,) = from_fields(item, fields, {}).events
    end = f"{event.end:%Y-%m-%dT%H:%M}" if event.end else None
    assert (f"{event.start:%Y-%m-%dT%H:%M}", end, event.all_day) == told
    assert (event.title, event.place) == (FAIR.title, FAIR.place)


def test_an_event_is_added_and_another_taken_out():
    item = item_with(FAIR)
    fields = to_fields(item)
    fields |= {name: "" for name in fields if name.startswith("event1_")}
    fields |= {"event2_day": "2026-12-05", "event2_time": "19:00", "event2_place": "村口"}
    (event,) = from_fields(item, fields, {}).events
    assert (event.start, event.place) == (datetime(2026, 12, 5, 19, tzinfo=SHANGHAI), "村口")


def test_several_days_without_a_closing_hour_last_to_the_end_of_the_last_one():
    item = item_with(FAIR)
    row = {"day": "2026-12-05", "time": "10:00", "last": "2026-12-06", "until": ""}
    fields = to_fields(item) | {f"event1_{part}": value for part, value in row.items()}
    changed = from_fields(item, fields, {})
    assert changed.events[0].end == datetime(2026, 12, 6, 23, 59, tzinfo=SHANGHAI)
    shown = to_fields(changed)
    assert {part: shown[f"event1_{part}"] for part in row} == row


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"day": ""}, "活动1的日期或钟点不对"),
        ({"day": "2026-02-30"}, "活动1的日期或钟点不对"),
        ({"time": "25:00"}, "活动1的日期或钟点不对"),
        ({"until": "08:00"}, "活动1的结束早于开始"),
        ({"last": "2026-11-27"}, "活动1的结束早于开始"),
        ({"time": "", "until": "11:00"}, "没有开始的"),
    ],
)
def test_an_event_that_cannot_be_is_refused(row, said):
    item = item_with(FAIR)
    fields = to_fields(item) | {f"event1_{part}": value for part, value in row.items()}
    with pytest.raises(RefusedError, match=said):
        from_fields(item, fields, {})


def test_a_heading_of_a_case_card_is_changed_or_left_out():
    item = item_with(details={"背景": "旧。", "做法": "做。"})
    fields = to_fields(item) | {"card0": "", "card1": "新做法。"}
    assert from_fields(item, fields, {}).details == {"做法": "新做法。"}


@pytest.mark.usefixtures("week")
def test_editors_put_an_event_right_and_a_wrong_one_is_shown_again(anna, first):
    path = f"{BOARD}items/{first.key}/"
    day = {"event1_day": "2026-12-05", "event1_time": "19:00", "event1_place": "示例礼堂"}
    wrong = anna.post(path, form_of(first, **(day | {"event1_until": "18:00"})))
    assert wrong.status_code == 422
    assert "活动1的结束早于开始" in wrong.content.decode()
    assert "示例礼堂" in wrong.content.decode()
    anna.post(path, form_of(first, **day))
    (event,) = edit.get_item(now().issue, first.key).events
    assert event.place == "示例礼堂"
    assert 'value="2026-12-05"' in page(anna, path)
    # A form of before, which knows nothing of events, leaves them alone.
    plain = {
        name: value
        for name, value in form_of(first, title="示例：改题").items()
        if "event" not in name
    }
    anna.post(path, plain | {"revision": str(now().n)})
    assert edit.get_item(now().issue, first.key).events == (event,)
    assert len(EVENTS) == 6
