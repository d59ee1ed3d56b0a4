"""The finished mail: that it says something, its size, the way out of it, the sign of advertising."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading

CLIPPED = 100 * 1024
"""Bytes of decoded HTML at which Gmail cuts a mail off."""
CLOSE = 90 * 1024
"""Bytes from which on it is close."""

_AD_SIGNS = ("广告", "AD", "(AD)", "（AD）", "【广告】", "[广告]")


def find_empty_mail(reading: Reading) -> Iterator[Finding]:
    """Find a mail without a story: nobody wants to be written to for nothing."""
    if reading.mail is not None and not reading.issue.items:
        message = "本期一条稿件也没有，不能签发；请从候选中加入，或等下期一并刊出。"
        yield reading.finding("empty", Level.ERROR, message)


def find_large_mail(reading: Reading) -> Iterator[Finding]:
    """Find a mail that receivers would clip."""
    if reading.mail is None:
        return
    size = len(reading.mail.html.encode("utf-8", "replace"))
    if size > CLOSE:
        level = Level.ERROR if size > CLIPPED else Level.WARNING
        message = f"邮件正文{size / 1024:.0f}KB，超过{CLOSE // 1024}KB可能被截断，请减少条目。"
        yield reading.finding("size", level, message)


def find_no_way_out(reading: Reading) -> Iterator[Finding]:
    """Find a mail without unsubscribe link or contact, and advertising that does not say so."""
    newsletter = reading.newsletter
    if reading.mail is not None:
        for part, name in ((reading.mail.html, "网页版"), (reading.mail.text, "纯文本版")):
            if "__UNSUBSCRIBE__" not in part:
                message = f"邮件{name}没有退订链接，不能发送。"
                yield reading.finding("unsubscribe", Level.ERROR, message)
            contact = (newsletter.contact or newsletter.sender_email) if newsletter else ""
            if contact and contact not in part:
                message = f"邮件{name}没有联系方式“{contact}”，请恢复页脚。"
                yield reading.finding("unsubscribe", Level.ERROR, message)
    if newsletter and newsletter.commercial and not reading.issue.subject.startswith(_AD_SIGNS):
        message = "商业性邮件的主题必须以“广告”或“AD”开头。"
        yield reading.finding("unsubscribe", Level.ERROR, message, None, "subject")


RULES = (
    Rule(
        "empty",
        "E",
        "空刊",
        "一条稿件也没有的一期不能签发，更不能发给读者。",
        "本刊规定",
        "（本期没有稿件）",
        "（本期有稿件）",
        find_empty_mail,
    ),
    Rule(
        "size",
        "E W",
        "邮件大小",
        "解码后的正文超过90KB要减少条目，超过100KB会被截断。",
        "Gmail 的截断界限（约 102 KB）",
        "（正文 101 KB）",
        "（正文 60 KB）",
        find_large_mail,
    ),
    Rule(
        "unsubscribe",
        "E",
        "退订与广告标识",
        "邮件要有退订链接和联系方式；商业性邮件的主题以“广告”或“AD”开头。",
        "《互联网电子邮件服务管理办法》（信息产业部令第38号）第十三、十四条",
        "（邮件没有退订链接）",
        "（邮件有退订链接和联系方式）",
        find_no_way_out,
    ),
)
