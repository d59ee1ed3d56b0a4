"""Bounces in the manner of the receivers that our readers use; every address is invented."""

from __future__ import annotations

ID = "<2026-w47.0123456789abcdef@news.example>"
READER = "reader@mail.example"


def dsn(status: str, diagnosis: str, *, action: str = "failed", agent: str = "mx.example") -> bytes:
    """Return an RFC 3464 report as Postfix, Exim, Exchange and Gmail write them."""
    return (
        f"From: MAILER-DAEMON@{agent}\r\nTo: weekly@news.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"This is the mail system at host {agent}. Your message could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; {agent}\r\n\r\nFinal-Recipient: rfc822; {READER}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {diagnosis}\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"From: weekly@news.example\r\nTo: {READER}\r\nMessage-ID: {ID}\r\nSubject: x\r\n\r\nx\r\n"
        "--b--\r\n"
    ).encode()


def plain(sender: str, subject: str, body: str, charset: str = "utf-8") -> bytes:
    """Return a bounce that is no report, as Chinese providers write them."""
    head = (
        f"From: {sender}\r\nTo: weekly@news.example\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return head.encode() + f"{body}\r\n原邮件：\r\nMessage-ID: {ID}\r\n".encode(charset)


def complaint(kind: str = "abuse") -> bytes:
    return (
        "From: fbl@receiver.example\r\nSubject: FW: weekly\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is an email abuse report.\r\n"
        f"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: {kind}\r\n"
        f"User-Agent: x/1\r\nVersion: 1\r\nOriginal-Rcpt-To: {READER}\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"To: {READER}\r\nMessage-ID: {ID}\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
    ).encode()


def reply(subject: str, head: str = "Auto-Submitted: auto-replied\r\n") -> bytes:
    return (
        f"From: 示例读者 <{READER}>\r\nTo: weekly@news.example\r\nSubject: {subject}\r\n{head}"
        f"In-Reply-To: {ID}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n我在外地，周一回来。\r\n"
    ).encode()


QQ, NETEASE, SINA = "PostMaster@qq.example", "Postmaster@163.example", "postmaster@sina.example"
CASES: list[tuple[str, bytes]] = [
    # Postfix, Exim, Sendmail, Gmail, Exchange: reports
    ("hard", dsn("5.1.1", "550 5.1.1 <reader@mail.example>: Recipient address rejected: User unknown in local recipient table")),
    ("hard", dsn("5.1.1", "550 5.1.1 <reader@mail.example>: Recipient address rejected: User unknown in virtual mailbox table")),
    ("hard", dsn("5.0.0", "550 Unrouteable address")),
    ("hard", dsn("5.1.1", "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address")),
    ("hard", dsn("5.2.1", "550-5.2.1 The email account that you tried to reach is disabled.")),
    ("hard", dsn("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup")),
    ("hard", dsn("5.1.1", "550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found")),
    ("hard", dsn("5.4.1", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)")),
    ("hard", dsn("5.1.2", "550 Host unknown (Name server: nowhere.example: host not found)")),
    ("hard", dsn("5.4.4", "550 5.4.4 nullmx: domain does not accept mail")),
    ("hard", dsn("5.1.1", "550 No such user here")),
    ("hard", dsn("5.1.6", "551 5.1.6 recipient no longer on server")),
    ("hard", dsn("5.1.3", "553 5.1.3 malformed address")),
    ("hard", dsn("5.0.0", "550 Mailbox not found")),
    ("hard", dsn("5.1.1", "550 Invalid recipient")),
    ("soft", dsn("5.2.2", "552 5.2.2 The email account that you tried to reach is over quota")),
    ("soft", dsn("4.2.2", "452 4.2.2 Mailbox full")),
    ("soft", dsn("5.2.2", "550 5.2.2 STOREDRV.Deliver; mailbox full. Quota exceeded")),
    ("soft", dsn("4.4.1", "connect to mx.mail.example[192.0.2.1]:25: Connection timed out", action="delayed")),
    ("soft", dsn("4.4.2", "lost connection with mx.mail.example while sending RCPT TO")),
    ("soft", dsn("4.7.1", "451 4.7.1 Greylisting in action, please come back later")),
    ("soft", dsn("5.3.4", "552 5.3.4 Message size exceeds fixed maximum message size")),
    ("soft", dsn("4.3.2", "421 4.3.2 Service not available, closing transmission channel")),
    ("soft", dsn("4.4.7", "Message expired: retry time not reached for any host after a long failure period")),
    ("soft", dsn("4.7.0", "421-4.7.0 unusual rate of unsolicited mail originating from your IP address; try again later")),
    ("soft", dsn("5.4.6", "554 5.4.6 Too many hops")),
    ("block", dsn("5.7.1", "550 5.7.1 Our system has detected that this message is likely unsolicited mail. it has been blocked")),
    ("block", dsn("5.7.26", "550-5.7.26 This mail has been blocked because the sender is unauthenticated. DKIM did not pass, SPF did not pass")),
    ("block", dsn("5.7.1", "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.example")),
    ("block", dsn("5.7.1", "550 5.7.1 Message rejected due to local policy")),
    ("block", dsn("5.7.606", "550 5.7.606 Access denied, banned sending IP [192.0.2.9]")),
    ("block", dsn("5.7.1", "554 5.7.1 <reader@mail.example>: Relay access denied")),
    ("block", dsn("5.7.0", "552 5.7.0 This message was blocked because its content presents a potential virus")),
    ("block", dsn("5.7.9", "554 5.7.9 Message not accepted for policy reasons")),
    # QQ
    ("hard", plain(QQ, "=?utf-8?B?6YCA5L+h?=", "很抱歉，您发送的邮件被退回。收件人 reader@mail.example 邮箱不存在。550 Mailbox not found.")),
    ("hard", plain(QQ, "Returned mail", "host mx3.qq.example said: 550 Mailbox unavailable or access denied [reader@mail.example]")),
    ("soft", plain(QQ, "Returned mail", "reader@mail.example 550 Domain frequency limited. 发信频率受限，请稍后再试")),
    ("soft", plain(QQ, "Returned mail", "reader@mail.example 550 Connection frequency limited")),
    ("soft", plain(QQ, "Returned mail", "reader@mail.example 收件人邮箱已满，550 Mail box is full")),
    ("block", plain(QQ, "Returned mail", "reader@mail.example 550 Mail content denied. 邮件内容被反垃圾系统拦截")),
    ("block", plain(QQ, "Returned mail", "reader@mail.example 550 Ip frequency: 您的 IP 在黑名单中, 550 Mail is rejected by recipients")),
    ("hard", plain(QQ, "退信通知", "收件人 reader@mail.example 的账号已注销，无法投递。")),
    # NetEase
    ("hard", plain(NETEASE, "系统退信/Systems bounce", "reader@mail.example 550 User not found: reader@mail.example", "gb18030")),
    ("hard", plain(NETEASE, "系统退信", "很抱歉，您的邮件未能送达 reader@mail.example ，原因：用户不存在。", "gb18030")),
    ("soft", plain(NETEASE, "系统退信", "reader@mail.example 421 HL:ICC 163 smtp, connection limited", "gb18030")),
    ("soft", plain(NETEASE, "系统退信", "reader@mail.example 550 MI:SFQ 163 smtp 一小时内发信过于频繁", "gb18030")),
    ("soft", plain(NETEASE, "系统退信", "reader@mail.example 552 收件人邮箱空间不足", "gb18030")),
    ("block", plain(NETEASE, "系统退信", "reader@mail.example 554 DT:SPM 163 smtp, 邮件被识别为垃圾邮件", "gb18030")),
    ("block", plain(NETEASE, "系统退信", "reader@mail.example 554 IP:000, 发信 IP 在黑名单内", "gb18030")),
    # Sina, Aliyun
    ("hard", plain(SINA, "Delivery failure", "reader@mail.example: 553 Unknown local user")),
    ("soft", plain(SINA, "Delivery failure", "reader@mail.example: 552 too many same size mails")),
    ("block", plain(SINA, "Delivery failure", "reader@mail.example: 554 Transaction failed, spam content matched")),
    ("hard", plain("postmaster@aliyun.example", "邮件投递失败", "收件地址：reader@mail.example 失败原因：550 收件人邮箱地址不存在")),
    ("soft", plain("postmaster@aliyun.example", "邮件投递失败", "收件地址：reader@mail.example 失败原因：连接超时，对方服务器暂时不可用")),
    ("block", plain("postmaster@aliyun.example", "邮件投递失败", "收件地址：reader@mail.example 失败原因：550 对方服务器拒收，SPF 校验未通过")),
    # Exim and qmail without reports
    ("hard", plain("Mail Delivery System <Mailer-Daemon@exim.example>", "Mail delivery failed: returning message to sender", "A message that you sent could not be delivered to one or more of its recipients. This is a permanent error. The following address(es) failed:\r\n\r\n  reader@mail.example\r\n    Unrouteable address\r\n")),
    ("hard", plain("MAILER-DAEMON@qmail.example", "failure notice", "Hi. This is the qmail-send program at qmail.example.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\nThis is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n<reader@mail.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n")),
    # complaints, people who are away, and mail that is none of it
    ("complaint", complaint()),
    ("complaint", complaint("fraud")),
    ("auto-reply", reply("自动回复：甬上社区周报")),
    ("auto-reply", reply("Automatic reply: weekly", head="")),
    ("auto-reply", reply("Out of Office", head="X-Autoreply: yes\r\n")),
    ("auto-reply", reply("休假中", head="Precedence: auto_reply\r\n")),
    ("unknown", reply("谢谢你们的周报", head="")),
    ("unknown", b"no mail at all"),
]  # fmt: skip
