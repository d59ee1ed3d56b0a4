"""Kinds of mistakes that newsrooms make, each found beside its right neighbour."""

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
    ("rule", "wrong", "right"),
    [
        ("member-name", "中河街道飞红社区添了工具角。", "中河街道飞虹社区添了工具角。"),
        ("member-name", "新砌街道的老街亮了灯。", "新碶街道的老街亮了灯。"),
        ("member-name", "奉化市的桃农添了冷库。", "1988年设的奉化市，2016年撤市设区。"),
        ("member-name", "江夏街道的老街亮了灯。", "武汉市江夏街道的代表来了。"),
        ("member-name", "潘火街道文汇社区开夜校。", "下应街道文汇社区开夜校。"),
        ("count-mismatch", "停车收入12.6万元，支出8.2万元，结余4.6万元。", "停车收入12.6万元，支出8.2万元，结余4.4万元。"),
        ("count-mismatch", "分成8个网格，每个网格配4名网格员，共36名。", "分成8个网格，每个网格配4名网格员，共32名。"),
        ("count-mismatch", "45名代表全部投票，赞成38票，反对3票，弃权2票。", "45名代表全部投票，赞成38票，反对3票，弃权4票。"),
        ("count-mismatch", "由50人增加到150人，增加了3倍。", "由50人增加到150人，增加了2倍。"),
        ("count-mismatch", "配了4样东西，外加雨伞架，一共6样。", "配了4样东西，外加雨伞架，一共5样。"),
        ("count-mismatch", "合同从2024年1月到2026年12月，为期两年。", "合同从2024年1月到2026年12月，为期三年。"),
        ("count-mismatch", "改造的三大件是水管、电线、煤气管、网线，都换了。", "改造的三大件是水管、电线、煤气管，都换了。"),
        ("count-mismatch", "六种粽：碱水粽、五色粽、羊肉粽、酸菜粽、肉粽、豆粽、枣粽。", "六种粽：碱水粽、五色粽、羊肉粽、酸菜粽……桥边办活动，请甲、乙、丙来。"),
        ("title-form", "村委会书记带人丈量码头。", "村委会主任带人丈量码头。"),
        ("title-form", "街道办事处党工委书记拍了板。", "街道党工委书记拍了板。"),
        ("punctuation", "明细：（1）、上午停水；（2）下午。", "明细：（1）上午停水；（2）下午。"),
        ("punctuation", "分两步：第一、清障；其余再说。", "分两步：第一，清障；其余再说。"),
        ("punctuation", "灯亮了！！！！大家都来看。", "灯亮了！！！大家都来看。"),
        ("punctuation", "书记说：“答应的事就要办到”。", "书记说：“答应的事就要办到。”"),
        ("punctuation", "他说：“这条“公约”是大家改的。”", "他说：“这条‘公约’是大家改的。”"),
        ("punctuation", "理发五元、染发三十元等等……", "理发五元、染发三十元等。"),
        ("number-style", "队伍排了100多来米。", "队伍排了100多米。"),
        ("number-style", "走路要十5分钟。", "走路要十五分钟。"),
        ("relative-date", "今冬第一批炭送上了山。", "2026年冬天第一批炭送上了山。"),
        ("relative-date", "昨天的雨下到半夜。", "照片里的昨天已经远去。"),
        ("person-name", "书记沈立萍来了。傍晚，沈丽萍书记又来擦黑板。", "书记沈立萍来了。傍晚，沈立萍书记又来擦黑板。"),
        ("private-data", "打他手机13857412306就行。", "快递单号SF13857412306已签收。"),
        ("confusable", "居民反应的问题记在本子上。", "居民反应热烈，反映的问题也多。"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_and_its_neighbour_is_not(
    read: Read, rule: str, wrong: str, right: str
) -> None:
    assert rule in {one.rule for one in read(wrong)}
    assert rule not in {one.rule for one in read(right)}


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("编织课11月19日晚上7点开课，线由社区准备。", True),
        ("票友会十一月二十一日下午一点半开锣。", True),
        ("春联征集报名到11月21日，投稿送到服务台。", True),
        ("编织课11月27日晚上7点开课。", False),
        ("从11月19日晚上7点起，每周一课。", False),
        ("展览自11月18日至12月3日开放。", False),
        ("11月12日晚上7点，编织课开课，来了十九人。", False),  # over when it was written
    ],
)
def test_what_was_to_come_when_written_and_is_over_now_is_found(
    read: Read, text: str, *, over: bool
) -> None:
    published = datetime(2026, 11, 16, 9, tzinfo=SHANGHAI)
    assert ("event-over" in {one.rule for one in read(text, published=published)}) is over
