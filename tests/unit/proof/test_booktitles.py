"""《 》 around events, and a source that is left empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


def told(found: tuple[Finding, ...], rule: str) -> list[str]:
    return [one.surface for one in found if one.rule == rule]


def test_an_event_in_book_title_marks_is_a_hint(read: Read) -> None:
    (one,) = [one for one in read("《同心圆》邻里文化节开幕。") if one.rule == "book-title"]
    assert (one.surface, one.suggestion) == ("《同心圆》", "“同心圆”")


@pytest.mark.parametrize(
    "text",
    [
        "合唱《茉莉花》赢得掌声。",
        "居民看了《梁祝》。",
        "社区办《民法典》讲座。",
        "“同心圆”文化节开幕。",
    ],
)
def test_a_work_keeps_its_marks(read: Read, text: str) -> None:
    assert told(read(text), "book-title") == []


@pytest.mark.parametrize("end", ["（来源：）", "（记者：　）", "（图片来源：××）", "（通讯员：）"])
def test_a_source_that_is_left_empty_is_found(read: Read, end: str) -> None:
    assert told(read(f"灯亮了一夜。{end}"), "source-missing") == [end]


@pytest.mark.parametrize("end", ["（来源：示例晚报）", "（记者 陈一）", "（图：小陈）"])
def test_a_source_that_is_named_is_left_alone(read: Read, end: str) -> None:
    assert told(read(f"灯亮了一夜。{end}"), "source-missing") == []
