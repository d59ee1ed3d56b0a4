"""Words that do not go together, one thing said twice, and measures of the wrong kind.

准确率增加, 增强意识和水平, 一幢棉被, 不仅帮助别人，也帮助别人. What this module never does: judge words by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.spans import quoted

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.spans import Text

_HOW = "(?:[也都又]?(?:明显|显著|大幅|大大|不断|逐步|逐年|有所|进一步|稳步))?"
_RATE = "准确率|正确率|成功率|满意率|满意度|知晓率|参与率|覆盖率|合格率|签约率|入住率|到课率|回收率|利用率|就业率|及格率|效率|质量|水平|素质"
_AMOUNT = "人数|户数|数量|次数|件数|个数|场次|人次"
_GAP = "[^，。；、！？：和与及\n]"
_ONE = "[一两三四五六七八九十几数]"
_NEAR = "[^，。；、！？：和与及并而且\n]"  # a gap that holds no second verb
_HOUSEHOLD = "棉被|被子|毛毯|毯子|床单|枕头|衣服|棉衣|毛衣|围巾|雨衣|图书|椅子|桌子|凳子|汽车|自行车|电动车|电视机|冰箱|大树|水果"


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two words that do not go together."""

    needs: tuple[str, ...]  # of which one has to be there
    pattern: re.Pattern[str]  # what is wrong is its group ``wrong``, or all of it
    says: str
    right: str = ""


