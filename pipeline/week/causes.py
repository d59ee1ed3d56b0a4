"""Why a source could not be read, in a sentence for editors: what happened, and what to do.

What this module never does: find the cause (`pipeline.collect.failures`), or show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from pipeline.model import FetchCause

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CAUSES: dict[FetchCause, StrOrPromise] = {
    FetchCause.UNREACHABLE: _("连不上这个网站，可能是对方停机或网络不通。下次采集会再试。"),
    FetchCause.GONE: _("网址打不开了，多半是网站改版。请找到新的网址，交管理员更换。"),
    FetchCause.CLOSED: _("网站拒绝访问。请与对方联系，或请管理员换一个网址。"),
    FetchCause.BUSY: _("网站要我们过一阵再来。下次采集会再试。"),
    FetchCause.BROKEN: _("网站自己出了错。下次采集会再试，几天都这样就请告诉对方。"),
    FetchCause.CUT: _("网站的内容只传来一部分，没有采。下次采集会再试，几天都这样就请告诉对方。"),
    FetchCause.ROBOTS: _("网站的采集约定（robots.txt）不许采集这个网址。要采，请先征得对方同意。"),
    FetchCause.ADDRESS: _("网址指向内部网络，没有采。请管理员核对。"),
    FetchCause.LARGE: _("内容太大，没有采。请管理员核对网址。"),
    FetchCause.BROWSER: _(
        "网站只让浏览器打开，采不到。请向对方要一个订阅地址（RSS），或换一个网址。"
    ),
    FetchCause.LAYOUT: _("网站改版了，原来的位置上找不到稿件。请管理员重新设置这个来源。"),
    FetchCause.FORM: _("打开的不是订阅源，也不是稿件页。请管理员核对网址。"),
    FetchCause.FILE: _("文件或文件夹读不出来。请管理员核对位置和权限。"),
    FetchCause.DATABASE: _("采到的内容存不进数据库。请告诉管理员。"),
    FetchCause.FAULT: _("程序没能读懂这个来源。请告诉管理员。"),
}
