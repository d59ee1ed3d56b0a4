"""Names of party meetings, of thought and of campaigns, and set phrases of politics.

Only what has one right form is judged, within quotes as well; names in 《》 are not. What this module
never does: say what a meeting decided, or judge typing slips, which `idioms` finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_NUMBER = "[一二三四五六七八九十]"
_OPEN, _CLOSE = '[“‘"]?', '[”’"]?'

_PLENUM = lazy(
    rf"(?P<congress>{_NUMBER}{{1,3}})(?P<unit>[届大次])(?P<body>中央委员会|中央纪委|中纪委)?第?"
    rf"(?P<number>{_NUMBER}{{1,2}})(?P<kind>中全会|次全会|次全体会议|中全体会议)"
)
_LOCAL = lazy(r"(?:[省市区县]委|党委|党工委|纪委|政协)(?:会)?第?$")
_LEAGUE = lazy(
    r"(?:团|共青团|团中央|民革|民盟|民建|民进|农工党|致公党|九三学社|台盟|民主党派)[^，。；、]{0,6}$"
)
_BEFORE = 12  # characters before a meeting that say whose it is
_HELD = {
    6: 7, 7: 7, 8: 12, 9: 2, 10: 3, 11: 7, 12: 7, 13: 9,
    14: 7, 15: 7, 16: 7, 17: 7, 18: 7, 19: 7,
}  # fmt: skip
"""How many plenary meetings each central committee held."""
_SITTING, _SURELY_HELD, _MOST = 20, 4, 7  # the central committee since 2022; its fourth: 2025
_DIGITS = "零一二三四五六七八九"
_TEN = 10
_CORE_SINCE = (2016, 10)  # 以习近平同志为核心 by the sixth plenum of the eighteenth committee


@dataclass(frozen=True, slots=True)
class _Form:
    """A set phrase written wrong."""

    needs: str  # what has to be there
    pattern: re.Pattern[str]  # what is wrong is its group ``wrong``, or all of it
    right: str  # "": cannot be told
    says: str
    level: Level = Level.WARNING


def _counted(verbs: str, right: str, noun: str) -> re.Pattern[str]:
    """Return a pattern for a wrong number before a noun that has its own: 三个维护."""
    others = "".join(one for one in "一二两三四五六七八" if one != right)
    return lazy(rf"(?:{verbs})(?:了|好)?{_OPEN}(?P<wrong>[{others}]个{noun}){_CLOSE}")


_FORMS = (
    _Form(
        "人民为",
        lazy(r"以人民(?:群众|利益)?为(?:核心|重心|主心|首位)(?=的?(?:发展|思想|理念|宗旨|治理|服务|[，。；、”]|$))"),
        "以人民为中心",
        "固定提法是“以人民为中心”",
        Level.ERROR,
    ),
    _Form(
        "的党中央",
        lazy(
            r"以习近平(?:总书记|主席|同志总书记)?为(?:核心|中心|总书记|领导)的党中央"
            r"|以习近平同志为(?:中心|领导|首)的党中央"
        ),
        "以习近平同志为核心的党中央",
        "固定提法是“以习近平同志为核心的党中央”",
        Level.ERROR,
    ),
    _Form(
        "习近平",
        lazy(
            r"习近平(?!新时代中国特色社会主义思想)(?:总书记|主席|同志)?(?:关于)?"
            r"(?:新时[代期]|新形势)?的?(?:有?中国)?(?:特色)?的?社会主义(?:新?思想|理论|思想理论)"
        ),
        "习近平新时代中国特色社会主义思想",
        "固定提法是“习近平新时代中国特色社会主义思想”，不增减字",
        Level.ERROR,
    ),
    _Form("习近平法制", lazy("习近平法制思想"), "习近平法治思想", "是“法治”", Level.ERROR),
    _Form("习近平", lazy("习近平(?:生态|环保|环境)思想"), "习近平生态文明思想", "固定提法是“习近平生态文明思想”", Level.ERROR),
    _Form("习近平", lazy("习近平(?:军事|国防)思想"), "习近平强军思想", "固定提法是“习近平强军思想”", Level.ERROR),
    _Form("使命", lazy("不忘使命[、，]?牢记初心"), "不忘初心、牢记使命", "前后两句换了位", Level.ERROR),
    _Form("金山银山", lazy(r"(?:青山绿水|绿水清山|清水青山)(?:就是|也是)金山银山"), "绿水青山就是金山银山", "固定提法是“绿水青山就是金山银山”"),
    _Form("绿水青山", lazy(r"绿水青山(?:就是|也是)银山金山"), "绿水青山就是金山银山", "固定提法是“绿水青山就是金山银山”", Level.ERROR),
    _Form("民族", lazy(r"中国民族(?:的)?伟大复[兴苏]|中华民族(?:的)?伟大(?:复苏|振兴|兴复)"), "中华民族伟大复兴", "固定提法是“中华民族伟大复兴”", Level.ERROR),
    _Form("共同体", lazy(r"人类(?:共同命运体|命运共同休|共同命运共同体)"), "人类命运共同体", "固定提法是“人类命运共同体”", Level.ERROR),
    _Form("核心价值", lazy("(?:中国|社会)核心价值观(?!点)|社会主义价值核心观"), "社会主义核心价值观", "固定提法是“社会主义核心价值观”"),
    _Form("意识", _counted("增强|树牢|强化|树立|牢固树立", "四", "意识"), "四个意识", "政治、大局、核心、看齐共四个意识"),
    _Form("自信", _counted("坚定|增强|树立", "四", "自信"), "四个自信", "道路、理论、制度、文化共四个自信"),
    _Form("维护", _counted("做到|践行|坚决", "两", "维护"), "两个维护", "固定提法是“两个维护”", Level.ERROR),
    _Form("确立", _counted("领悟|捍卫|拥护|认识|把握", "两", "确立"), "两个确立", "固定提法是“两个确立”", Level.ERROR),
    _Form("毫不动摇", _counted("坚持|做到", "两", "毫不动摇"), "两个毫不动摇", "固定提法是“两个毫不动摇”"),
    _Form("务必", _counted("牢记|坚持|践行|做到", "三", "务必(?!要)"), "三个务必", "二十大以来的提法是“三个务必”；说七届二中全会的“两个务必”时保留"),
    _Form("两个", lazy(rf"增强{_OPEN}(?P<wrong>两个维护){_CLOSE}|领悟{_OPEN}两个维护{_CLOSE}的决定性意义"), "", "“两个维护”用“做到”，“两个确立”用“深刻领悟……决定性意义”"),
    _Form("两个确立", lazy(rf"两个确立{_CLOSE}的?(?P<wrong>(?:决定性?|关键性?|重大|重要|历史性?|根本性?|深远|核心)(?:作用|地位|价值|影响|内涵|含义)|(?:决定|关键|重要|历史|根本|深刻)意义|(?<=领悟“两个确立”的)(?:重大|深远)意义)"), "决定性意义", "固定提法是“深刻领悟‘两个确立’的决定性意义”", Level.ERROR),
    _Form("两个确立", lazy(rf"(?P<wrong>增强|做到|坚定(?!捍卫|拥护)|践行|树牢)了?{_OPEN}两个确立"), "", "“两个确立”用“深刻领悟”“坚定拥护”"),
    _Form("两个维护", lazy(rf"(?P<wrong>坚定捍卫|捍卫|拥护|领悟|坚定(?!做到|践行)|树牢)了?{_OPEN}两个维护"), "", "“两个维护”用“做到”"),
    _Form("四个意识", lazy(rf"(?P<wrong>坚定|做到|领悟|捍卫|坚持){_OPEN}四个意识"), "增强", "“四个意识”用“增强”"),
    _Form("四个自信", lazy(rf"(?P<wrong>做到|领悟|捍卫|树牢|坚守){_OPEN}四个自信"), "坚定", "“四个自信”用“坚定”"),
    _Form("三个代表", lazy(rf"三个代表{_CLOSE}的?(?P<wrong>思想)"), "重要思想", "固定提法是“三个代表”重要思想"),
    _Form("中国式的现代化", lazy("中国式的现代化"), "中国式现代化", "固定提法是“中国式现代化”，不加“的”"),
    _Form("中华民族伟大复兴", lazy("以中国式现代化全面(?P<wrong>推动|促进|实现|助力)中华民族伟大复兴"), "推进", "固定提法是“以中国式现代化全面推进中华民族伟大复兴”"),
    _Form("贯彻新发展理念", lazy("(?P<wrong>全面、准确、完整|全面、完整、准确|完整、全面、准确|准确、完整、全面|准确、全面、完整)贯彻新发展理念"), "完整、准确、全面", "固定提法是“完整、准确、全面贯彻新发展理念”"),
    _Form("共同体意识", lazy("(?P<wrong>筑牢|铸造|浇铸|打牢)(?:好)?中华民族共同体意识"), "铸牢", "固定提法是“铸牢中华民族共同体意识”", Level.ERROR),
    _Form("初心", lazy("牢记初心[、，]?不忘使命"), "不忘初心、牢记使命", "两个动词换了位", Level.ERROR),
    _Form("大会议精神", lazy(rf"党的{_NUMBER}{{2,3}}大(?P<wrong>会议)精神"), "", "写“党的……大精神”，删去“会议”"),
    _Form("整治", lazy("千村整治[、，]?万村示范"), "千村示范、万村整治", "示范在前、整治在后", Level.ERROR),
    _Form("最多", lazy(rf"最多(?P<wrong>[只就]跑一次|跑一趟|跑1次){_CLOSE}改革"), "跑一次", "固定提法是“最多跑一次”改革"),
    _Form("模范作用", lazy("党员的?(?P<wrong>先进|先行|先峰|先锋带头)模范作用"), "先锋", "固定提法是“先锋模范作用”"),
    _Form("先锋模范作用", lazy("(?:党组织|党支部|党总支)的?(?P<wrong>先锋模范作用)"), "战斗堡垒作用", "党员有先锋模范作用，基层党组织有战斗堡垒作用"),
    _Form("战斗堡垒作用", lazy("(?<![、和与])党员的?(?P<wrong>战斗堡垒作用)"), "先锋模范作用", "基层党组织有战斗堡垒作用，党员有先锋模范作用"),
    _Form("位一体", lazy(rf"{_OPEN}(?P<wrong>[三四六七]位一体){_CLOSE}的?总体布局"), "五位一体", "总体布局是“五位一体”", Level.ERROR),
    _Form("位一体", lazy(rf"五位一体{_CLOSE}的?(?P<wrong>战略布局)"), "总体布局", "“五位一体”是总体布局，“四个全面”是战略布局", Level.ERROR),
    _Form("个全面", lazy(rf"(?P<wrong>[两三五六]个全面){_CLOSE}的?战略布局"), "四个全面", "战略布局是“四个全面”", Level.ERROR),
    _Form("四个全面", lazy(rf"四个全面{_CLOSE}的?(?P<wrong>总体布局)"), "战略布局", "“五位一体”是总体布局，“四个全面”是战略布局", Level.ERROR),
    _Form("一做", lazy("三学一做|两学两做"), "两学一做", "固定提法是“两学一做”", Level.ERROR),
    _Form("一学", lazy("两做一学"), "两学一做", "固定提法是“两学一做”", Level.ERROR),
    _Form("三实", lazy("(?:两|四)严三实|三实三严"), "三严三实", "固定提法是“三严三实”", Level.ERROR),
    _Form("三严", lazy("三严(?:两|四)实"), "三严三实", "固定提法是“三严三实”", Level.ERROR),
    _Form("一", lazy("[两二四五]会一课|三课一会"), "三会一课", "固定提法是“三会一课”", Level.ERROR),
    _Form("三会", lazy("三会[两二三四]课"), "三会一课", "固定提法是“三会一课”", Level.ERROR),
    _Form("规定", lazy("中央(?:[五六七九十]|十八)项规定|中央八条规定"), "中央八项规定", "固定提法是“中央八项规定”", Level.ERROR),
    _Form("战略", lazy("(?<![一-龥])(?:七八|八七|八九|九八)战略"), "八八战略", "固定提法是“八八战略”"),
    _Form("经验", lazy("[“‘](?P<wrong>(?:枫[乔侨娇]|[风峰疯丰蜂]桥)[”’]?经验)"), "枫桥经验", "固定提法是“枫桥经验”", Level.ERROR),
    _Form("全过程民主", lazy("全过程民主"), "全过程人民民主", "现在的提法是“全过程人民民主”"),
    _Form("政协代表", lazy("政协代表(?!团|队|大会|会|作|发|出|参|团)"), "政协委员", "人大有代表，政协有委员"),
    _Form("人大委员", lazy("人大委员(?!会|长)"), "人大代表", "人大有代表，政协有委员；常委会组成人员写“人大常委会委员”"),
    _Form("党的第", lazy(rf"党的第(?P<n>{_NUMBER}{{1,3}})大(?=精神|报告|代表|召开|胜利|以来|会议|上|[，。；、])"), "", "写“党的二十大”或“党的第二十次全国代表大会”，不写“第二十大”", Level.ERROR),
    _Form("大会", lazy(rf"党的第?{_NUMBER}{{1,3}}届(?:全国)?(?:人民)?代表大会"), "", "党的全国代表大会论“次”：写“党的第二十次全国代表大会”或“党的二十大”", Level.ERROR),
    _Form("届", lazy(rf"党的{_NUMBER}{{2,3}}届(?=精神|报告|以来|胜利召开|召开)"), "", "代表大会简称“二十大”，“届”只用于“二十届三中全会”", Level.ERROR),
    _Form("全会", lazy(rf"党的{_NUMBER}{{2,3}}大全会"), "", "“大”是代表大会，全会写“二十届几中全会”", Level.ERROR),
    _Form("全国人大", lazy(rf"全国人大{_NUMBER}{{2,3}}届{_NUMBER}次会议"), "", "顺序是“十四届全国人大四次会议”"),
    _Form("人大", lazy(rf"(?:全国人大|政协){_NUMBER}中全会"), "", "人大、政协论“次会议”，不论“中全会”", Level.ERROR),
    _Form("文明实践", lazy(r"(?:社区|村)(?P<wrong>新时代文明实践所(?![、站]))"), "新时代文明实践站", "社区、村设站，街道、镇乡设所，区县（市）设中心"),
    _Form("文明实践", lazy(r"(?:街道|镇)(?P<wrong>新时代文明实践站(?![、点所]))"), "新时代文明实践所", "社区、村设站，街道、镇乡设所，区县（市）设中心"),
    _Form("社区党", lazy(r"(?:社区|村)(?P<wrong>党(?=副?书记))"), "", "党组织要写明：党委、党总支或党支部书记"),
    _Form("委党", lazy(r"(?P<wrong>(?<!党)工委党(?P<post>副?书记))"), "党工委书记", "是“党工委书记”", Level.ERROR),
    _Form("委党", lazy(r"党工?委党副?书记"), "", "多了一个“党”字", Level.ERROR),
)  # fmt: skip


def find_wrong_politics(reading: Reading) -> Iterator[Finding]:
    """Find meetings, thought and campaigns by wrong names: 二十大四中全会, 以人民为核心."""
    for text in reading.texts:
        if "全会" in text.text or "全体会议" in text.text:
            yield from _plenums(text)
        for form in _FORMS:
            if form.needs in text.text:
                yield from _judge(text, form)


def _judge(text: Text, form: _Form) -> Iterator[Finding]:
    for match in form.pattern.finditer(text.text):
        group = "wrong" if "wrong" in form.pattern.groupindex and match["wrong"] else 0
        start, end = match.span(group)
        if text.is_name(start) or (form.needs == "的党中央" and _is_before_the_core(text)):
            continue
        right = form.right
        if "post" in form.pattern.groupindex:
            right = right.replace("书记", match["post"])
        advice = f"，请改为“{right}”" if right else "，请改正"
        message = f"“{match[group]}”：{form.says}{advice}。"
        yield text.finding("politics", form.level, message, start, end, right or None)


def _is_before_the_core(text: Text) -> bool:
    """Say whether the story is from before the phrase was coined."""
    published = text.item.published if text.item else None
    return published is not None and (published.year, published.month) < _CORE_SINCE


def _plenums(text: Text) -> Iterator[Finding]:
    """Find plenary meetings that are named wrong or never were."""
    for match in _PLENUM.finditer(text.text):
        start, end = match.span()
        before = text.text[max(0, start - _BEFORE) : start]
        if text.is_name(start) or _LEAGUE.search(before):
            continue
        congress, number = match["congress"], match["number"]
        central = f"{congress}届{number}中全会"
        is_local = _LOCAL.search(before) is not None
        if is_local or match["body"] in {"中央纪委", "中纪委"}:
            if match["kind"].startswith("中"):
                right = f"{match.group()[: -len(match['kind'])]}次全会"
                message = f"只有中央委员会的全会称“几中全会”，这里请改为“{right}”。"
                yield text.finding("politics", Level.ERROR, message, start, end, right)
        elif match["unit"] == "大" or (match["unit"] == "次" and "中" in match["kind"]):
            message = f"“大”是代表大会，全会属于“届”：请改为“{central}”。"
            yield text.finding("politics", Level.ERROR, message, start, end, central)
        elif match["kind"] == "次全会" and before.endswith(("党的", "党中央")):
            message = f"中央委员会的全会称“几中全会”，请改为“{central}”。"
            yield text.finding("politics", Level.ERROR, message, start, end, central)
        elif match["kind"] == "中全会" and match["unit"] == "届":
            yield from _unheld(text, match, _value(congress), _value(number))


def _unheld(text: Text, match: re.Match[str], congress: int, number: int) -> Iterator[Finding]:
    """Find a meeting that no central committee held, and one that may not have been held yet."""
    if number > _HELD.get(congress, _MOST) or not number:
        message = f"没有“{match.group()}”，请核对届次。"
        yield text.finding("politics", Level.ERROR, message, *match.span())
    elif congress > _SITTING or (congress == _SITTING and number > _SURELY_HELD):
        message = f"“{match.group()}”请核实届次，是否已经召开。"
        yield text.finding("politics", Level.WARNING, message, *match.span())


def _value(words: str) -> int:
    """Return what a number up to 99 in Chinese says; 0 if it says none."""
    tens, ten, ones = words.rpartition("十")
    if any(one not in _DIGITS for one in tens + ones) or max(len(tens), len(ones)) > 1:
        return 0
    value = _DIGITS.index(ones) if ones else 0
    return value + (_TEN * (_DIGITS.index(tens) if tens else 1) if ten else 0)


RULES = (
    Rule(
        "politics",
        "E W",
        "党政用语",
        "会议届次、思想、主题教育和“两个”“四个”一类提法有固定写法，不增减字、不换词："
        "全会属于“届”（二十届四中全会），地方党委和纪委论“次全会”，“以人民为中心”，“五位一体”总体布局，“四个全面”战略布局。",
        "党的文件和新华社通稿的规范表述",
        "社区党员学习党的二十大四中全会精神。",
        "社区党员学习党的二十届四中全会精神。",
        find_wrong_politics,
    ),
)
