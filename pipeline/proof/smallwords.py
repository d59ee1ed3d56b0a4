"""Small words: written twice (的的, 在在), or one for its double (己于 for 已于, 即…又 for 既…又).

What this module never does: judge content words, which may be said twice on purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

# What goes before or after a pair that is none: 目的的, 现在在, 温和和, 但是是, 首都都, 了了之.
_TWICE = {
    "的": lazy("(?<![目的有标])的的(?![的确喀士])"),
    "在": lazy(
        "(?<![在现正实存所潜内外好自旨意])在在(?![在建校职岗位家册])|(?<=正)在在(?![在建校职岗位家册读线营编研场外])"
    ),
    "和": lazy("(?<![和暖温总柔饱缓谐平共随亲调附祥求讲说])和和(?![和气美睦乐满谐平])"),
    "与": lazy("(?<![与参赠给授付])与与(?![与])"),
    "是": lazy("(?<![是但还总就于不凡要可只都也正真便若算像])是是(?![是非])"),
    "将": lazy("(?<![将上中少大小老干虎女麻名主])将将(?![将要够就好来士军会领近])"),
    "也": lazy("(?<![也])也也(?![也])"),
    "都": lazy("(?<![都首成古京旧每故])都都(?![都市会城])"),
    "们": lazy("们们(?![们])"),
    "了": lazy("(?<![了不明完就一为])了了(?=[，。；、！？])"),
}
_WORDS = (
    "街道|居民|群众|志愿者|党员|项目|小区|单位|部门|书记|主任|政府|委员会|工程|老年人|以及|并且|但是|"
    "因为|所以|由于|进行|正在|继续|如果|虽然|或者|得到|受到|成为|对于|通过|关于|为了|可以|已经|其中|目前|同时|由于|随着|我们|他们|大家|一些(?!一些地)"
)
_WORD_TWICE = lazy(rf"(?P<one>{_WORDS})(?P=one)(?!{_WORDS})")
# A word of two characters with one of them written twice: 已已经, 可可以.
_HALF_TWICE = lazy(
    "已已经|正正在|可可以|因因为|所所以|为为了|并并且|而而且|经经过|通通过(?=[一-龥])|进进行|对对于|关关于|由由于"
    "|被被(?![子单褥套动罩面窝])|(?<![一几两第])把把(?![手关脉握戏门尿玩酒舵总])|从从(?![容业军前事小严来此属众])|给给(?![予付力])"
)
_SELF = lazy(
    "(?<![自利律知异克体身舍人各一为和与对让把给由从靠以像比是天戊推虚切损])己(?=于|经(?!济)|有|被|将|全部|"
    "完成|建成|成为|达到?|连续|基本|陆续|投入|累计|超过|开始|正式|竣工|通过|安装|更换|签约|报名|到位|落实|"
    "形成|启动|发放|入驻|覆盖|开工|开通|开放|结束|举办)"
)
_BOTH = lazy(
    "(?<![立随当旋亦迅])即(?=是|有|要|让|能|为|解决|方便|增进|丰富|美化|锻炼|节约|保护|提高|提升|保障|满足|看|管|教|做|送|听|说|唱|吃|住|会|懂|减|增|给|帮)"
    "[^，。；！？\n]{1,14}，又"
)


def find_wrong_small_words(_: Reading, text: Text) -> Iterator[Finding]:
    """Find small words written twice, 己 for 已 and 即 for 既."""
    words = text.text
    for one, pattern in _TWICE.items():
        if one in text.characters and one * 2 in words:
            for match in pattern.finditer(words):
                message = f"“{one}”重了一个，请删去。"
                yield _finding(text, match.start(), match.end(), message, one)
    for match in _WORD_TWICE.finditer(words):
        message = f"“{match['one']}”重了，请核对删去。"
        yield _finding(text, match.start(), match.end(), message, match["one"])
    for match in _HALF_TWICE.finditer(words):
        message = f"“{match.group()}”重了一个字，请删去。"
        yield _finding(text, match.start(), match.end(), message, match.group()[1:])
    if "己" in text.characters:
        for match in _SELF.finditer(words):
            message = "这里是“已经”的意思，“己”请改为“已”。"
            yield _finding(text, match.start(), match.end(), message, "已")
    if "即" in text.characters:
        for match in _BOTH.finditer(words):
            message = "与“又”呼应的是“既”，“即”请改为“既”。"
            yield _finding(text, match.start(), match.start() + 1, message, "既")


def _finding(text: Text, start: int, end: int, message: str, right: str) -> Finding:
    return text.finding("confusable", Level.WARNING, message, start, end, right)
