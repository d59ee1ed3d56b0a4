"""Articles out of pages: every family of sites, several pages of one article, any markup."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.bench_extract import NOW, SOURCE, read_truths, read_whole, score
from pipeline.collect.blocks import find_article
from pipeline.collect.multipage import find_next
from pipeline.collect.pages import read_page
from pipeline.errors import ParseError

if TYPE_CHECKING:
    from tests.unit.collect.conftest import Site

FIRST = "http://a.example/2026/318.html"
PART = "（示例）居民在议事厅里商量楼道照明的办法，社区当天记下了每一条意见。"
OPENING = f"<p>{PART}</p>" * 5


def test_articles_of_40_families_are_found_whole() -> None:
    scores = {"dev": [], "held": [], "fresh": []}  # type: dict[str, list[float]]
    titles = 0
    for truth in read_truths():
        page = read_whole(truth)
        scores[truth["set"]].append(score(page.text, truth["text"]))
        titles += page.title == truth["title"]
    assert sum(scores["dev"]) / len(scores["dev"]) >= 0.97
    assert sum(map(sum, scores.values())) / sum(map(len, scores.values())) >= 0.97
    assert titles == 89


def test_an_article_on_three_pages_is_joined_and_its_neighbour_is_left(site: Site) -> None:
    def page(number: int, links: str) -> str:
        return (
            f"<html><head><title>示例标题六个字</title></head><body><h1>示例标题六个字</h1><div id=c>"
            f"<p>第{number}页：{PART * 3}</p></div><div>{links}<a href=319.html>下一篇</a></div></body></html>"
        )

    site.pages = {
        "/list": "<html><ul><li><a href='/318.html'>示例标题六个字</a></li></ul></html>",
        "/318.html": page(1, "<a href=318_2.html>2</a> <a href=318_2.html>下一页</a>"),
        "/318_2.html": page(2, "<a href=318.html>上一页</a> <a href=318_3.html>下一页</a>"),
        "/318_3.html": page(3, "<a href=318_2.html>上一页</a>"),
        "/319.html": page(9, ""),
    }
    (article,) = site.visit("/list", kind="page").articles
    assert [line[:4] for line in article.text.split("\n")] == ["第1页：", "第2页：", "第3页："]


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ("<a href=318_2.html>下一页</a>", "http://a.example/2026/318_2.html"),
        ("<a href=318-2.html>[2]</a>", "http://a.example/2026/318-2.html"),
        ("<a href='?page=2'>下页</a>", "http://a.example/2026/318.html?page=2"),
        ("<a href=319.html>下一篇</a>", None),
        ("<a href=319.html>下一页</a>", None),
        ("<a href=318_3.html>下一页</a>", None),
        ("<a href='http://b.example/2026/318_2.html'>下一页</a>", None),
        ("<a href='javascript:next()'>下一页</a>", None),
    ],
)
def test_only_a_page_of_the_same_article_follows(link: str, following: str | None) -> None:
    assert find_next(f"<html><body>{link}</body></html>", FIRST, FIRST, 2) == following


_TAGS = st.sampled_from(
    ("<div>", "</div>", "<p>", "</p>", "<br>", "<td>", "<li><a href='/1'>示例</a>", "<!--", "-->")
)
# What stands before never hides what follows: no attribute is left open there.
_BEFORE = st.lists(_TAGS | st.text("<>/divpatrhe 示例，。\n", max_size=30), max_size=20)
_BEHIND = st.lists(_TAGS | st.text("<>/divpatrhe= 示例，。\n'\"", max_size=30), max_size=20)


@given(_BEFORE.map("".join), _BEHIND.map("".join))
def test_any_markup_gives_lines_of_the_page(before: str, behind: str) -> None:
    page = f"<html><body>{before}--><div>{OPENING}</div>{behind}</body></html>"
    root = lxml.html.document_fromstring(page)
    whole = "".join(root.text_content().split())
    found = find_article(root)
    assert found
    for line in found.lines:
        assert "".join(line.split()) in whole


def test_the_picture_between_title_and_text_leads() -> None:
    made = (
        "<html><head><title>示例消息标题</title></head><body><div class='nav'><img src='/n.jpg'></div>"
        "<h1>示例消息标题</h1><div class='author'><img src='/face.jpg'></div>"
        "<div class='pic'><img src='/1.jpg'><p>居民在议事厅里（示例者 摄）</p></div>"
        f"<div class='txt'>{OPENING}</div><img src='/behind.jpg'></body></html>"
    )
    (image,) = read_page(made, "http://a.example/1", SOURCE, NOW).images
    assert image.url == "http://a.example/1.jpg"
    assert (image.caption, image.credit) == ("居民在议事厅里", "示例者 摄")


def test_an_album_without_a_text_costs_no_more_than_its_length() -> None:
    made = "<div class='pic'><img src='/icon.png'></div>" * 8000 + "<img src='/1.jpg'>" * 20_000
    began = time.process_time()
    with pytest.raises(ParseError, match="no article text found"):
        read_page(f"<html><h1>示例相册</h1>{made}</html>", "http://a.example/1", SOURCE, NOW)
    assert time.process_time() - began < 10  # readability takes minutes over a tenth of it


@pytest.mark.parametrize(
    "inner",
    [
        "<div class=pic>" + "<img src='/icon.png'>" * 20_000 + "</div>",
        "<div class=pic><img src='/icon.png'></div>" * 9_000,
        "<div class=pic><span>x" * 200 + "<img src='/icon.png'>" * 9_000,
        "<figure>" + "<img src='/1.jpg'>" * 9_000 + "</figure>",
    ],
)
def test_a_page_of_pictures_costs_no_more_than_its_length(inner: str) -> None:
    made = f"<html><title>示例消息标题</title><h1>示例消息标题</h1>{inner}<div>{OPENING}</div>"
    began = time.process_time()
    with suppress(ParseError):
        read_page(made, "http://a.example/1", SOURCE, NOW)
    assert time.process_time() - began < 10  # a quadratic way takes minutes
