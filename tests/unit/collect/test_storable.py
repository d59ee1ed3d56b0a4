"""Whatever comes from outside can be stored, printed and sent back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.addresses import join
from pipeline.collect.storable import is_storable, storable

if TYPE_CHECKING:
    from .conftest import Site

HALF = "\ud83d"  # of a character beyond the basic plane


@given(st.text(alphabet=st.characters(codec=None)))
def test_what_is_storable_is_kept_and_the_rest_can_be_written(text: str) -> None:
    made = storable(text)
    made.encode()
    assert is_storable(made)
    assert (made == text) == is_storable(text)


def test_halves_of_characters_in_a_json_feed_stop_no_run(site: Site) -> None:
    items = [
        {"url": f"/a/{n}", "title": title, "content_text": f"（示例）{HALF}正文\0。" * 40}
        for n, title in enumerate(["示例", f"示例{HALF}", "示\0例"])
    ] + [{"url": f"/a/{HALF}", "title": "没有地址的示例"}]
    text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    site.pages = {"/feed": lambda _: web.Response(text=text, content_type="application/feed+json")}
    result = site.visit()
    assert [one.title for one in result.articles] == ["示例", "示例\ufffd", "示例"]
    for one in result.articles:
        f"{one.title}{one.text}{one.html}{one.url}{one.summary}".encode()
    assert result.warnings == ("entry 4 has no link that can be followed: left out",)


def test_bytes_of_any_charset_in_headers_are_neither_stored_nor_sent_back(site: Site) -> None:
    def answer(request: web.Request) -> web.Response:
        response = web.Response(text="<rss version='2.0'><channel><item><title>示例</title>"
                                "<link>/a</link></item></channel></rss>")  # fmt: skip
        response.headers["ETag"] = '"示例"'
        assert "If-None-Match" not in request.headers
        return response

    site.pages = {"/feed": answer}
    assert site.visit(full_text=False).status == "ok"
    assert site.states["s"].etag is None
    assert site.visit(full_text=False).status == "ok"


def test_an_address_that_cannot_be_written_leads_nowhere() -> None:
    assert join("https://a.example/", f"/{HALF}") is None
    assert join("https://a.example/", "/示例") == "https://a.example/示例"


def test_null_characters_of_a_robots_txt_are_not_remembered(site: Site) -> None:
    text = b"User-agent: *\nDisallow: /private\0\n" + "# 示例".encode("gb18030")
    site.pages = {
        "/robots.txt": lambda _: web.Response(body=text),
        "/feed": "<rss version='2.0'><channel><item><title>示例</title><link>/a</link></item></channel></rss>",
    }
    assert site.visit(full_text=False).status == "ok"
    known = site.states["s"].robots
    assert known is not None
    assert is_storable(known.text)
    assert "/private" in known.text
