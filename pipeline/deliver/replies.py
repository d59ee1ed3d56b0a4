"""What a receiver's words mean, be it an SMTP answer or the diagnosis in a bounce.

One table of rules, read from the top; the first that fits decides and is named in the verdict, so
every decision can show its evidence. Some codes lie: QQ's frequency limits and some of NetEase's
are 5xx and temporary. What this module never does: suppress anybody or wait.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

DELAYED = "delayed"
"""Rule of a warning that a mail is late, and the action by which RFC 3464 names one."""


class Kind(StrEnum):
    """What a refusal says of the address."""

    HARD = "hard"  # nobody there: never write again
    SOFT = "soft"  # full, too large, unreachable: somebody is there
    BLOCK = "block"  # the sender or the content is not wanted; the address is fine
    THROTTLE = "throttle"  # too much at once: slower, later


class Scope(StrEnum):
    """What has to become less after a throttle."""

    RATE = "rate"  # messages a second
    CONNECTIONS = "connections"  # at once
    PER_CONNECTION = "per-connection"  # messages on one connection


@dataclass(frozen=True, slots=True)
class Reply:
    """An SMTP answer."""

    code: int
    text: str  # without the code, lines joined by a space

    def __str__(self) -> str:
        """Return it as the log shows it."""
        return f"{self.code} {self.text}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a refusal is read."""

    kind: Kind
    retry: bool  # the same message may go through later
    rule: str  # the rule that fired
    pause: float | None = None  # seconds the receiver wants; None: it does not say
    scope: Scope = Scope.RATE


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    kind: Kind
    pattern: re.Pattern[str]
    retry: bool = False
    pause: float | None = None
    scope: Scope = Scope.RATE


def _rule(
    name: str, kind: Kind, pattern: str, *, retry: bool = False, pause: float | None = None,
    scope: Scope = Scope.RATE,
) -> _Rule:  # fmt: skip
    return _Rule(name, kind, re.compile(pattern, re.IGNORECASE), retry, pause, scope)


