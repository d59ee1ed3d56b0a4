"""What is tried only at some places is found as if it were tried everywhere."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.proof import dates, persons, series, sums
from pipeline.proof.lazy import tried
from pipeline.proof.spans import Text
from pipeline.proof.wordindex import keys_of, places_of

AGEING = st.lists(
    st.sampled_from(
        re.findall(
            r"\S+",
            "昨 天 今 明 后 前 大 日 近 期 目 当 上 下 本 这 个 周 星 礼 拜 月 年 几 两 些 三 10 晚 早 起 底 初 春 段 阵 子 最 连 来 不 久 即 眼 去 过 刚 的 周末 之 以 半 ，",
        )
    ),
    max_size=14,
).map("".join)
CHILDREN = st.lists(
    st.sampled_from(re.findall(r"\S+", "小 中 大 学 生 初 高 一 三 年 级 班 男 女 孩 童 儿 少 留 守 幼 园 校 区 朋 友 选 手 主 志 记 者 同 子 持 员 老")),
    max_size=14,
).map("".join)  # fmt: skip
FIGURES = st.lists(
    st.sampled_from(
        re.findall(r"\S+", "3 12 40 一 三 两 十 % 人 户 元 层 个 社区 每 周 天 共 合计 其中 ， 、 。 ： 男 女 增长 了 去年 今年 占 为期 月 日 至 小时 倍 一半 未 其余 其中 里 票 弃权 赞成 “ ” 《甲》 这 件 分成 组 项 共有 收入 支出 结余 甲 乙")
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(st.text("甲乙丙丁𠮷\ud800a"), st.sets(st.text("甲乙丙丁𠮷", min_size=2, max_size=2)))
def test_pairs_of_characters_are_found_where_they_stand(text: str, pairs: set[str]) -> None:
    everywhere = [at for at in range(len(text) - 1) if text[at : at + 2] in pairs]
    assert places_of(text, keys_of(pairs)) == everywhere


@given(AGEING)
def test_every_ageing_word_begins_where_it_is_looked_for(text: str) -> None:
    pairs = [at for at in range(len(text)) if text[at : at + 2] in dates._AGING_PAIRS]
    ago = [one.start() for one in dates._SOME_DAYS_AGO.finditer(text)]
    found = [one.span() for one in tried(dates._AGING, text, sorted({*pairs, *ago}))]
    assert found == [one.span() for one in dates._AGING.finditer(text)]
    if list(dates._NOT_AGING.finditer(text)):
        assert any(one in text for one in dates._MAY_STAY)


@given(CHILDREN)
def test_every_word_of_a_child_begins_where_it_is_looked_for(text: str) -> None:
    places = [at for at in range(len(text)) if text[at : at + 2] in persons._CHILD_PAIRS]
    found = [one.span() for one in tried(persons._CHILD, text, places)]
    assert found == [one.span() for one in persons._CHILD.finditer(text)]


@given(st.text("一二是要，。第1（）、首先①其.点\n", max_size=30))
def test_every_mark_of_a_series_begins_where_it_is_looked_for(text: str) -> None:
    places = [one.start() for one in series._MAY_BE_MARK.finditer(text)]
    found = [one.span() for one in tried(series._MARK, text, places)]
    assert found == [one.span() for one in series._MARK.finditer(text)]


@given(FIGURES)
def test_no_sentence_that_can_be_worked_out_is_passed_over(words: str) -> None:
    everywhere = [
        (one.start() + start, one.start() + end)
        for one in sums._SENTENCE.finditer(words)
        for start, end, *_ in sums._faults(one.group())
    ]
    found = [(one.start, one.end) for one in sums.find_wrong_sums(Text(None, "text", words))]
    assert found == everywhere
