from dataclasses import replace
from datetime import datetime

import pytest

from pipeline.calendar import SHANGHAI
from pipeline.model import Image, Issue, Item, Level, Section, SectionKind
from pipeline.proof import proofread

PUBLISHED = datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)
ITEM = Item(
    key="1",
    title="示例标题",
    summary="示例摘要。",
    original_title="示例标题",
    url="https://example.org/1",
    source_id="s",
    source_name="示例来源",
    published=PUBLISHED,
)


def issue_of(**changes):
    section = Section(SectionKind.DISTRICTS, "各区动态", (replace(ITEM, **changes),))
    moment = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)
    return Issue("2026-W47", 3, "示例周报", "", moment, moment, moment, (section,))


def found(**changes):
    return [(one.rule, one.level, one.surface) for one in proofread(issue_of(**changes)).findings]


def test_a_clean_item_raises_nothing():
    report = proofread(issue_of())
    assert report.findings == ()
    assert report.errors_per_10000 == 0


@pytest.mark.parametrize(
    "text",
    [
        "11月23日（周一）开讲。", "2026年11月23日（星期一）开讲。", "“昨天我们还在排练。”她说。",
        "比分是3:2，网址 https://example.org/a?b=1,c 可查。", "“你好，‘朋友’”，她说。",
        "2025年11月23日（星期日）已经开过一场。",
    ],
)  # fmt: skip
def test_clean_look_alikes_raise_nothing(text):
    assert found(text=text) == []


@pytest.mark.parametrize(
    ("text", "rule", "surface"),
    [
        ("11月23日（周二）开讲。", "weekday-wrong", "11月23日（周二）"),
        ("2026年2月30日开讲。", "weekday-wrong", "2026年2月30日"),
        ("昨天下午，示例社区很热闹。", "relative-date", "昨天"),
        ("去年底刚刚完工。", "relative-date", "去年底"),
        ("大家好,欢迎。", "punctuation", ","),
        ("“大家好。", "punctuation", "“"),
        ("大家好）。", "punctuation", "）"),
    ],
)
def test_planted_mistakes_are_found_with_their_span(text, rule, surface):
    assert [(one[0], one[2]) for one in found(text=text)] == [(rule, surface)]


def test_a_relative_date_is_offered_as_an_absolute_one():
    (finding,) = proofread(issue_of(text="昨晚很热闹。")).findings
    assert finding.suggestion == "11月19日晚"


def test_a_relative_date_without_a_date_to_count_from_blocks():
    assert found(text="昨天很热闹。", published=None) == [("relative-date", Level.ERROR, "昨天")]


def test_a_reprint_without_source_or_address_blocks_but_an_own_text_does_not():
    assert found(source_name="", url="") == [("source-missing", Level.ERROR, "")]
    assert found(source_name="", url="", own=True) == []


def test_links_and_pictures_are_judged():
    assert found(url="ftp://example.org/1") == [("link", Level.ERROR, "ftp://example.org/1")]
    image = Image("https://example.org/1.jpg")
    assert found(image=image) == [("image", Level.ERROR, "")]
    assert found(image=replace(image, alt="示例", credit="示例 摄")) == []


def test_the_mail_needs_its_way_out_and_a_size_that_is_not_clipped():
    token = "__UNSUBSCRIBE__"
    assert proofread(issue_of(), html=token, text=token).findings == ()
    assert proofread(issue_of(), html=token, text="").errors == 1
    large = proofread(issue_of(), html=token + "示" * 31_000, text=token)
    assert (large.errors, large.warnings) == (0, 1)
    assert proofread(issue_of(), html=token + "示" * 40_000, text=token).errors == 1


@pytest.mark.parametrize("hostile", ["，" * 300_000, "“" * 200_000, "9" * 300_000, "昨天" * 50_000])
def test_hostile_text_gets_an_answer(hostile):
    assert proofread(issue_of(text=hostile)).characters > 0
