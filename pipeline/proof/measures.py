"""Units that cannot be of what they measure: 每千瓦0.8元, 海拔386公里, 占地300米, 满意率102%.

What this module never does: judge how a unit is written; that is `amounts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from pipeline.model import Finding
    from pipeline.proof.spans import Text

_NUMBER = r"(?P<n>\d+(?:\.\d+)?)"
_ABOUT = "(?:大约|约|达到?|高达|为|共|是|有|只有|仅|超过|超|近|了|就|合计|累计)*"
_MORE = "[多余几]?[万亿]?[多余]?"
_END = r"(?=[，。；、）的]|$)"
_LARGE = "(?:面积|占地)"


@dataclass(frozen=True, slots=True)
class _Measure:
    """A thing with a unit that is not its own."""

    needs: tuple[str, ...]  # of which one has to be there
    pattern: re.Pattern[str]  # the wrong unit is its group ``wrong``
    right: str
    says: str
    only: Callable[[float], bool] | None = None  # of the number


_MEASURES = (
    _Measure(
        ("千瓦",),
        lazy(
            r"(?:每|元[/／])(?P<wrong>千瓦)(?=(?:收费?|收取|电费|电价|只要|约|仅)?[\d.]+元|[，。；、）]|$)(?!时|小时)"
        ),
        "千瓦时",
        "电量、电价论千瓦时，千瓦是功率",
    ),
    _Measure(
        ("千瓦",),
        lazy(
            rf"(?:发电|用电|节电|省电|耗电|充电|节约用?电|省下|电量)量?{_ABOUT}{_NUMBER}{_MORE}(?P<wrong>千瓦)(?!时|小时|·|•|[一-龥]?级|装机|的?功率)"
        ),
        "千瓦时",
        "电量论千瓦时，千瓦是功率",
    ),
    _Measure(
        ("海拔",),
        lazy(rf"海拔(?:高度)?{_ABOUT}{_NUMBER}{_MORE}(?P<wrong>公里|千米)"),
        "米",
        "海拔没有这么高，是不是“米”",
        lambda number: number > 9,  # noqa: PLR2004 - no mountain is higher
    ),
    _Measure(("身高",), lazy(rf"身高{_ABOUT}{_NUMBER}(?P<wrong>米)"), "厘米", "身高没有这么高，是不是“厘米”", lambda n: n > 3),  # noqa: PLR2004
    _Measure(("身高",), lazy(rf"身高{_ABOUT}{_NUMBER}(?P<wrong>厘米|公分)"), "米", "身高没有这么矮，是不是“米”", lambda n: n < 3),  # noqa: PLR2004
    _Measure(("体重",), lazy(rf"体重{_ABOUT}{_NUMBER}(?P<wrong>克|吨)(?![一-龥]?[幼小]?[鱼鸟鸡])"), "", "体重与单位不相称", lambda n: 20 < n < 300),  # noqa: PLR2004
    _Measure(("体温",), lazy(rf"体温{_ABOUT}(?P<wrong>{_NUMBER}(?:摄氏度|度|℃))"), "", "体温不会是这个数", lambda n: n > 43 or n < 25),  # noqa: PLR2004
    _Measure(
        ("面积", "占地"),
        lazy(rf"{_LARGE}{_ABOUT}{_NUMBER}{_MORE}(?P<wrong>公里|立方米|米){_END}"),
        "",
        "面积论平方米、平方公里或亩",
    ),
    _Measure(
        ("全长", "总长", "长约", "宽约", "高约", "深约", "路长"),
        lazy(rf"(?:全长|总长度?|路长|[长宽高深]约){_ABOUT}{_NUMBER}{_MORE}(?P<wrong>平方米|平方公里|立方米|亩)"),
        "",
        "长、宽、高论米、公里",
    ),
    _Measure(
        ("水量", "用水", "节水", "蓄水", "储水", "用气", "土方", "库容"),
        lazy(rf"(?:[用节蓄储供排]水量?|用气量?|土方量?|库容){_ABOUT}{_NUMBER}{_MORE}(?P<wrong>平方米|平方公里|亩)"),
        "立方米",
        "水、气、土的体积论立方米",
    ),
    _Measure(("时速",), lazy(rf"时速{_ABOUT}{_NUMBER}(?P<wrong>米)"), "公里", "时速论公里", lambda n: n < 500),  # noqa: PLR2004
    _Measure(("亩产",), lazy(rf"亩产量?{_ABOUT}{_NUMBER}{_MORE}(?P<wrong>亩|米|平方米)"), "", "亩产论公斤、斤"),
    _Measure(
        ("率",),
        lazy(
            r"(?:合格|覆盖|参与|入住|出勤|到课|满意|知晓|回收|签约|投票|支持|普及|正确|准确|及格|完好|利用|安装|接种|登记|处理|办结)率"
            rf"{_ABOUT}(?P<wrong>{_NUMBER}[%％])"
        ),
        "",
        "这样的比率不会超过100%",
        lambda number: number > 100,  # noqa: PLR2004 - per cent
    ),
    _Measure(
        ("午", "晚上", "早上"),
        lazy(r"(?:上午|下午|中午|早上|晚上)\d{1,2}[:：点时](?P<wrong>(?P<n>\d\d)(?!\d|元|人|名|个))分?"),
        "",
        "一小时只有60分钟",
        lambda number: number >= 60,  # noqa: PLR2004 - minutes
    ),
)  # fmt: skip


def find_wrong_measures(text: Text) -> Iterator[Finding]:
    """Find the units above, and numbers that cannot be."""
    words = text.text
    for one in _MEASURES:
        if not any(map(words.__contains__, one.needs)):
            continue
        for match in one.pattern.finditer(words):
            if one.only and not one.only(float(match["n"])):
                continue
            start, end = match.span("wrong")
            if text.is_name(start):
                continue
            advice = f"，请改为“{one.right}”或核对" if one.right else "，请核对"
            message = f"“{match.group()}”：{one.says}{advice}。"
            yield text.finding(
                "number-style", Level.WARNING, message, start, end, one.right or None
            )
