"""Words of time stay where they still mean on the day of appearance (23 November 2026) what they meant."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.calendar import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


@pytest.mark.parametrize(
    ("words", "published", "surface"),
    [
        ("今年以来，晾衣架修了九副。", "2026-01-04", None),
        ("今年以来，晾衣架修了九副。", "2025-12-30", "今年以来"),
        ("去年秋天的雨水少。", "2026-11-20", None),
        ("去年秋天的雨水少。", "2025-12-30", "去年秋天"),
        ("天棚去年底搭好。", "2026-11-20", "去年底"),
        ("上周补种了冬青。", "2026-11-23", None),
        ("上周补种了冬青。", "2026-11-20", "上周"),
        ("下个月开课。", "2026-11-02", None),
        ("下个月开课。", "2026-10-30", "下个月"),
        ("眼下，老樟树已经发芽。", "2026-11-17", None),
        ("眼下，老樟树已经发芽。", "2026-11-16", "眼下"),
        ("截至目前，登记了六户。", "2026-11-20", "目前"),
        ("眼下，柿子红了。", "2026-11-20", None),
        ("前不久，渡口换了新船。", "2026-11-20", None),
        ("日前，渡口换了新船。", "2026-11-20", "日前"),
        ("老船工说，昨天的潮水没过了石阶。", "2026-11-20", None),
        ("老船工说话慢，昨天才开口。", "2026-11-20", "昨天"),
        ("老船工说潮水大。昨天，石阶没了顶。", "2026-11-20", "昨天"),
        ("天气预报说，明天有雨。", "2026-11-20", "明天"),
        ("旧字就是今天的“渡”字，这座桥一直用到今天。", "2026-11-20", None),
        ("今天下午，渡口停航。", "2026-11-20", "今天"),
    ],
)
def test_a_word_of_time_is_found_where_it_no_longer_holds(
    read: Read, words: str, published: str, surface: str | None
) -> None:
    moment = datetime.fromisoformat(published).replace(hour=9, tzinfo=SHANGHAI)
    found = [one.surface for one in read(words, published=moment)]
    assert [one for one in found if one in words] == ([surface] if surface else found[:0])
