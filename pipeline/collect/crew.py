"""How bylines write people, their roles and their outlets: the words that all of them share.

What this module never does: decide who wrote an article.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

# Parts of patterns: one name, who reports, the outlet before them (长溪新闻记者 …), a role that may
# stand before names, and up to five names.
NAME = r"[一-龥·A-Za-z][一-龥·A-Za-z0-9._-]{0,19}"
CREW = r"(?:本报|本网|本台)?(?:全媒体|融媒体?|首席|见习|特约|实习)*(?:记者|通讯员|实习生)"
OF_OUTLET = r"[一-龥A-Za-z·]{2,12}?"
ROLE = rf"(?:{CREW}\s*[：:　 /／丨]?\s*)?"
NAMES = rf"{NAME}(?:[ 　、/，]+{NAME}){{0,4}}"

ROLES = re.compile(
    r"(?:本报|本网|本台)?(?:全媒体|融媒体?|首席|见习|特约|实习)*(?:记者|通讯员|实习生|摄影(?!师)|文/图|图/文)\s*[：:/／丨]?\s*|"
    r"(?:(?<=[ 　])|^)[文图](?:[：:/／丨]|[ 　])\s*"
)
"""Roles before names, to be taken out."""

OUTLET = re.compile(
    r"[一-龥A-Za-z·]{1,16}(?:日报|晚报|早报|商报|快报|周报|时报|新闻网|新闻|网|报|电视台|广播|杂志|发布|融媒体?中心|客户端|"
    r"社区|街道|圈|局|办|委|公众号|在线|通讯社|频道)"
)
"""What is an outlet's name by its end."""

TRADITIONAL = str.maketrans("來發編輯責記員於時間佈稿錄據", "来发编辑责记员于时间布稿录据")
"""Labels of pages in traditional characters, one for one: places in a line stay."""

NO_NAMES = frozenset(
    [
        "佚名",
        "倒序浏览",
        "发表于",
        "只看该作者",
        "正文",
        "关注",
        "未知",
        "匿名",
        "网络",
        "本站",
        "管理员",
        "无",
        "字号",
        "字体",
        "来源",
        "浏览次数",
        "浏览",
        "点击",
        "时间",
        "摄",
        "口述整理",
        "编辑",
        "分享",
        "发布时间",
        "发布日期",
        "成文日期",
        "发布机构",
        "主题分类",
        "公开方式",
        "索引号",
        "文号",
        "有效性",
        "发表",
        "发布",
        "投稿",
        "日期",
        "阅读",
        "评论",
        "责任编辑",
        "录入",
        "进入论坛",
        "论坛",
        "我要评论",
        "我要纠错",
        "纠错",
        "打印",
        "关闭",
        "收藏",
        "复制链接",
        "手机查看",
        "繁体",
    ]
)
"""What stands where a name is expected, and is none."""

SITE = re.compile(r"\s*[_|｜]\s*|\s+[-–—]+\s*|[-–—]{2,}|(?<=[一-龥])-(?=[一-龥])")
"""What stands before a site's name in a page's ``<title>``."""

_NOTHING = re.compile(
    r"\s*(?:$|[^一-龥·A-Za-z 　、/，]|[ 　]*(?:时间|日期|发布|更新|来源|编辑|责编|浏览|点击|阅读))"
)
_SURNAME = re.compile(r"(?:^|[^一-龥])[一-龥]$")


def drop_roles(words: str) -> str:
    """Return names without the roles before them; 周记者 stays: nothing else is said of him."""

    def drop(role: re.Match[str]) -> str:
        alone = _NOTHING.match(words, role.end()) and words[: role.start()].strip()
        return role[0] if alone or _SURNAME.search(words[: role.start()]) else " "

    return ROLES.sub(drop, words)


PLAIN = 60
"""Characters that a line without labels has at the most."""


def find_first(pattern: re.Pattern[str], lines: Sequence[str]) -> str | None:
    """Return what the pattern's first group that matched holds, in the first line with a name."""
    for line in lines:
        for match in pattern.finditer(line.translate(TRADITIONAL)):
            start, end = next(match.span(n) for n in range(1, len(match.groups()) + 1) if match[n])
            found = line[start:end].strip(" 　:：、")
            if found and found not in NO_NAMES:
                return found
    return None


def find_marked(root: HtmlElement, query: str) -> str:
    """Return the short text of the first element that its markup gives a role; "" without one."""
    for one in root.xpath(query):
        text = " ".join(one.text_content().split())
        if re.fullmatch(NAMES, text) and text not in NO_NAMES:
            return text
    return ""
