"""Private data: mobile and identity numbers that nobody is meant to have, homes and illnesses."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.homes import find_homes, find_illnesses
from pipeline.proof.lazy import lazy
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_MOBILE = lazy(
    r"(?<![\d.A-Za-z])(?:\+?86[- ]?)?(?:1[3-9]\d(?P<gap>[- ]?)\d{4}(?P=gap)\d{4}"
    r"|1[3-9](?=\d{1,4}[- ])(?:[- ]?\d){9}(?<![- ]\d))(?!\d)"  # divided in other ways
)
_LONG_NUMBER = lazy(
    r"\d\d\d(?:\d(?=\d|[- ]\d{4})|[- ]\d{3})"
)  # in every telephone and identity number
_IDENTITY = lazy(r"(?<!\d)\d{6}(?P<gap>[- ]?)\d{8}(?P=gap)\d{3}[\dXx](?![\dA-Za-z])")
_GAPS = str.maketrans("", "", " -")
_CONTACT = lazy(
    r"(?:联系电话|联系方式|咨询电话|咨询热线|热线|报名电话|服务电话|值班电话|预约电话|投稿电话|举报电话|"
    r"(?:电话|咨询|报名|预约|联系人|联系)(?:请)?(?:拨打?|致电)?[：:])[^。；\n]{0,16}$"
    r"|(?:报名|咨询|预约)(?:请|可)?(?:拨打?|致电)[^。；\n]{0,6}$"
)
_NUMBERED = lazy(
    r"(?:第|编号|单号|订单|证号|账号|卡号|工号|型号|票号|序号|条码|NO\.?|No\.?)(?:是|为|[：:])?\s?$"
)
_CONTACT_FIELDS = {"details.联系人"}
_CALLED = lazy(r"身份证(?:号|号码|上|是|：|:|也|为|件|的)")
_OLDEST = 1900  # year of birth
_NARROW = {0xFF10 + n: str(n) for n in range(10)} | {0xFF38: "X", 0xFF58: "x"}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def find_private_data(reading: Reading) -> Iterator[Finding]:
    """Find mobile numbers outside contacts, and identity numbers with a true check digit."""
    for text in reading.texts:
        yield from find_homes(text)
        yield from find_illnesses(reading, text)
        if not text.characters.isdisjoint("０１２３４５６７８９"):
            yield from _in_full_width(text)
        if text.characters.isdisjoint("0123456789") or not _LONG_NUMBER.search(text.text):
            continue
        for match in _IDENTITY.finditer(text.text):
            said = _CALLED.search(text.text, max(0, match.start() - 40), match.start())
            if is_identity_number(match.group().translate(_GAPS), checked=not said):
                message = "正文里有居民身份证号码，必须隐去。"
                hidden = _hidden(text.text, match.start())
                yield text.finding("private-data", Level.ERROR, message, *match.span(), hidden)
        if text.field in _CONTACT_FIELDS:
            continue
        for match in _MOBILE.finditer(text.text):
            before = text.text[max(0, match.start() - 24) : match.start()]
            if text.is_address(match.start()) or _NUMBERED.search(before):
                continue
            if not _CONTACT.search(before):
                message = "正文里有个人手机号码，请删去；对外公布的请写明“联系电话”。"
                yield text.finding("private-data", Level.ERROR, message, *match.span())


def _in_full_width(text: Text) -> Iterator[Finding]:
    """Find the same numbers in full-width digits, which copy from other systems brings."""
    plain = text.text.translate(_NARROW)
    for match in _MOBILE.finditer(plain):
        if text.text[match.start() : match.end()] != match.group():
            message = "正文里有个人手机号码，请删去；对外公布的请写明“联系电话”。"
            if not _CONTACT.search(plain[max(0, match.start() - 24) : match.start()]):
                yield text.finding("private-data", Level.ERROR, message, *match.span())
    for match in _IDENTITY.finditer(plain):
        if text.text[match.start() : match.end()] != match.group() and is_identity_number(
            match.group().translate(_GAPS)
        ):
            message = "正文里有居民身份证号码，必须隐去。"
            hidden = _hidden(text.text, match.start())
            yield text.finding("private-data", Level.ERROR, message, *match.span(), hidden)


def _hidden(text: str, start: int) -> str:
    """Return what stands for a number that is taken out, so that its sentence stays one."""
    before = text[max(0, start - 40) : start]
    return "略" if before.rfind("（") > before.rfind("）") else "（略）"


def is_identity_number(number: str, *, checked: bool = True) -> bool:
    """Say whether the 18 characters are a citizen's number (GB 11643: birthday and check digit).

    ``checked`` False: the text calls it one, so a slip in the check digit changes nothing.
    """
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    if not checked:
        return born.year >= _OLDEST
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == number[17].upper()


RULES = (
    Rule(
        "private-data",
        "E W",
        "个人信息",
        "正文里不得出现身份证号码、私人手机号码和写到室号的家庭住址；对外公布的电话写在“联系电话”之后；"
        "全名与病情同时出现的，取得本人同意后放行，或隐去姓名。",
        "《个人信息保护法》第二十八条；《民法典》第一千零三十四条；GB 11643《公民身份号码》",
        "陈阿姨的手机号是13900001234。",
        "报名请拨联系电话：13900001234。",
        find_private_data,
    ),
)
