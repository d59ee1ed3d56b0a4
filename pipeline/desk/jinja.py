"""Jinja2 for web pages: strict, escaping, with the few words and filters that pages need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django_htmx.jinja import htmx_script

from pipeline.calendar import SHANGHAI

if TYPE_CHECKING:
    from datetime import datetime

_WEEKDAYS = "一二三四五六日"
STATUS = {
    "draft": "编辑中", "review": "审稿中", "approved": "已签发", "sending": "发送中",
    "sent": "已发送",
}  # fmt: skip
STEPS = {"first": "一审", "second": "二审", "final": "三审"}
ROLES = {"first": "责任编辑", "second": "部门主任", "final": "总编", "admin": "管理员"}
ACTIONS = {
    "sign": "签发", "send-back": "退回", "schedule": "定发送时间", "save": "保存",
    "retag": "改标签", "test-copy": "发测试邮件",
    "hold": "搁置", "drop": "不用", "take-back": "取回", "merge": "合并", "split": "拆分",
    "waive": "放行提示", "unwaive": "撤回放行", "account": "设账号", "account-closed": "停用账号",
    "second-step-on": "开启两步验证", "second-step-off": "关闭两步验证",
    "recovery-codes": "重新生成恢复码", "recovery-code": "用恢复码登录",
}  # fmt: skip


def environment(**options: Any) -> jinja2.Environment:
    """Return the environment that Django's Jinja2 backend uses."""
    options |= {
        "undefined": jinja2.StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.i18n"],
    }
    made = jinja2.Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        static=static, url=_url, htmx_script=htmx_script,
        STATUS=STATUS, STEPS=STEPS, ROLES=ROLES, ACTIONS=ACTIONS,
    )  # fmt: skip
    made.filters.update(moment=moment, day=day, web=web)
    return made


def moment(value: datetime | None) -> str:
    """Return 11月23日 周一 08:00, as people in Ningbo read it."""
    if value is None:
        return "时间不详"
    here = value.astimezone(SHANGHAI)
    return f"{here.month}月{here.day}日 周{_WEEKDAYS[here.weekday()]} {here:%H:%M}"


def day(value: datetime | None) -> str:
    """Return 11月23日; 日期不详 when unknown."""
    if value is None:
        return "日期不详"
    here = value.astimezone(SHANGHAI)
    return f"{here.month}月{here.day}日"


def web(address: str) -> str:
    """Return the address when a page may link to it, "" otherwise."""
    return address if urlsplit(address).scheme in {"http", "https"} else ""


def _url(name: str, *arguments: Any) -> str:
    return reverse(name, args=arguments)
