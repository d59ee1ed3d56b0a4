"""Keywords tell what a text is about."""

import pytest

from pipeline.tag.wording import get_keywords, is_telling


@pytest.mark.parametrize(
    "word",
    ["三天", "第三次", "余万人次", "三十六根", "一千一百", "日起", "点半", "昨天上午", "今年夏天", "九十年代",
     "一声", "次日", "周日", "举行", "即可", "海曙", "余姚市", "示例社区", "个民族"],
)  # fmt: skip
def test_counts_dates_and_words_of_every_text_are_no_keywords(word: str) -> None:
    assert not is_telling(word)


@pytest.mark.parametrize(
    "word",
    [
        "半辈子",
        "十里红妆",
        "小巷总理",
        "年糕",
        "日子",
        "月饼",
        "超市",
        "夜市",
        "老年食堂",
        "个体户",
    ],
)
def test_what_only_looks_like_one_stays(word: str) -> None:
    assert is_telling(word)


def test_the_most_frequent_come_first() -> None:
    tokens = ["书角", "三天", "书角", "换书", "示例"]
    assert get_keywords(tokens, frozenset()) == ("书角", "换书")
