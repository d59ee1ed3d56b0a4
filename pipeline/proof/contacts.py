"""Telephone numbers with a digit too few or too many, and addresses of the web that open nothing.

What this module never does: ask whether anybody answers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_DIGITS_END = r"(?![\d*×xX＊]|[-—－ ]?[*×xX＊])"
_NINGBO = lazy(
    rf"(?<![\d.])[（(]?0574[）)]?[-—–－ ]?(?P<number>\d{{3,14}}(?:[- ]\d{{1,8}}){{0,3}}){_DIGITS_END}",
    re.ASCII,
)
_TOLL_FREE = lazy(rf"(?<![\d.-])(?P<number>[48]00(?:-\d{{1,8}}){{2,3}}){_DIGITS_END}", re.ASCII)
_CALL = r"(?:电话|热线|手机号?码?|拨打|致电|座机|联系方式)(?:号码)?(?:是|为|请拨打?|可拨打?)?[：: （(]{0,2}"
_CALLED = lazy(rf"{_CALL}(?P<number>\d{{5,15}}(?:[- ]\d{{1,8}}){{0,3}}){_DIGITS_END}", re.ASCII)
_LOCAL, _TOLL, _MOBILE = 8, 10, 11  # digits of each kind of number
_SHORT = ("1", "9")  # 12345, 110, 96345: short numbers of services begin with them
_SERVICES = frozenset({"81890"})  # Ningbo's own
_LONGEST_SHORT = 6
_AREA = "0"

_SCHEME = lazy(
    r"(?<![A-Za-z])(?P<scheme>h{1,2}t{1,3}p{1,2}s{0,2}|ttps?|htto|hpp?t)(?P<mark>[:：;；]?\s?[/／\\]{1,3}\s?|[:：]\s?(?=www))(?=[A-Za-z\d])"
)
_TYPED = {"http", "https"}
_WWW = lazy(
    r"(?<![A-Za-z\d.])(?P<wrong>www(?:[,，。、；;:：．]\s?|\.\s+|\s+)|w{2}\.|w{4,5}\.)(?=[A-Za-z\d][A-Za-z\d-]*\s?[.,，。])"
)
_COM = lazy(
    r"(?<=[A-Za-z\d-])(?P<wrong>\s?[,，。、．]\s?(?:com|cn|net|org|gov|edu)(?![A-Za-z])"
    r"|(?:\s+\.\s?|\.\s+)(?:com|cn|net|org|gov|edu)(?![A-Za-z])|\.(?:con|cmo|ocm|comm|conm|vom|xom|coom|cim)(?![A-Za-z-]))",
)
_BEGUN = lazy(r"(?:www\.|://|@)[\w.-]*$", re.ASCII)
_LONGEST_HOST = 80
_ENDINGS = {".com", ".cn", ".net", ".org", ".gov", ".edu"}
_MARKS = str.maketrans({"，": ".", ",": ".", "。": ".", "、": ".", "．": "."})


def find_wrong_contacts(reading: Reading) -> Iterator[Finding]:
    """Find 0574-8766123, 400-826-057, htp:// and www,example.cn."""
    for text in reading.texts:
        if not text.characters.isdisjoint("0123456789"):
            yield from _telephones(text)
        if "w" in text.characters or "p" in text.characters or "@" in text.characters:
            yield from _addresses(text)


def _telephones(text: Text) -> Iterator[Finding]:
    words = text.text
    said = -1
    if "0574" in words:
        for match in _NINGBO.finditer(words):
            said = match.end()
            yield from _count(text, match, "宁波的固定电话是8位", _LOCAL)
    if "00-" in words:
        for match in _TOLL_FREE.finditer(words):
            said = max(said, match.end())
            digits = match["number"].replace("-", "")
            yield from _count(text, match, f"{digits[:3]}开头的号码是10位", _TOLL)
    for match in _CALLED.finditer(words):
        if match.start("number") < said:
            continue
        digits = "".join(match["number"].replace("-", " ").split())
        if digits.startswith(("400", "800")):
            yield from _count(text, match, f"{digits[:3]}开头的号码是10位", _TOLL)
        elif digits[:1] == "1" and len(digits) > _LOCAL:
            yield from _count(text, match, "手机号码是11位", _MOBILE)
        elif digits[0] not in (_AREA, *_SHORT):
            yield from _count(text, match, "宁波的固定电话是8位", _LOCAL)


def _count(text: Text, match: re.Match[str], says: str, right: int) -> Iterator[Finding]:
    """Say how many digits a number has, if it has not the right ones; extensions are let be."""
    groups = match["number"].replace("-", " ").split()
    reached, sums = 0, []
    for group in groups:
        reached += len(group)
        sums.append(reached)
    digits = "".join(groups)
    is_short = digits.startswith(_SHORT) and right == _LOCAL and len(digits) <= _LONGEST_SHORT
    if right in sums or is_short or digits in _SERVICES:
        return
    more = "少" if reached < right else "多"
    message = (
        f"{says}，“{match['number']}”有{reached}位，{more}了{abs(reached - right)}位，请核对。"
    )
    yield text.finding("contact", Level.ERROR, message, *match.span("number"))


def _addresses(text: Text) -> Iterator[Finding]:
    for match in _SCHEME.finditer(text.text):
        if match["scheme"] in _TYPED and match["mark"] == "://":
            continue
        right = ("https" if match["scheme"].endswith("s") else "http") + "://"
        message = f"网址开头写错了：“{match.group()}”请改为“{right}”。"
        yield text.finding("contact", Level.ERROR, message, *match.span(), right)
    for match in _WWW.finditer(text.text):
        message = f"网址里的“{match['wrong']}”请改为“www.”。"
        yield text.finding("contact", Level.ERROR, message, *match.span("wrong"), "www.")
    for match in _COM.finditer(text.text):
        if not _BEGUN.search(text.text, max(0, match.start() - _LONGEST_HOST), match.start()):
            continue
        wrong = match["wrong"]
        ending = "".join(wrong.translate(_MARKS).split())
        right = ending if ending in _ENDINGS else ".com"
        message = f"网址或邮箱里的“{wrong}”请改为“{right}”，并试着打开。"
        yield text.finding("contact", Level.ERROR, message, *match.span("wrong"), right)


RULES = (
    Rule(
        "contact",
        "E",
        "电话与网址",
        "电话号码的位数要对：宁波的固定电话8位，400、800开头的10位，手机11位；网址写全写对，“http://”“www.”“.com”里没有逗号、空格。",
        "工业和信息化部《电信网编号计划》；RFC 3986",
        "报名电话：0574-8766123。",
        "报名电话：0574-87661234。",
        find_wrong_contacts,
    ),
)
