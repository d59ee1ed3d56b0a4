"""The words for what the store says of readers by a key: a life's events, states, lists' lines.

They are the desk's texts and stand in its catalogue; the command line prints the same ones. What
this module never does: read the store, or decide anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django_stubs_ext import StrOrPromise

    from pipeline.store.audience import Moment
    from pipeline.store.imports import Note

STATUS: dict[str, StrOrPromise] = {
    "pending": _lazy("待确认"), "active": _lazy("已订阅"), "left": _lazy("已退订"),
}  # fmt: skip
STANDINGS: dict[str, StrOrPromise] = STATUS | {"suppressed": _lazy("停发")}
"""How readers stand in lists: a subscription, unless its address gets nothing."""
EVENTS: dict[str, StrOrPromise] = {
    "asked": _lazy("提交订阅"),
    "imported": _lazy("名单导入"),
    "confirmed": _lazy("确认订阅"),
    "changed": _lazy("修改订阅内容"),
    "paused": _lazy("暂停接收"),
    "resumed": _lazy("恢复接收"),
    "revoked": _lazy("作废旧链接"),
    "left": _lazy("退订"),
    "reason": _lazy("说明退订原因"),
    "returned": _lazy("撤回退订"),
    "suppressed": _lazy("编辑停发"),
    "restored": _lazy("编辑恢复"),
}
HOW: dict[str, StrOrPromise] = {
    "asked": _lazy("网页提交"),
    "confirmed": _lazy("网页提交、邮件确认"),
    "imported": _lazy("名单所载同意"),
    "returned": _lazy("网页撤回退订"),
}
"""How somebody agreed."""
MAILS: dict[str, StrOrPromise] = {"confirm": _lazy("确认信"), "link": _lazy("设置链接信")}
MAIL_STATES: dict[str, StrOrPromise] = {
    "waiting": _lazy("待发"), "sent": _lazy("已发出"), "failed": _lazy("发送失败"),
}  # fmt: skip
DELIVERIES: dict[str, StrOrPromise] = {
    "pending": _lazy("待发"),
    "sending": _lazy("正在发"),
    "uncertain": _lazy("不知是否送达"),
    "delivered": _lazy("对方服务器已收"),
    "deferred": _lazy("对方暂时不收，稍后再发"),
    "failed": _lazy("没有送达"),
    "suppressed": _lazy("停发，没有发出"),
}
BOUNCES: dict[str, StrOrPromise] = {
    "hard": _lazy("地址不存在"),
    "soft": _lazy("暂时收不了"),
    "block": _lazy("被对方拦下"),
    "complaint": _lazy("投诉为垃圾邮件"),
    "auto-reply": _lazy("自动回复"),
}
WAYS: dict[str, StrOrPromise] = {
    "one-click": _lazy("在邮件客户端一键退订"), "page": _lazy("在网页上退订"),
    "before-restore": _lazy("恢复备份之前已退订"),
}  # fmt: skip
"""How somebody left."""
SUPPRESSED: dict[str, StrOrPromise] = {
    "hard": _lazy("退信停发：地址不存在"),
    "soft": _lazy("退信停发：多次投递不成"),
    "complaint": _lazy("曾投诉为垃圾邮件"),
    "left": _lazy("本人已退订"),
    "erased": _lazy("本人已要求删除信息"),
    "editor": _lazy("编辑已停发"),
}
RESULTS: dict[str, StrOrPromise] = {
    "new": _lazy("新增"),
    "changed": _lazy("更新"),
    "same": _lazy("无变化"),
    "suppressed": _lazy("停发名单"),
    "duplicate": _lazy("重复"),
    "invalid": _lazy("有错"),
}
"""What becomes of a list's line."""
NOTES: dict[str, StrOrPromise] = {
    **{f"suppressed-{key}": words for key, words in SUPPRESSED.items()},
    "same-address": _lazy("与第 %(first)s 行是同一个地址"),
    "same-person": _lazy("与第 %(first)s 行是同一人，合为一份邮件"),
    "confirmed-by-list": _lazy("待确认 → 按名单所载同意订阅"),
    "name": _lazy("姓名：%(before)s → %(after)s"),
    "preferences": _lazy("订阅内容：%(before)s → %(after)s"),
    "units": _lazy("单位增加：%(units)s"),
}
"""What is said of a list's line."""


def say_notes(notes: Iterable[Note]) -> str:
    """Return what is said of a line, in the language in use; "" for nothing."""
    return _("；").join(_say_note(one) for one in notes)


def _say_note(note: Note) -> str:
    values: dict[str, Any] = dict(note.values)
    if note.key == "preferences":
        values = {name: name_edition(key) for name, key in values.items()}
    elif note.key == "name":
        values = {name: value or _("无") for name, value in values.items()}
    # A fault brings its own sentence, which the errors of lists have put into the catalogue.
    sentence = str(NOTES[note.key]) if note.key in NOTES else _(note.key)
    return sentence % values if values else sentence


def name_edition(key: str) -> str:
    """Return what an edition's key (`Preferences.key`) holds, as people read it."""
    names = [_(one) for one in key.replace("+", "|").split("|") if one]
    return _("全部内容") if key == "all" else _("、").join(names)


def say_moment(moment: Moment) -> tuple[str, str]:
    """Return (what happened, what more is known) of one moment in a reader's life."""
    values = moment.values
    if moment.kind == "consent":
        said = " ".join(filter(None, (values["network"], values["version"], values["note"])))
        return _("同意凭证：%(how)s") % {"how": HOW.get(moment.what, moment.what)}, said
    if moment.kind == "mail":
        state = str(MAIL_STATES.get(values["status"], values["status"]))
        return str(MAILS.get(moment.what, moment.what)), _with(state, values["reply"])
    if moment.kind == "delivery":
        state = str(DELIVERIES.get(moment.what, moment.what))
        return _("周报 %(week)s") % {"week": values["week"]}, _with(state, values["reply"])
    if moment.kind == "bounce":
        state = str(BOUNCES.get(moment.what, moment.what))
        return _("退信"), _with(state, values["said"])
    return str(EVENTS.get(moment.what, moment.what)), _say_detail(values)


def _say_detail(detail: Mapping[str, Any]) -> str:
    """Return what a change kept: before and after, a list's name, a way or a reason."""
    if "before" in detail:
        return f"{name_edition(detail['before'])} → {name_edition(detail['after'])}"
    said = []
    for name, value in detail.items():
        if name == "how":
            said.append(str(WAYS.get(value, value)))
        elif name == "until":
            said.append(_("到 %(day)s") % {"day": value})
        elif name == "paused":
            said.append(_("原已暂停到 %(day)s") % {"day": value})
        elif value:
            # Reasons to choose from are ours and in the catalogue; a reader's own words are not.
            said.append(_(value) if isinstance(value, str) else str(value))
    return _("；").join(said)


def _with(state: str, more: str) -> str:
    return _("%(state)s：%(more)s") % {"state": state, "more": more} if more else state
