"""《 》 around what is no work (an evening, a match, a festival), and “ ” around what is one.

What this module never does: say which works there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_EVENT = lazy(
    r"《(?P<name>[^《》\n]{1,20})》(?=(?:主题|系列|大型|公益|文艺|社区|邻里|少儿|亲子|迎春|迎新|新春|中秋|国庆|重阳|元宵|端午|广场|趣味){0,3}"
    r"(?:晚会|联欢会|运动会|游园会|茶话会|庙会|文化节|艺术节|体育节|邻居节|美食节|嘉年华|启动仪式|招聘会|交易会|集市|夏令营|冬令营|志愿服务队|志愿服务活动|义诊|义卖|健步走))"
)

_OPENS = "开幕|闭幕|开赛|启动|举行|举办|落幕|收官|开锣|开营|开演|拉开"
_HELD = lazy(
    r"《(?P<name>[^《》\n]{1,16}(?:节|会|赛|活动|行动|工程|计划|服务月|服务周|宣传周|宣传月|文化周|夏令营|集市|大讲堂|工作坊))》"
    rf"(?=(?:[^，。；！？《》\n]{{0,12}}?)(?:{_OPENS})(?!《))"
)
_WORK = "绘本|长篇小说|短篇小说|中篇小说|小说|散文集|诗集|图画书|童话|话剧|电影|影片|纪录片|电视剧|歌曲|名著|杂志|专著|长诗"
_QUOTED_WORK = lazy(
    rf"(?:{_WORK})(?P<whole>“(?P<name>(?![进下送上走漂搬我你])[一-龥A-Za-z0-9·：]{{2,16}}(?<![周季节营站屋角坊队会]))”)"
    r"(?=[，。；、（：]|里(?!程)|中(?!心)|的(?:故事|作者|情节|插图|主人公|片段|开头|结尾|内容|主角|封面|主题曲)|给|等|为蓝本|一书|改编|作者|讲述|讲的|描写)"
)
_BEHIND_WORK = lazy(
    r"(?P<whole>“(?P<name>[一-龥A-Za-z0-9·：]{2,16})”)(?=(?:一书|一文(?!钱)|这本(?:书|绘本|小说|杂志|图画书)|这部(?:小说|电影|影片|纪录片|电视剧|话剧|名著)|这首(?:歌|诗|曲子|老歌)|这篇(?:文章|课文|散文|小说)|这出戏))"
)


def find_wrong_book_titles(reading: Reading) -> Iterator[Finding]:
    """Find 《邻里一家亲》文艺晚会: the name of an event stands in quotation marks."""
    for text in reading.texts:
        if "“" in text.characters:
            yield from _without_marks(text)
        if "《" not in text.characters:
            continue
        for match in _HELD.finditer(text.text):
            right = f"“{match['name']}”"
            message = f"书名号用于书、报、文章、影视剧和节目，活动名称请改用引号：{right}。"
            yield text.finding("book-title", Level.WARNING, message, *match.span(), right)
        for match in _EVENT.finditer(text.text):
            right = f"“{match['name']}”"
            message = f"书名号用于书、报、文章、影视剧和节目，活动名称请改用引号：{right}。"
            yield text.finding("book-title", Level.WARNING, message, *match.span(), right)


def _without_marks(text: Text) -> Iterator[Finding]:
    """Find 绘本“小鸭回家”里 and “小鸭回家”一书: a work's name in quotation marks."""
    for pattern in (_QUOTED_WORK, _BEHIND_WORK):
        for match in pattern.finditer(text.text):
            right = f"《{match['name']}》"
            message = f"书籍、影视剧、歌曲等作品的名称用书名号，请改为{right}。"
            yield text.finding("book-title", Level.WARNING, message, *match.span("whole"), right)


RULES = (
    Rule(
        "book-title",
        "W",
        "书名号与作品",
        "书名号标书籍、报刊、文章、影视剧、歌曲等作品；晚会、运动会、文化节一类活动的名称用引号；绘本、小说、电影的名称不用引号。",
        "GB/T 15834—2011《标点符号用法》4.15及A.12",
        "社区办了第八届《邻里一家亲》文艺晚会。",
        "社区办了第八届“邻里一家亲”文艺晚会。",
        find_wrong_book_titles,
    ),
)
