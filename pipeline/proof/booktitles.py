"""《 》 around what is no work: an evening, a match, a festival.

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

_EVENT = lazy(
    r"《(?P<name>[^《》\n]{1,20})》(?=(?:主题|系列|大型|公益|文艺|社区|邻里|少儿|亲子|迎春|迎新|新春|中秋|国庆|重阳|元宵|端午|广场|趣味){0,3}"
    r"(?:晚会|联欢会|运动会|游园会|茶话会|庙会|文化节|艺术节|体育节|邻居节|美食节|嘉年华|启动仪式|招聘会|交易会|集市|夏令营|冬令营|志愿服务队|志愿服务活动|义诊|义卖|健步走))"
)


def find_wrong_book_titles(reading: Reading) -> Iterator[Finding]:
    """Find 《邻里一家亲》文艺晚会: the name of an event stands in quotation marks."""
    for text in reading.texts:
        if "《" not in text.characters:
            continue
        for match in _EVENT.finditer(text.text):
            right = f"“{match['name']}”"
            message = f"书名号用于书、报、文章、影视剧和节目，活动名称请改用引号：{right}。"
            yield text.finding("book-title", Level.WARNING, message, *match.span(), right)


RULES = (
    Rule(
        "book-title",
        "W",
        "书名号用于活动",
        "书名号标书籍、报刊、文章、影视剧、歌曲等作品；晚会、运动会、文化节一类活动的名称用引号。",
        "GB/T 15834—2011《标点符号用法》4.15及A.12",
        "社区办了第八届《邻里一家亲》文艺晚会。",
        "社区办了第八届“邻里一家亲”文艺晚会。",
        find_wrong_book_titles,
    ),
)