_PAIRS = (
    _Pair(("增加",), lazy(rf"(?:{_RATE}){_HOW}(?P<wrong>增加)(?!值|量|的是|费)"), "“率”“水平”“质量”与“提高”搭配", "提高"),
    _Pair(("提高",), lazy(rf"(?:{_AMOUNT}){_HOW}(?P<wrong>提高)(?=[了到至，。；]|$)"), "数量与“增加”搭配", "增加"),
    _Pair(("意识",), lazy(rf"(?:增强|强化|树立)了?{_GAP}{{1,12}}意识[和与及、]{_GAP}{{0,6}}?(?:水平|技能|素质)(?=[，。；]|$)"), "“增强”与“意识”搭配，与后一个词不搭配：后面另用“提高”"),
    _Pair(("水平",), lazy(rf"(?:改善|加强|加快){_GAP}{{0,6}}?水平(?=[，。；、的]|$)"), "“水平”与“提高”搭配"),
    _Pair(("力度", "步伐"), lazy(rf"加快{_GAP}{{0,8}}?力度|(?:加大|提高|增强){_GAP}{{0,6}}?步伐"), "“力度”用“加大”，“步伐”用“加快”"),
    _Pair(("的建设力量", "的治理力量", "的发展力量", "的骨干", "的中坚"), lazy(r"(?:重要|主要|关键)的(?P<who>社区|小区|城市|乡村|街道|基层|治理|村里)的(?:建设|治理|发展|骨干|中坚)力量"), "语序不当：“重要”移到“力量”前，如“社区建设的重要力量”"),
    _Pair(("规模", "范围", "面积"), lazy(rf"(?P<wrong>提高|提升|增强|加强|加大|改善)了?(?:{_NEAR}{{0,6}}?)(?:规模|范围|面积)(?=[，。；、]|$)"), "“规模”“范围”“面积”与“扩大”搭配", "扩大"),
    _Pair(("差距",), lazy(rf"(?P<wrong>降低|减少|减小)了?{_NEAR}{{0,8}}?差距(?=[，。；、]|$)"), "“差距”与“缩小”搭配", "缩小"),
    _Pair(("成本",), lazy(rf"(?P<wrong>缩小|缩短|减轻)了?{_NEAR}{{0,8}}?成本(?=[，。；、]|$)"), "“成本”与“降低”搭配", "降低"),
    _Pair(("效率",), lazy(rf"(?P<wrong>改善|增加|加快|扩大)了?{_NEAR}{{0,8}}?效率(?=[，。；、]|$)"), "“效率”与“提高”搭配", "提高"),
    _Pair(("氛围", "气氛"), lazy(rf"(?P<wrong>建立|树立|开展)(?:了|起)?{_NEAR}{{0,10}}?(?:氛围|气氛)(?=[，。；、]|$)"), "“氛围”与“营造”搭配", "营造"),
    _Pair(("作用",), lazy(rf"(?P<wrong>发扬)了?{_NEAR}{{0,12}}?作用(?=[，。；、]|$)"), "“作用”与“发挥”搭配", "发挥"),
    _Pair(("精神", "传统"), lazy(rf"(?P<wrong>发挥)了?{_NEAR}{{0,10}}?(?:(?:奉献|雷锋|志愿|互助|工匠|奋斗|合作|团结)精神|优良传统|传统美德)(?=[，。；、]|$)"), "“精神”“传统”与“发扬”搭配", "发扬"),
    _Pair(("贡献",), lazy(rf"(?P<wrong>起到|发挥|产生)了?{_NEAR}{{0,10}}?贡献(?=[，。；、]|$)"), "“贡献”与“作出”搭配", "作出"),
    _Pair(("任务", "目标"), lazy(r"(?P<wrong>履行|担任)了?[^，。；、！？：和与及并而且\n职责任]{0,8}?(?:任务|目标)(?=[，。；、]|$)"), "“任务”用“完成”“承担”，“目标”用“实现”"),
    _Pair(("召开",), lazy(r"(?P<wrong>召开)了?(?:[^，。；！？：\n会]{0,14}?)(?:活动|比赛|仪式|展览|演出|讲座|培训|论坛)(?=[，。；、]|$)"), "“召开”只用于会议，活动、比赛用“举办”“举行”", "举行"),
    _Pair(("活动的开展", "举办"), lazy(r"(?P<wrong>举办)了?(?:[^，。；！？：\n、]{0,10}?)(?:工作|任务|行动)(?=[，。；]|$)"), "“工作”“行动”用“开展”", "开展"),
    _Pair(("素质", "能力"), lazy(rf"(?P<wrong>养成|改进)了?{_NEAR}{{0,8}}?(?:素质|能力|本领)(?=[，。；、]|$)"), "“能力”“素质”与“提高”搭配", "提高"),
    _Pair(("不足", "缺点"), lazy(rf"(?P<wrong>弥补)了?{_NEAR}{{0,6}}?(?:缺点|错误)(?=[，。；、]|$)"), "“缺点”“错误”用“改正”", "改正"),
    _Pair(("习惯",), lazy(rf"(?P<wrong>培育出|建立|树立|提高)了?{_NEAR}{{0,8}}?习惯(?=[，。；、]|$)"), "“习惯”与“养成”搭配", "养成"),
    _Pair(("意识", "观念"), lazy(rf"(?P<wrong>扩大|加大|改善|丰富)了?{_NEAR}{{0,8}}?(?:意识|观念)(?=[，。；、]|$)"), "“意识”用“增强”，“观念”用“树立”"),
    _Pair(("水平",), lazy(rf"(?P<wrong>扩大|增加|增强|加大)了?{_NEAR}{{0,8}}?水平(?=[，。；、]|$)"), "“水平”与“提高”搭配", "提高"),
    _Pair(("生活",), lazy(r"(?P<wrong>提高|增加|扩大)了?(?:[^，。；、！？：和与及并而且\n的]{0,3}?)(?:业余|文化|精神文化|课余|晚年)生活(?=[，。；、]|$)"), "“生活”与“丰富”搭配", "丰富"),
    _Pair(("幢", "栋", "座"), lazy(rf"{_ONE}(?P<wrong>[幢栋座])(?=(?:{_HOUSEHOLD})(?![棚库店厂馆房站楼城]))"), "“幢”“栋”“座”用于房屋，这里换量词"),
    _Pair(("一位", "两位", "三位", "名位"), lazy(r"[一两三四五几](?P<wrong>位)(?=(?:小偷|窃贼|骗子|扒手|犯罪嫌疑人|嫌疑人|逃犯|罪犯|歹徒|赌徒))"), "“位”含敬意，用“名”", "名"),
    _Pair(("一辆", "两辆", "三辆"), lazy(r"[一两三四五几](?P<wrong>辆)(?=(?:轮船|渔船|货船|快艇|游船|飞机|直升机))"), "“辆”用于车，船用“艘”，飞机用“架”"),
    _Pair(("不仅", "不但", "不光"), lazy(r"不(?:仅|但|光)(?:仅)?(?:是|能|能够|可以|会|要)?(?P<same>[一-龥]{3,10})，(?:也|还|而且|更|又|同时)(?:是|能|能够|可以|会|要)*(?P=same)(?=[，。；！]|$)"), "前后说的是同一件事，没有递进，请核对"),
)  # fmt: skip


def find_wrong_companions(text: Text) -> Iterator[Finding]:
    """Find the pairs above, except in somebody else's words and in names."""
    for pair in _PAIRS:
        if not any(map(text.text.__contains__, pair.needs)):
            continue
        for match in pair.pattern.finditer(text.text):
            group = "wrong" if "wrong" in pair.pattern.groupindex else 0
            start, end = match.span(group)
            if text.is_name(start) or text.is_speech(start):
                continue
            advice = f"，请改为“{pair.right}”" if pair.right else ""
            message = f"{quoted(match.group()[-16:])}：{pair.says}{advice}。"
            yield text.finding("sentence", Level.WARNING, message, start, end, pair.right or None)