_RULES: Final = (
    # QQ, service.mail.qq.com: "550 Domain frequency limited" is temporary in spite of its code.
    _rule("qq-frequency", Kind.THROTTLE,
          r"(?:domain|sender|connection|ip|address) frequency (?:is )?limited"
          r"|发信?频率|发送频率|频率(?:受限|过高|超限|限制)", retry=True, pause=600),
    # NetEase, help.163.com "退信代码": the letters before the colon tell the limit.
    _rule("netease-connections", Kind.THROTTLE, r"\bHL:ICC\b", retry=True, pause=60,
          scope=Scope.CONNECTIONS),
    _rule("netease-frequency", Kind.THROTTLE, r"\bHL:IFC\b", retry=True, pause=120),
    _rule("netease-per-connection", Kind.THROTTLE, r"\bMI:DMC\b", retry=True, pause=1,
          scope=Scope.PER_CONNECTION),
    _rule("netease-sender", Kind.THROTTLE, r"\bMI:SFQ\b", retry=True, pause=900),
    _rule("netease-day", Kind.THROTTLE, r"\bMI:STC\b", retry=True, pause=6 * 3600),
    _rule("netease-retry", Kind.THROTTLE, r"\b45\d\b.{0,12}\bDT:SPM\b|^DT:SPM.*try again",
          retry=True, pause=120),
    _rule("netease-graylist", Kind.THROTTLE, r"\bHL:REP\b|\bRP:(?:TRC|QRC)\b", retry=True,
          pause=600),
    # Sina counts messages of one size: slower is the cure.
    _rule("sina-same-size", Kind.THROTTLE, r"too many same size mails?", retry=True, pause=900),
    _rule("too-many-connections", Kind.THROTTLE,
          r"too many (?:concurrent )?(?:smtp )?(?:connections|sessions)|connection limit",
          retry=True, pause=60, scope=Scope.CONNECTIONS),
    _rule("too-many-per-connection", Kind.THROTTLE,
          r"too many (?:messages|recipients|mails) (?:on|in|per|for) (?:this |one |a )?"
          r"(?:connection|session)", retry=True, pause=1, scope=Scope.PER_CONNECTION),
    _rule("rate", Kind.THROTTLE,
          r"rate[- ]?limit|throttl|unusual rate of|sending rate|too many (?:messages|mails|emails|"
          r"requests)|try again more slowly|exceeded the rate|server busy|4\.7\.(?:28|500)\b"
          r"|limit exceeded for (?:ip|sender)|发信(?:过快|太频繁)", retry=True, pause=300),
    _rule("greylist", Kind.THROTTLE, r"gr[ae]y-?list", retry=True, pause=300),
    # Full, before "unavailable": "mailbox unavailable: over quota" is no dead address.
    _rule("mailbox-full", Kind.SOFT,
          r"(?:mail ?box|inbox|user|account|storage|recipient)[^.;]{0,40}(?:is |was )?"
          r"(?:full|over ?quota|exceeded)|over ?quota|quota (?:exceeded|is exceeded)|exceed\w* "
          r"(?:the )?(?:storage|quota|mailbox)|insufficient (?:disk|system storage)|out of storage"
          r"|\b[45]\.2\.2\b|邮箱(?:已满|空间|容量)|空间(?:不足|已满)|容量(?:不足|已满)"),
    _rule("too-large", Kind.SOFT,
          r"message (?:size|too (?:large|big))|size limit|\b5\.(?:2\.3|3\.4)\b|邮件(?:过大|太大)"),
    _rule("loop", Kind.SOFT, r"too many hops|mail loop|loops back|\b5\.4\.6\b|hop count"),
    # About us, before the words on addresses and domains: it is ours that is unknown or shut.
    _rule("sender", Kind.BLOCK,
          r"(?:sender address|client host|helo command) rejected|sender verif(?:y|ication) failed"
          r"|verification failed for <|(?:domain of )?sender(?:'s)? (?:address|domain)\b[^.;:]{0,60}"
          r"(?:not found|(?:does not|doesn'?t|must) exist|unknown|invalid|not (?:valid|allowed))"
          r"|(?:unknown|invalid|bad) sender\b|\byour (?:e?mail )?(?:account|domain|user|mail ?box)\b"
          r"[^.;:]{0,40}(?:disabled|suspended|deactivated|inactive|locked|not found|expired)"
          r"|\b[45]\.1\.[78]\b|[发寄]件人[^。，；]{0,12}(?:不存在|未找到|无效|错误|已注销|被禁用|已停用|冻结)"),
    # Exchange Online's edge says 5.4.1 "Access denied" for addresses it does not know.
    _rule("exchange-edge-unknown", Kind.HARD, r"\b5\.4\.1\b[^\n]{0,200}recipient address rejected"),
    _rule("exchange-unknown", Kind.HARD,
          r"RESOLVER\.ADR\.(?:Ex)?RecipNotFound|RecipientNotFound|\b5\.1\.10\b"),
    _rule("relay-denied", Kind.BLOCK,
          r"relay(?:ing)? (?:access )?(?:is )?(?:denied|not permitted|not allowed|prohibited)"
          r"|unable to relay|authentication (?:is )?required|not authenticated"),
    _rule("unknown-user", Kind.HARD,
          r"user (?:unknown|not found|doesn'?t exist|does not exist|suspended|is not exist)"
          r"|(?:unknown|invalid|no such|nonexistent|non-existent|inactive|bad|disabled|expired) "
          r"(?:local )?(?:user|recipient|address|mail ?box|account|destination mailbox|email)"
          r"|(?:mail ?box|recipient|account|address|user|email account)\b[^.;:]{0,60}"
          r"(?:not found|unknown|(?:does|do)(?: not|n'?t) exist|not exist|disabled|inactive"
          r"|deactivated|is not valid|not valid|suspended|no longer (?:valid|in use|exists|active|available))"
          r"|no (?:mail ?box|such (?:person|address|mailbox))(?: here)?|not our customer"
          r"|unrouteable address|unknown in (?:local|virtual|relay)|not a known user"
          r"|mailbox unavailable or access denied|all recipients? (?:is|are) invalid"
          r"|(?:收件人|用户|邮箱|邮件地址|帐号|账号|地址)[^。，；]{0,12}(?:不存在|未找到|无效|错误|已注销|被禁用|已停用|冻结)"
          r"|无此(?:用户|收件人|账号|邮箱)|不存在的?(?:用户|收件人|邮箱|地址)"),
    _rule("unknown-domain", Kind.HARD,
          r"(?:domain|host)(?: name)?(?: not|n'?t)? (?:not found|(?:does not|doesn'?t) exist|unknown)"
          r"|no such (?:domain|host)|nxdomain|null ?mx|domain name not found|\b5\.4\.4\b"
          r"|does not accept mail|bad destination (?:host|system)|\b5\.1\.2\b|域名(?:不存在|错误|无法解析)"),
    _rule("status-address", Kind.HARD, r"\b5\.1\.(?:1|3|6|0)\b|\b5\.2\.1\b"),
    _rule("netease-block", Kind.BLOCK,
          r"\b(?:DT:SPM|DT:SUM|MI:SPB|HL:IPB|HL:ISC|IP:|RP:|SPF:|DMARC:|DT:REJ|MI:NHD|MI:SPF)\b"),
    _rule("block", Kind.BLOCK,
          r"spam|block ?list|black ?list|blocked|denied by policy|\brbl\b|\bdnsbl\b|spamhaus|reputation"
          r"|unsolicited|policy (?:violation|reasons?|restrictions?)|local policy|content (?:denied|rejected)"
          r"|(?:spf|dkim|dmarc)\b.{0,40}(?:fail|reject|not pass|unauthenticated|none)|unauthenticated"
          r"|not authori[sz]ed|access denied|prohibited|banned|junk|virus|malware|rejected by"
          r"|\b5\.7\.\d+\b|\b5\.1\.8\b|垃圾邮件|黑名单|拒收|拒绝接收|被.{0,6}(?:拦截|屏蔽|退信)|反垃圾|内容.{0,6}(?:违规|敏感)|信誉"),
    _rule("unreachable", Kind.SOFT,
          r"timed? ?out|connection (?:refused|reset|lost)|unreachable|could not be (?:reached|contacted)"
          r"|lost connection|delivery (?:time )?expired|retry time|message expired|temporar|name service"
          r"|try again|\b[45]\.4\.[0-9]+\b|连接(?:失败|超时|不上)|超时|暂时|稍后", retry=True),
)  # fmt: skip

