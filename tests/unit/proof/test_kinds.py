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
        ("count-mismatch", "读报组有30名成员，其中18人退了休，占三分之二。", "读报组有30名成员，其中20人退了休，占三分之二。"),
        ("count-mismatch", "40名会员带来240本书，平均每人8本。", "40名会员带来240本书，平均每人6本。"),
        ("count-mismatch", "收入从3000元涨到6000元，涨了两倍。", "收入从3000元涨到6000元，涨了一倍。"),
        ("count-mismatch", "去年600人次，今年1800人次，是去年的4倍。", "去年600人次，今年1800人次，是去年的3倍。"),
        ("count-mismatch", "班车7点20分从村口发车，8点整到渡口，全程用时50分钟。", "班车7点20分从村口发车，8点整到渡口，全程用时40分钟。"),
        ("count-mismatch", "9月10日至20日，为期两周的展览开了。", "9月7日至20日，为期两周的展览开了。"),
        ("count-mismatch", "桥1990年建成，至今已有26年。", "桥1990年建成，至今已有36年。"),
        ("count-mismatch", "他1950年出生，今年66岁。", "他1950年出生，今年76岁。"),
        ("count-mismatch", "卖了30份，每份12元，共收入400元。", "卖了30份，每份12元，共收入360元。"),
        ("count-mismatch", "原价100元，打八折后是70元。", "原价100元，打八折后是80元。"),
        ("count-mismatch", "来了七位演员，分别饰演书生、小姐、丫鬟、员外、媒婆和县官。", "来了六位演员，分别饰演书生、小姐、丫鬟、员外、媒婆和县官。"),
        ("count-mismatch", "摆出三项服务，包括磨刀、理发、补鞋和量血压。", "摆出八项服务，包括磨刀、理发、补鞋和量血压。"),
        ("event-over", "认领时间截至11月21日，说得出特征就能领走。", "认领时间截至11月28日，说得出特征就能领走。"),
        ("event-over", "预订通道于11月20日晚上8点关闭。", "预订通道11月20日晚上8点打开。"),
        ("relative-date", "本月中旬，村里编了一头草牛。", "11月中旬，村里编了一头草牛。"),
        ("relative-date", "水泥桌是前年建的。", "水泥桌是2024年建的。"),
        ("title-form", "村长老葛在喇叭里喊。", "在山村长大的老葛在喇叭里喊。"),
        ("title-form", "检察院院长来讲课。", "检察院检察长来讲课。"),
        ("title-form", "社区妇联主任带头。", "社区妇联主席带头。"),
        ("private-data", "他的号码是13606 741 920。", "单号13606 741 92。"),
        ("private-data", "身份证号是330203 19580612 0015。", "批号是330203 19580612 001。"),
        ("punctuation", "木匠用松木、竹片、等材料做水车。", "门口有送货的、等活的。"),
        ("punctuation", "要求是：1、关灯；其余照旧。", "要求是：1．关灯；其余照旧。"),
        ("punctuation", "他得过《优秀楼道长》证书。", "他得过“优秀楼道长”证书。"),
        ("punctuation", "排了《追鱼》、《梁祝》两出戏。", "排了《追鱼》《梁祝》两出戏。"),
        ("number-style", "来的村民近千余，很热闹。", "来的村民近千，很热闹。"),
        ("number-style", "“3八”妇女节染蓝印花布。", "“三八”妇女节染蓝印花布。"),
        ("number-style", "老桥在20世纪八十年代修过。", "老桥在20世纪80年代修过。"),
        ("minor", "9岁的钟思远跟着爷爷学刨木头。", "9岁的钟某跟着爷爷学刨木头。"),
        ("minor", "幼儿园大班的吕梦瑶种的蚕豆发了芽。", "牛背上可以坐四个孩子。"),
        ("person-name", "村医罗永平出诊。夜里，村医罗永年说没事。", "村医罗永平出诊。夜里，村医罗永平说没事。"),
        ("person-name", "志愿者叶舟在灯塔守了一月。志愿者叶舟舟写日志。", "志愿者叶舟在灯塔守了一月。志愿者叶舟写日志。"),
        ("wording", "木牌上写着“史上最低价，错过不再有”。", "他说：“这是史上最低价，我记得。”"),
        ("wording", "社区给痴呆老人缝布贴。", "社区给认知障碍老人缝布贴。"),
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
