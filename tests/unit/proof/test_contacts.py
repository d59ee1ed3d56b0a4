"""Telephone numbers by their digits, and addresses of the web by their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


def told(found: tuple[Finding, ...]) -> list[tuple[str, str | None]]:
    return [(one.surface, one.suggestion) for one in found if one.rule == "contact"]


@pytest.mark.parametrize(
    ("text", "surface", "better"),
    [
        ("报名电话0574-8712345。", "8712345", None),
        ("请打（0574）871234567。", "871234567", None),
        ("咨询热线：400-826-057。", "400-826-057", None),
        ("客服400-8260-57412在线。", "400-8260-57412", None),
        ("联系电话：1380000123。", "1380000123", None),
        ("联系电话：138000012345。", "138000012345", None),
        ("社区电话：8712345。", "8712345", None),
        ("登录htp://www.example.com查看。", "htp://", "http://"),
        ("登录http:/www.example.com查看。", "http:/", "http://"),
        ("登录https：//www.example.com查看。", "https：//", "https://"),
        ("登录www,example.com查看。", "www,", "www."),
        ("登录www. example.com查看。", "www. ", "www."),
        ("登录www.example.con查看。", ".con", ".com"),
        ("登录www.example，com查看。", "，com", ".com"),
        ("登录www.example .cn查看。", " .cn", ".cn"),
        ("来稿寄a@example.con。", ".con", ".com"),
    ],
)
def test_a_number_or_an_address_that_reaches_nobody_is_found(
    read: Read, text: str, surface: str, better: str | None
) -> None:
    assert told(read(text)) == [(surface, better)]


@pytest.mark.parametrize(
    "text",
    [
        "报名电话0574-87123456。",
        "请打0574-8712 3456，或0574 87123456转8001。",
        "请打0574-87123456-8001。",
        "热线0574-12345、0574-81890、96345。",
        "客服400-826-0574、4008260574、800-820-8820。",
        "每月工资在400-500元之间。",
        "联系电话：13800001234、138-0000-1234。",
        "社区电话：87123456，总机010-65001234。",
        "电话0574-8712****。",
        "登录https://www.example.com/a?b=1或http://example.cn。",
        "登录www.example.com、example.cn，邮箱a@example.com。",
        "来了http协议的讲师。",
    ],
)
def test_what_reaches_somebody_is_left_alone(read: Read, text: str) -> None:
    assert told(read(text)) == []
