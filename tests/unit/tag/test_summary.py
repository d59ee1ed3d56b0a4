"""The summary: whole sentences from the lead, none that hangs in the air, none cut in a quotation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tag.summary import LONGEST, get_summary

LONG = "（示例）" + "居民在议事厅里商量楼道照明的办法，" * 8 + "最后都签了字。"


@pytest.mark.parametrize(
    "opening",
    ["文化礼堂里坐满了人。", "图书馆搬进了小区。", "文明养犬从娃娃抓起。", "来源于生活的快板最动人。",
     "摄影师老陈背起相机，记下老街的变化。", "记者昨日在示例社区看到，新建的口袋公园已经开放。",
     "手机讯号差的问题解决了。"],
)  # fmt: skip
def test_a_sentence_that_begins_like_a_byline_is_none(opening: str) -> None:
    assert get_summary(f"{opening}（示例）大家都说好。") == f"{opening}（示例）大家都说好。"


@pytest.mark.parametrize(
    "head",
    ["本报讯（记者 某某 通讯员 某某）", "宁波晚报讯（记者 某某）", "某某社宁波11月18日电（记者 某某）",
     "某某网宁波11月18日消息（记者 某某）", "（通讯员 某某）", "记者昨日从示例街道获悉，", "宁波讯 "],
)  # fmt: skip
def test_how_papers_and_agencies_begin_is_left_out(head: str) -> None:
    assert get_summary(f"{head}示例社区的书角开张了。") == "示例社区的书角开张了。"


@pytest.mark.parametrize(
    "aside",
    ["来源：示例发布。", "（通讯员 某某）", "（来源：示例发布）", "记者 某某 通讯员 某某", "咨询电话：00000000。",
     "图/某某"],
)  # fmt: skip
def test_whose_text_it_is_and_whom_to_call_is_left_out(aside: str) -> None:
    assert get_summary(f"{aside}\n示例社区的书角开张了。\n{aside}") == "示例社区的书角开张了。"


@pytest.mark.parametrize(
    "taking_up",
    [
        "其中，一半是老人。",
        "改造后，小巷宽了。",
        "为此，社区请来了师傅。",
        "他走进弄堂。",
        "这让居民放心。",
    ],
)
def test_after_a_lead_too_long_nothing_that_takes_it_up_comes_first(taking_up: str) -> None:
    assert len(LONG) > LONGEST
    assert get_summary(f"{LONG}{taking_up}示例社区的书角开张了。") == "示例社区的书角开张了。"
    assert get_summary(f"{LONG}{taking_up}") == taking_up  # better than nothing


def test_what_is_quoted_stays_whole() -> None:
    quoted = "老人笑着说：“靠的就是两条腿。一天走三趟！再远也去。”"
    assert get_summary(f"{quoted}大家都说好。") == f"{quoted}大家都说好。"
    long = f"老人说：“{'一天走三趟。' * 25}”"
    assert get_summary(f"示例社区的书角开张了。{long}") == "示例社区的书角开张了。"
    assert get_summary("老人说：“走三趟。\n示例社区的书角开张了。") == "示例社区的书角开张了。"


@given(st.text(alphabet="示例社区。！？“”（）\n ，其中记者来源：讯", max_size=300))
def test_any_text_gives_sentences_of_its_own(text: str) -> None:
    summary = get_summary(text)
    assert len(summary) <= LONGEST
    position = 0
    for character in summary:  # nothing is added or put in another order
        position = text.find(character, position) + 1
        assert position > 0
