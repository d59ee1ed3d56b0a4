"""Bodies of pages: known families, density of text, and lines that are no part of an article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.boilerplate import drop_boilerplate, is_boilerplate
from pipeline.collect.pages import read_page
from pipeline.model import Source, SourceKind

from .conftest import NOW

SOURCE = Source("s", "示例", SourceKind.PAGE, "https://a.example/")
BODY = [f"（示例）第{n}段：居民在议事厅里商量了楼道照明的办法，社区记下了意见。" for n in range(6)]
LINKS = "".join(f"<li><a href='/{n}'>别的示例新闻标题第{n}条</a></li>" for n in range(30))


def page_of(inner: str) -> str:
    return f"<html><head><title>示例标题_示例网</title></head><body><ul>{LINKS}</ul>{inner}</body></html>"


@pytest.mark.parametrize(
    "open_",
    [
        "<div id='js_content' style='visibility:hidden'>",
        "<div id='zoom'>",
        "<div class='TRS_Editor'>",
        "<div class='main-article-content'>",
        "<div class='whatever'>",
        "<table><tr><td>",
    ],
)
def test_a_body_is_found_without_a_selector(open_: str) -> None:
    close = "</td></tr></table>" if open_.startswith("<table") else "</div>"
    inner = f"<h1>示例标题</h1>{open_}{''.join(f'<p>{line}</p>' for line in BODY)}{close}"
    page = read_page(page_of(inner), "https://a.example/1", SOURCE, NOW)
    assert page.text.split("\n") == BODY
    assert page.title == "示例标题"


def test_lines_of_the_page_go_and_sentences_stay() -> None:
    text = "\n".join(
        ["来源：示例日报", "字体：【大 中 小】", *BODY, "责任编辑：示例", "扫码关注示例公众号", "相关阅读", "别的示例标题"]
    )  # fmt: skip
    assert drop_boilerplate(text).split("\n") == BODY


@pytest.mark.parametrize(
    "line",
    [
        "来源可靠的食材，是社区食堂受欢迎的原因。",
        "编辑部的老师走进社区，教居民写稿。",
        "记者：您觉得哪一点最难？",
        "转发之后，一百多位居民报了名。",
        "扫一扫门口的码，老人就能叫到助餐。居民说，比打电话方便，也不用再跑一趟服务中心。",
    ],
)
def test_sentences_that_begin_like_a_pages_line_stay_within_an_article(line: str) -> None:
    text = "\n".join([*BODY, line, *BODY])
    assert line in drop_boilerplate(text).split("\n")


@given(
    st.lists(st.sampled_from([*BODY, "责任编辑：示例", "相关阅读", "大 中 小", ""]), max_size=14)
)
def test_nothing_is_added_and_a_text_never_vanishes(lines: list[str]) -> None:
    text = "\n".join(lines)
    kept = drop_boilerplate(text)
    assert bool(kept) == bool(text)
    remaining = iter(lines)
    assert kept == text or all(line in remaining for line in kept.split("\n"))


def test_a_line_is_judged_whole() -> None:
    assert is_boilerplate("责任编辑：示例")
    assert not is_boilerplate("责任编辑走进社区。")
