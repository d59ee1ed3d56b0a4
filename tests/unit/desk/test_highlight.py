"""The stretches of a text that the desk highlights, and what it says of each."""

from pipeline.desk.evidence import highlight
from pipeline.model import Evidence

_TEXT = "12月5日晚7点，老祠堂开臼。"


def test_an_events_day_and_its_venue_are_told_apart() -> None:
    evidence = [
        Evidence("event:2026-12-05", "announced-day", "12月5日晚7点", "text", 0, 8, 1.0),
        Evidence("event:2026-12-05", "venue", "老祠堂", "text", 9, 12, 1.0),
    ]
    told = [(one.text, one.kind, one.why) for one in highlight(_TEXT, evidence, "text")]
    assert told == [
        ("12月5日晚7点", "event", "活动：2026-12-05"),
        ("，", "", ""),
        ("老祠堂", "event", "活动地点：2026-12-05"),
        ("开臼。", "", ""),
    ]
