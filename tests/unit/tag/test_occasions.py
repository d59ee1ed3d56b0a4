"""What a sentence calls the thing to go to."""

import pytest

from pipeline.tag.occasions import find_name, holds_occasion


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("晚上7点上一堂十三天剪纸课", "剪纸课"),
        ("中午先摆百家宴", "百家宴"),
        ("开展一次“旧书换绿植”活动", "旧书换绿植"),
        ("题为“江边的城市史”", "江边的城市史"),
        ("这里办一年一度的元宵灯会", "元宵灯会"),
        ("当晚办起还有一场青年联谊会", "青年联谊会"),
        ("邻里节开幕式暨百家宴", ""),
        ("一共十二次课", ""),
        ("颁奖和开展放在一起，本周五下午3点", ""),
        ("周末在苍水书房开课", ""),
        ("当天有两课", ""),
    ],
)
def test_a_name_is_what_the_sentence_calls_it_and_no_more(sentence: str, name: str) -> None:
    assert find_name(sentence) == name


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("将举行结业典礼", True),
        ("照片在老米仓里开展。", True),
        ("赛龙舟", True),
        ("开展入户调查", False),
        ("拓展服务", False),
        ("节假日照常", False),
    ],
)
def test_an_occasion_is_something_to_go_to(words: str, is_one: bool) -> None:  # noqa: FBT001
    assert holds_occasion(words) is is_one
