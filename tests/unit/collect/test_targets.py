"""Where elements lead: links, handlers that open a page, functions that put an address together."""

from __future__ import annotations

import time

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.targets import targets_of

URL = "http://a.example/news/list.html"
SCRIPT = """<script>
var ctx = "/space";
function openArticle(id, sid){ window.open(ctx + "/detail.html?id=" + id + "&sid=" + sid); }
function show(id) { if (id) { return; } location.href = 'x'; }
function go(id){ window.location.href='view-' + id + '.html' }
function later(id){ setTimeout(function(){ location.href = '/z/' + id }, 100); }
</script>"""


def lead(markup: str) -> str | None:
    tag = BeautifulSoup(markup, "lxml").find(["a", "li", "div"])
    assert isinstance(tag, Tag)
    return targets_of(SCRIPT, URL)(tag)


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ("<a href=1.html>", "http://a.example/news/1.html"),
        ("<a href='/2.html' onclick='track(this)'>", "http://a.example/2.html"),
        ("<a href=#>", None),
        ("<a href='javascript:void(0)'>", None),
        ("<a href='javascript:void(0)' onclick=\"openArticle('7f','12')\">", "http://a.example/space/detail.html?id=7f&sid=12"),
        ('<a href="javascript:go(8)">', "http://a.example/news/view-8.html"),
        ("<li onclick=\"location.href='view.php?aid=448&amp;cid=3'\">", "http://a.example/news/view.php?aid=448&cid=3"),
        ("<div onclick=\"window.open('/w/1', '_blank')\">", "http://a.example/w/1"),
        ("<div onclick='return go(\"9\")'>", "http://a.example/news/view-9.html"),
        ("<div onclick='unknown(8)'>", None),
        ("<div onclick='history.back()'>", None),
        ("<a onclick=\"location.href='javascript:alert(1)'\">", None),
        ("<a onclick=\"location.href='/p/' + secret\">", None),
        ("<a onclick=\"if (location.href == 'x') stop()\">", None),
    ],
)  # fmt: skip
def test_an_element_leads_where_a_click_on_it_would(markup: str, address: str | None) -> None:
    assert lead(markup) == address


def test_a_base_counts_for_what_scripts_open_too() -> None:
    page = "<base href='http://a.example/web/'>" + SCRIPT
    tag = BeautifulSoup("<a href='javascript:go(3)'>", "lxml").a
    assert tag is not None
    assert targets_of(page, URL)(tag) == "http://a.example/web/view-3.html"


@given(st.text("go('8')\"+javascript:locatin.hrf=;, window.open()", max_size=80))
def test_any_handler_gives_an_address_or_none(handler: str) -> None:
    tag = BeautifulSoup("<a>", "lxml").new_tag("a", href=f"javascript:{handler}", onclick=handler)
    address = targets_of(SCRIPT, URL)(tag)
    assert address is None or address.startswith("http")


def test_functions_without_end_cost_no_more_than_their_length() -> None:
    started = time.process_time()
    targets_of("<script>" + "function f(a){location.href='" * 40_000, URL)
    targets_of("<script>" + "function f(" * 100_000, URL)
    assert time.process_time() - started < 5
