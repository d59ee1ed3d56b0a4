"""What pages state as their own address: believed on their own site, and when it is theirs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.collect.canonical import Addresses

if TYPE_CHECKING:
    from pipeline.collect import SourceState

    from .conftest import Site

TEXT = "（示例）居民在议事厅里商量了楼道照明的办法，社区当天记下了每一条意见。" * 6


def make_list(*links: str) -> str:
    entries = "".join(
        f"<li><a href='{one}'>示例消息第{n}条</a></li>" for n, one in enumerate(links)
    )
    return f"<html><body><ul>{entries}</ul></body></html>"


def make_page(canonical: str, says: str) -> str:
    return (
        f"<html><head><link rel='canonical' href='{canonical}'></head><body><h1>示例{says}</h1>"
        f"<p>{TEXT}</p><p>第{says}篇：{TEXT}</p></body></html>"
    )


def list_addresses(site: Site, path: str = "/list") -> list[str]:
    result = site.visit(path, kind="page")
    assert result.status == "ok"
    return [one.canonical_url.removeprefix(site.base) for one in result.articles]


@pytest.mark.parametrize("stated", ["/", "/index.html", "/list", "/news/", "/a2"])
def test_pages_that_all_state_one_address_stay_articles_of_their_own(
    site: Site, stated: str
) -> None:
    links = [f"/a{n}" for n in range(1, 6)]
    site.pages = {one: make_page(stated, one) for one in links} | {"/list": make_list(*links)}
    result = site.visit("/list", kind="page")
    assert [one.canonical_url for one in result.articles] == [site.base + one for one in links]
    assert [one.url for one in result.articles] == [site.base + one for one in links]
    (said,) = result.warnings
    counted = 4 if stated == "/a2" else 5  # of one it is the address
    assert f"{counted} pages state {site.base}{stated} as their own address" in said


def test_a_page_of_a_later_visit_takes_no_address_from_one_before(site: Site) -> None:
    site.pages = {"/list": make_list("/a1"), "/a1": make_page("/news/", "1")}
    assert list_addresses(site) == ["/news/"]
    site.pages |= {"/list": make_list("/a2", "/a1"), "/a2": make_page("/news/", "2")}
    assert list_addresses(site) == ["/a2"]
    site.pages |= {"/list": make_list("/a3", "/a1"), "/a3": make_page("/a1", "3")}
    assert list_addresses(site) == ["/a3"]


def test_another_sites_address_is_not_printed_as_the_articles_link(site: Site) -> None:
    site.pages = {"/list": make_list("/a1"), "/a1": make_page("https://other.example/1", "1")}
    result = site.visit("/list", kind="page")
    assert [one.url for one in result.articles] == [site.base + "/a1"]
    assert result.warnings == ()


def test_an_address_without_its_parameters_is_believed_at_every_visit(site: Site) -> None:
    site.pages = {"/list": make_list("/a1?t=1"), "/a1": make_page("/a1", "1")}
    assert list_addresses(site) == ["/a1"]
    site.pages["/list"] = make_list("/a1?t=2", "/a1?t=3")
    assert list_addresses(site) == ["/a1", "/a1"]


def test_where_a_link_leads_to_is_a_site_of_the_article_too() -> None:
    there = Addresses("http://list.example/feed", (), ())
    moved = there.choose(
        "http://www.paper.example/1", "http://go.example/x", "http://m.paper.example/1?a=b"
    )
    assert moved == "http://www.paper.example/1"


@pytest.mark.parametrize(
    ("stated", "link"),
    [
        ("http://www.news.example/a.html", "http://m.news.example/a.html"),
        ("https://news.example/2026/1.html", "http://news.example/2026/1.html?from=list"),
        ("http://news.example/?p=12", "http://news.example/archives/12"),
        ("http://news.example/1/", "http://news.example/1/amp.html"),
    ],
)
def test_other_forms_of_the_same_address_are_believed(stated: str, link: str) -> None:
    assert Addresses("http://www.news.example/", {link}, ()).choose(stated, link, link) == stated


def test_files_that_state_one_address_stay_texts_of_their_own(site: Site) -> None:
    folder = site.root / "in"
    folder.mkdir()
    for name in "123":
        page = make_page("https://news.example/news/", name)
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
        sent = f"标题：示例{name}\n网址：https://unit.example/\n{name}{TEXT}"
        (folder / f"{name}.txt").write_text(sent, encoding="utf-8")
    result = site.visit_file("in")
    assert {one.canonical_url: one.url for one in result.articles} == {
        "https://news.example/news/": "https://news.example/news/",
        "file:///in/2.html": "https://news.example/news/",
        "file:///in/3.html": "https://news.example/news/",
        **{f"file:///in/{name}.txt": "https://unit.example/" for name in "123"},
    }
    assert len(result.warnings) == 2


def test_a_file_that_comes_later_takes_no_article_of_an_earlier_visit(site: Site) -> None:
    folder = site.root / "in"
    folder.mkdir()
    shared = "https://news.example/t/common.html"

    def write(name: str, says: str) -> None:
        (folder / name).write_text(make_page(shared, says), encoding="utf-8")

    def look(state: SourceState | None) -> tuple[dict[str, str], SourceState]:
        result = site.visit_file("in", state)
        found = {one.canonical_url: one.title for one in result.articles}
        return found, result.state

    write("10-b.html", "先来")
    first, state = look(None)
    assert first == {shared: "示例先来"}
    write("05-a.html", "后来")
    for _visit in range(2):
        both, state = look(state)
        assert both == {shared: "示例先来", "file:///in/05-a.html": "示例后来"}
    write("10-b.html", "先来，改正")
    both, state = look(state)
    assert both[shared] == "示例先来，改正", "the same file, put right"
    assert [one.listed_as for one in state.claims] == ["file:///in/10-b.html"]
