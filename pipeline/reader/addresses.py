"""Is this an e-mail address, and was it perhaps mistyped? Pure: no network, no store.

email-validator decides (RFC 5321/5322/6531, IDNA 2008), without asking DNS: a look-up would tell
the name server who subscribes, and take its time.
"""

from __future__ import annotations

import difflib

from email_validator import EmailNotValidError, validate_email

from pipeline.errors import UsageError

COMMON = (
    "qq.com", "163.com", "126.com", "yeah.net", "sina.com", "sina.com.cn", "sina.cn", "sohu.com",
    "139.com",
    "189.cn", "wo.cn", "foxmail.com", "aliyun.com", "vip.qq.com", "outlook.com", "hotmail.com",
    "gmail.com", "icloud.com", "tom.com", "21cn.com", "msn.com", "live.com", "live.cn",
    "vip.163.com", "vip.sina.com", "yahoo.com", "88.com", "protonmail.com",
)  # fmt: skip
"""Mail services that readers here use."""

_NEAR = 0.75  # qq.con is .83 of qq.com; 163.com is .71 of 126.com
_LONGEST = 254  # octets: RFC 5321, 4.5.3.1.3, less the angle brackets
_WIDE = str.maketrans("＠．。，、　", "@...  ")


def read_address(text: str) -> str:
    """Return the address in ``text`` as it is stored; wide signs and blanks around it are forgiven.

    It is in NFC, and an international domain in its own letters.

    Raises:
        UsageError: it is none; the sentence is Chinese and says what is wrong.
    """
    text = text.translate(_WIDE).strip().strip("<>,;").strip()
    if not text:
        raise UsageError("请填写邮箱地址")
    if "@" not in text:
        raise UsageError("邮箱地址里缺少 @，例如 name@example.com")
    if len(text.encode("utf-8", "replace")) > _LONGEST:
        raise UsageError("邮箱地址太长了，请检查")
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise _judge(text, str(error)) from None
    return found.normalized


def suggest(email: str) -> str | None:
    """Return the address with the mail service somebody probably meant; None when it is fine."""
    local, _, domain = email.rpartition("@")
    domain = domain.lower()
    if domain in COMMON:
        return None
    near = difflib.get_close_matches(domain, COMMON, n=1, cutoff=_NEAR)
    return f"{local}@{near[0]}" if near and near[0] != domain else None


def mask(email: str) -> str:
    """Return an address that its owner recognises and a stranger cannot use: l***g@example.org."""
    local, _, domain = email.rpartition("@")
    shown = f"{local[0]}***{local[-1]}" if len(local) > 2 else f"{local[:1]}***"  # noqa: PLR2004 - one at each end
    return f"{shown}@{domain}"


def _judge(text: str, reason: str) -> UsageError:  # noqa: PLR0911 - one line a mistake
    local, _, domain = text.rpartition("@")
    if not local:
        return UsageError("邮箱地址里 @ 前面的部分没有填")
    if " " in text:
        return UsageError("邮箱地址中间有空格，请去掉")
    if "." not in domain:
        if not domain:
            return UsageError("邮箱地址里 @ 后面的部分没有填")
        return UsageError("@ 后面的「%(domain)s」不完整，例如 qq.com、163.com", domain=domain[:60])
    if ".." in text:
        return UsageError("邮箱地址里有两个连着的点，请检查")
    if "domain" in reason or "after the @" in reason:
        return UsageError("@ 后面的「%(domain)s」不是有效的域名，请检查", domain=domain[:60])
    return UsageError("邮箱地址的写法不对，请检查")
