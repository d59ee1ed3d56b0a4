"""Lines that stand on an article page and are no part of the article.

Only whole lines go, and only at the end or the beginning: a sentence of the article that holds such
a word stays.
"""

from __future__ import annotations

import re

_LINE = re.compile(
    r"^[【\[（(]?(?:责任编辑|责编|编辑|(?:值班|本期|网络|执行|图片|视频|新媒体)(?:编辑|主编|主任|责编)|审核|校对|监制|总监制?|"
    r"编审|一审|二审|三审|初审|复审|美编|终审|文字|摄影|图片|供图|撰文|撰稿|图文|文案|排版|制作|供稿|来源|稿源|作者|记者|通讯员|"
    r"发布时间|发布日期|更新时间|信息来源|浏览次数|阅读次数|阅读量|点击数|访问量|字体|字号|分享到?|打印|关闭|"
    r"文字大小)[】\]）)]?\s*[：:丨|｜/].{0,40}$"
    r"|^(?:扫码关注|扫一扫|长按关注|网友评论仅供|(?:图片|本文|文章|作品)?版权归.{0,12}所有|未经(?:书面)?(?:授权|许可|允许)|长按识别|长按二维码|识别二维码|关注我们|点击关注|点击阅读原文|阅读原文|阅读全文|查看全文|查看原文|点击(?:上方|下方)?.{0,2}蓝字|"
    r"相关阅读|相关新闻|"
    r"推荐阅读|延伸阅读|热门推荐|更多精彩|上一篇|下一篇|返回列表|返回顶部|打印本页|关闭窗口|加入收藏|"
    r"版权声明|免责声明|声明：|特别声明|本文来源|原标题[：:]|点赞|在看|转发)"
    r".{0,60}$"
    r"|^(?:字体|字号)?[【\[]?\s*大\s*中\s*小\s*[】\]]?.{0,12}$"
    r"|^(?:首页|当前位置|您的位置|您当前的位置)[：:>＞\s].{0,80}$|^\W*(?:THE )?END\W*$|"
    r"^[【\[（(]?(?:返回|关闭|打印|顶部)[】\]）)]?$|^[-—＊*=_·\s]{3,}$"
)
_STOPS = re.compile(
    r"^(?:相关阅读|相关新闻|推荐阅读|延伸阅读|热门推荐|相关链接|猜你喜欢|评论区?|网友评论)[：:]?$"
)
_NAMED = re.compile(  # a label and names, nothing between them but a space
    r"^(?:责任编辑|责编|编辑|审核|校对|作者|记者|摄影|文字)"
    r"[ 　]+[一-龥]{2,4}(?:[ 　、][一-龥]{2,4}){0,3}$"
)
_SUMMARY = re.compile(r"^(?:内容)?(?:摘要|提要|核心提示)[：:|｜]")
_CREW = re.compile(r"^[（(][^（）()。]{0,12}(?:记者|通讯员|编辑)[^（）()。，]{2,40}[）)]$")
_CUT_OFF = re.compile(r"\s*(?:…+|\.{3,})$")
_AT_START = 6  # lines at the beginning among which such lines are looked for
_SENTENCE = re.compile(r"[。！？]")


def drop_boilerplate(text: str) -> str:
    """Return the text without such lines at its beginning and its end, and what follows a stop.

    A text of nothing else stays as it is.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if number and _STOPS.match(line):
            lines = lines[:number]
            break
    end = len(lines)
    while end > 1 and is_boilerplate(lines[end - 1]):
        end -= 1
    head = [line for line in lines[:_AT_START] if not is_boilerplate(line)]
    kept = (
        [*head, *lines[_AT_START:end]]
        if end > _AT_START
        else [line for line in lines[:end] if not is_boilerplate(line)]
    )
    return "\n".join(kept) or text


def drop_summary(lines: list[str]) -> list[str]:
    """Return the lines without a first one that breaks off where a line below goes on."""
    begin = _CUT_OFF.sub("", lines[0])
    repeated = any(one.startswith(begin) and one != lines[0] for one in lines[1:_AT_START])
    return lines[1:] if begin != lines[0] and repeated else lines


def is_boilerplate(line: str) -> bool:
    """Say whether a line is one of a page, not of its article."""
    if _SUMMARY.match(line) or _CREW.match(line) or _NAMED.match(line):
        return True
    return bool(_LINE.match(line)) and not (len(line) > 30 and _SENTENCE.search(line[:-1]))  # noqa: PLR2004 - characters of a sentence