_MOST_JUDGED = 4000  # characters of words
_UNAVAILABLE = 550
# How Postfix begins when it hears the recipient out and then refuses sender or client.
_OF_US = re.compile(
    r"(?:[45]\.\d{1,3}\.\d{1,3} )?<[^<>]*>: (?:sender address|client host|helo command) rejected",
    re.IGNORECASE,
)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")


def judge(code: int | None, text: str) -> Verdict:
    """Return what a refusal means. ``code`` is the SMTP code, None when a bounce names none.

    Of long words the beginning is judged: who sends a bounce may write a megabyte.
    """
    text = text[:_MOST_JUDGED]
    found = _STATUS.search(text)
    temporary = code // 100 == 4 if code else bool(found and found[1] == "4")  # noqa: PLR2004 - 4yz
    said = f"{code} {text}" if code else text
    for rule in _RULES:
        if rule.pattern.search(said):
            if temporary and rule.kind is Kind.HARD:
                # 450 "user unknown" is a server that cannot look, or greylists: not yet a verdict.
                return Verdict(Kind.SOFT, retry=True, rule=rule.name)
            return Verdict(rule.kind, rule.retry or temporary, rule.name, rule.pause, rule.scope)
    if temporary:
        return Verdict(Kind.SOFT, retry=True, rule="4yz")
    if code in {550, 551, 553} and not found:
        # RFC 5321 §4.2.3: mailbox unavailable, user not local, mailbox name not allowed.
        return Verdict(Kind.HARD if code != _UNAVAILABLE or _is_plain(text) else Kind.BLOCK,
                       retry=False, rule=f"{code}")  # fmt: skip
    return Verdict(Kind.SOFT, retry=False, rule="5yz")


def spare(verdict: Verdict) -> Verdict:
    """Return the verdict on words that were not said of the address: they call nobody dead."""
    return replace(verdict, kind=Kind.BLOCK) if verdict.kind is Kind.HARD else verdict


def is_of_sender(step: str, text: str) -> bool:
    """Say whether a refusal at this step is of us, so that every other recipient would hear it."""
    return step == "MAIL" or bool(step == "RCPT" and _OF_US.match(text))


def _is_plain(text: str) -> bool:
    return bool(
        re.search(r"mailbox unavailable|action not taken|not? (?:here|local)", text, re.IGNORECASE)
    )
