"""Bounces that the rules were not made on: written afterwards, in the manner of the same receivers.

Once a rule has been changed because of one of these, it belongs into `cases`; every address is
invented.
"""

from __future__ import annotations

from .cases import ID, READER, complaint, dsn, plain, reply

EXIM = "Mail Delivery System <Mailer-Daemon@mx2.example>"
QQ, NETEASE, SINA = (
    "PostMaster@qq.example",
    "MAILER-DAEMON@126.example",
    "MAILER-DAEMON@sina.example",
)
ALIYUN = "postmaster@mxhichina.example"


def exchange(diagnosis: str, words: str) -> bytes:
    """Return a report as Exchange Online writes it: HTML for people, a report for programs."""
    return (
        "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example>\r\n"
        "To: weekly@news.example\r\nSubject: Undeliverable: weekly\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_q"\r\n\r\n'
        "--=_q\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n"
        f"<html><body><p><b>{words}</b></p></body></html>\r\n"
        "--=_q\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns;x.example\r\nReceived-From-MTA: dns;y.example\r\n\r\n"
        f"Original-Recipient: rfc822;{READER}\r\nFinal-Recipient: rfc822;{READER}\r\n"
        f"Action: failed\r\nStatus: {diagnosis.split()[1]}\r\nDiagnostic-Code: smtp;{diagnosis}\r\n\r\n"
        f"--=_q\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ID}\r\nTo: {READER}\r\n\r\n"
        "--=_q--\r\n"
    ).encode()


HELD_OUT: list[tuple[str, bytes]] = [
    # Postfix, Exim, Gmail, Exchange
    ("hard", dsn("5.1.1", "550 5.1.1 <reader@mail.example>... User unknown")),
    ("hard", dsn("5.1.1", "554 5.1.1 <reader@mail.example>: Recipient address rejected: undeliverable address: unknown user")),
    ("hard", dsn("5.4.4", "Host or domain name not found. Name service error for name=mail.example type=A: Host not found")),
    ("hard", dsn("5.1.1", "550 5.1.1 sorry, no mailbox here by that name (chkuser)")),
    ("hard", exchange("550 5.1.1 RESOLVER.ADR.RecipNotFound; not found", "reader wasn't found at mail.example.")),
    ("hard", exchange("550 5.1.351 Remote server returned unknown recipient or mailbox unavailable", "Your message couldn't be delivered.")),
    ("hard", plain(EXIM, "Mail delivery failed: returning message to sender", "A message that you sent could not be delivered to all of its recipients:\r\n\r\n  reader@mail.example\r\n    host mx.mail.example [192.0.2.4]\r\n    SMTP error from remote mail server after RCPT TO:<reader@mail.example>:\r\n    550 No such recipient here")),
    ("soft", dsn("4.2.2", "452 4.2.2 <reader@mail.example>: user is over quota")),
    ("soft", dsn("5.2.2", "552-5.2.2 The recipient's inbox is out of storage space and inactive.")),
    ("soft", dsn("4.4.1", "connect to mail.example[192.0.2.8]:25: No route to host", action="delayed")),
    ("soft", exchange("550 5.2.2 STOREDRV.Deliver.Exception:QuotaExceededException; Failed to process message", "The recipient's mailbox is full.")),
    ("soft", exchange("550 5.4.316 Message expired, connection refused(Socket error code 10061)", "mail.example couldn't be reached.")),
    ("soft", plain(EXIM, "Warning: message 1xYz delayed 24 hours", "The address to which the message has not yet been delivered is:\r\n\r\n  reader@mail.example\r\n    Delay reason: Connection timed out")),
    ("block", dsn("5.7.1", "550-5.7.1 [192.0.2.9] The IP you're using to send mail is not authorized to send email directly to our servers")),
    ("block", dsn("5.7.1", "554 5.7.1 Email rejected per DMARC policy")),
    ("block", exchange("550 5.7.511 Access denied, banned sender[192.0.2.9]", "Your message wasn't delivered.")),
    ("block", exchange("550 5.7.705 Service unavailable. Access denied, tenant has exceeded threshold", "Your message was blocked.")),
    # QQ
    ("hard", plain(QQ, "来自 QQ 邮箱的退信", "您发送给 reader@mail.example 的邮件无法送达，收件人邮箱地址不存在，邮件无法送达。")),
    ("hard", plain(QQ, "来自 QQ 邮箱的退信", "退信原因：对方邮箱帐号已被停用。reader@mail.example host 192.0.2.3 said: 550 Mailbox unavailable or access denied")),
    ("soft", plain(QQ, "来自 QQ 邮箱的退信", "reader@mail.example 退信原因：发送频率过高，550 Address frequency limited")),
    ("soft", plain(QQ, "来自 QQ 邮箱的退信", "reader@mail.example 退信原因：收件人的邮箱空间已满")),
    ("block", plain(QQ, "来自 QQ 邮箱的退信", "reader@mail.example 退信原因：550 Mail content denied，邮件内容包含被拒收的链接")),
    ("block", plain(QQ, "来自 QQ 邮箱的退信", "reader@mail.example 退信原因：收件人将您加入了黑名单，邮件被拒收")),
    # NetEase, Sina, Aliyun
    ("hard", plain(NETEASE, "系统退信", "reader@mail.example 退信原因：收件人不存在 550 RP:USR", "gb18030")),
    ("hard", plain(NETEASE, "系统退信", "reader@mail.example Invalid User: 550 Invalid User", "gb18030")),
    ("soft", plain(NETEASE, "系统退信", "reader@mail.example 451 MI:SFQ 126 smtp, 发信频率超过限制", "gb18030")),
    ("soft", plain(NETEASE, "系统退信", "reader@mail.example 552 Quota exceeded or service disabled.", "gb18030")),
    ("block", plain(NETEASE, "系统退信", "reader@mail.example 553 Requested action not taken: NULL sender is not allowed，554 SPF:SPM 发信服务器 IP 未通过 SPF 检查", "gb18030")),
    ("block", plain(NETEASE, "系统退信", "reader@mail.example 550 MI:NHD 该邮件被反垃圾系统拒绝", "gb18030")),
    ("hard", plain(SINA, "Undelivered Mail", "<reader@mail.example>: 550 5.1.1 unknown user account (in reply to RCPT TO command)")),
    ("soft", plain(SINA, "Undelivered Mail", "<reader@mail.example>: 452 4.2.1 mailbox temporarily disabled, try again later")),
    ("block", plain(SINA, "Undelivered Mail", "<reader@mail.example>: 553 sorry, your envelope sender is in my badmailfrom list, rejected as spam")),
    ("hard", plain(ALIYUN, "退信通知", "您的邮件无法投递到 reader@mail.example：收件人地址无效（550 Invalid rcptto）")),
    ("soft", plain(ALIYUN, "退信通知", "您的邮件无法投递到 reader@mail.example：对方服务器连接超时，系统将不再重试")),
    ("block", plain(ALIYUN, "退信通知", "您的邮件无法投递到 reader@mail.example：554 Reject by content spam at RCPT stage")),
    # complaints, people who are away, and mail that is none of it
    ("complaint", complaint("not-spam-but-abuse")),
    ("auto-reply", reply("自动回复: 我正在休年假", head="")),
    ("auto-reply", reply("Re: weekly", head="Auto-Submitted: auto-replied (vacation)\r\n")),
    ("auto-reply", reply("Out of office: back on Monday", head="")),
    ("unknown", reply("请问下周还有讲座吗", head="")),
    ("unknown", reply("Re: 退订怎么操作？", head="")),
]  # fmt: skip
