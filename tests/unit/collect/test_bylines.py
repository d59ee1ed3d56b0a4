"""What pages say of their articles: outlet, author, editor and day, in every way of writing them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.bench_extract import NOW, SOURCE, judge_fields, read_truths, read_whole
from pipeline.calendar import SHANGHAI
from pipeline.collect.authors import find_author
from pipeline.collect.pages import read_page
from pipeline.collect.published import find_date

BARE = lxml.html.fromstring("<html><head><title>示例标题_示例站</title></head><body></body></html>")


def test_bylines_of_all_families_are_read() -> None:
    right, stated = Counter[str](), Counter[str]()
    for truth in read_truths():
        judge_fields(read_whole(truth), truth, right, stated)
    assert right["published"] >= stated["published"] - 2
    assert right["source"] >= stated["source"] - 1
    assert right["author"] >= stated["author"] - 3
    assert right["editor"] >= stated["editor"] - 1
    assert right["picture"] >= stated["picture"] - 2


OPENING = "<p>（示例）居民在议事厅里商量楼道照明的办法，社区当天记下了每一条意见。</p>" * 5


@pytest.mark.parametrize(
    ("line", "end", "source", "author", "editor"),
    [
        ("稿源 示例网 作者 左思齐 编辑 池小鱼 日期 2026-11-16", "", "示例网", "左思齐", "池小鱼"),
        ("示例新闻记者 郝一舟 实习生 倪安", "", "示例新闻", "郝一舟 倪安", None),
        ("□ 记者 郁南枝 通讯员 褚小满 文/摄", "", None, "郁南枝 褚小满", None),
        ("信息来源：示例街道发布日期：2026-11-17", "", "示例街道", None, None),
        ("由 陆羽白 发布于 2026-11-15", "", None, "陆羽白", None),
        ("", "（示例体育 记者 凌云志 编辑 白小葵）", "示例体育", "凌云志", "白小葵"),
        ("", "（记者：祝融融　通讯员：康小可）", None, "祝融融 康小可", None),
        ("2026-11-13|转载自：示例公众号", "责任编辑 谷雨", "示例公众号", None, "谷雨"),
        ("", "文字 | 慎独行", None, "慎独行", None),
        ("作者：乐正 · 出处：示例杂志", "本期编辑：南风", "示例杂志", "乐正", "南风"),
        ("记者：顾长河 图/示例", "", None, "顾长河", None),
    ],
)
def test_a_byline_of_this_kind_is_read(
    line: str, end: str, source: str | None, author: str | None, editor: str | None
) -> None:
    made = (
        "<html><head><title>示例消息标题_示例站</title></head><body><h1>示例消息标题</h1>"
        f"<p>{line}</p><div>{OPENING}<p>{end}</p></div></body></html>"
    )
    page = read_page(made, "http://a.example/1", SOURCE, NOW)
    assert (page.origin, page.author, page.editor) == (source, author, editor)
    assert end not in page.text or not end
    assert page.text.count("居民在议事厅里") == 5


@pytest.mark.parametrize(
    ("near", "opening", "after", "meta", "author"),
    [
        (["作者：左思齐"], "本报讯（记者 郁南枝）", [], {"author": "倪安"}, "左思齐"),
        ([], "本报讯（记者 郁南枝 通讯员 褚小满）", [], {"author": "倪安"}, "郁南枝 褚小满"),
        ([], "", [], {"author": "倪安"}, "倪安"),
        ([], "", [], {"author": "示例站"}, None),  # the site itself
        ([], "", [], {"author": "示例街道"}, None),  # no person
        (["作者：佚名"], "", [], {}, None),
        ([], "", ["记者 郁南枝 摄"], {}, "郁南枝"),
    ],
)
def test_what_readers_see_of_the_author_counts_before_what_programs_are_told(
    near: list[str], opening: str, after: list[str], meta: dict[str, str], author: str | None
) -> None:
    assert find_author(BARE, near, opening, after, meta) == author


@given(st.text("记者作者：: 　（）(文/图 、左思齐网报讯佚名编辑摄", max_size=40))
def test_every_name_of_an_author_stands_in_the_line(line: str) -> None:
    found = find_author(BARE, [line], "", [], {})
    assert all(name in line for name in (found or "").split())


@pytest.mark.parametrize(
    ("near", "after", "meta", "day"),
    [
        (["发布时间：2026-11-16 09:30"], [], {"pubdate": "2026-11-01"}, (11, 16, 9, 30)),
        (["2026-11-16"], [], {"pubdate": "2026-11-15 08:00"}, (11, 15, 8, 0)),
        (["2026-11-16"], ["发布时间：2026-11-14"], {}, (11, 16, 0, 0)),
        ([], ["发布时间：2026-11-14"], {}, (11, 14, 0, 0)),
        (["最后由 示例 于 2026-11-18 10:00 编辑", "2026-11-16"], [], {}, (11, 16, 0, 0)),
        (["示例社区 11-16"], [], {}, (11, 16, 0, 0)),
    ],
)
def test_a_day_shown_to_the_minute_counts_before_the_metadata_and_those_before_a_bare_day(
    near: list[str], after: list[str], meta: dict[str, str], day: tuple[int, int, int, int]
) -> None:
    month, date, hour, minute = day
    expected = datetime(2026, month, date, hour, minute, tzinfo=SHANGHAI)
    assert find_date(BARE, near, after, meta, NOW) == expected
