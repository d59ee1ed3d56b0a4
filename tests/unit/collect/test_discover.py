"""Learning a source: a feed that is named, a family that is known, a list that repeats itself."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from pipeline.collect.discover import find_body, find_feeds, is_paper
from pipeline.collect.entries import read_list
from pipeline.collect.examine import check
from pipeline.collect.learn import learn_list
from pipeline.collect.naming import make_id, make_name
from pipeline.collect.propose import propose
from pipeline.errors import CollectError
from pipeline.model import Source, SourceKind

from .conftest import NOW, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.collect.examine import Examination

BASE = "https://a.example/list/"
MENU = "<div class='nav'><ul>" + "".join(
    f"<li><a href='/menu/{n}'>栏目导航示例{n}</a></li>" for n in range(9)
) + "</ul></div>"  # fmt: skip


def entries(form: str, count: int = 8) -> str:
    return "".join(form.format(n=n, d=f"{n + 10:02d}") for n in range(count))


LISTS = {
    "li with a span": "<ul class='list'>"
    + entries("<li><a href='/a/{n}.html'>示例消息第{n}条标题</a><span>2026-11-{d}</span></li>")
    + "</ul>",
    "classes of a county's site": "<div class='main'><ul>"
    + entries(
        "<li class='news_line'><a class='news_titel' href='/a/{n}.html'>示例消息第{n}条标题</a>"
        "<span class='news_date'>[11-{d}]</span></li>"
    )
    + "</ul></div>",
    "a table": "<table class='lb'>"
    + entries(
        "<tr><td>·</td><td><a title='示例消息第{n}条完整标题' href='/a/{n}.html'>示例消息第{n}条…</a>"
        "</td><td>2026年11月{d}日</td></tr>"
    )
    + "</table>",
    "cards": "<section id='news'>"
    + entries(
        "<div class='card item-{n}'><h3><a href='/a/{n}.html'>示例消息第{n}条标题</a></h3>"
        "<p>（示例）摘要文字。</p><time>2026-11-{d}</time></div>"
    )
    + "</section>",
    "dl and dd": "<dl>"
    + entries("<dd><em>2026/11/{d}</em><a href='/a/{n}.html'>示例消息第{n}条标题</a></dd>")
    + "</dl>",
    "a around all": "<div id='box'>"
    + entries("<a class='row' href='/a/{n}.html'><b>示例消息第{n}条标题</b><i>2026-11-{d}</i></a>")
    + "</div>",
    "two links an entry": "<ul class='pic'>"
    + entries(
        "<li><a class='img' href='/a/{n}.html'><img src='/{n}.jpg'></a>"
        "<a class='tit' href='/a/{n}.html'>示例消息第{n}条标题</a><span>2026-11-{d}</span></li>"
    )
    + "</ul>",
    "the day apart from its month": "<table class='menu'><tr>"
    + entries("<td><a href='/m/{n}'>导航栏目名字{n}</a></td>", 3)
    + "</tr></table><table>"
    + entries(
        "<tr><td class='d'><b>{d}</b><i>2026-11</i></td>"
        "<td><a href='/a/{n}.html'>示例消息第{n}条标题</a></td></tr>"
    )
    + "</table>",
    "a card within a link": "<main>"
    + entries(
        "<div class='card'><a href='/a/{n}.html'><img src='/{n}.jpg'><div class='txt'>"
        "<h4>示例消息第{n}条标题</h4><p>（示例）摘要里说到 2025-01-03 的旧事，居民又商量了一回，写了下来，"
        "贴在楼道口的公告栏上，请大家再提意见。</p><div class='foot'><span>示例办</span>"
        "<span>2026年11月{d}日</span><span>阅读 7</span></div></div></a></div>"
    )
    + "</main>",
    "the column's link first": "<ul class='xw'>"
    + entries(
        "<li><a href='/c/'>[通知]</a><a href='/a/{n}.html'>示例消息第{n}条标题</a>"
        "<span>2026-11-{d}</span></li>"
    )
    + "</ul>",
    "two blocks": "<div class='left'><ul class='list'>"
    + entries("<li><a href='/a/{n}.html'>示例消息第{n}条标题</a><span>11-{d}</span></li>", 4)
    + "</ul></div><div class='right'><ul class='list'>"
    + "".join(
        f"<li><a href='/a/{n}.html'>示例消息第{n}条标题</a><span>11-{n + 10}</span></li>"
        for n in range(4, 8)
    )
    + "</ul></div>",
    "no dates": "<ul class='wz'>"
    + entries("<li><a href='/a/{n}.html'>没有日期的示例消息第{n}条标题</a></li>", 12)
    + "</ul>",
}


@pytest.mark.parametrize("form", LISTS, ids=list(LISTS))
def test_a_list_of_this_form_is_learnt_and_read_back(form: str) -> None:
    page = (
        f"<html><body>{MENU}{LISTS[form]}<div class='page'><a href='/list/2'>下一页</a></div>"
        "<div class='footer'><a href='/about'>关于我们的网站</a></div></body></html>"
    )
    guess = learn_list(page, BASE, NOW)
    assert guess is not None
    source = Source(
        "s", "示例", SourceKind.PAGE, BASE,
        list=guess.list, link=guess.link, title=guess.title, date=guess.date, next=guess.next,
    )  # fmt: skip
    found, following = read_list(page, BASE, source, NOW)
    count = 12 if form == "no dates" else 8
    assert [one.url for one in found] == [f"https://a.example/a/{n}.html" for n in range(count)]
    assert all(re.fullmatch(f"\\D*第{n}条完?整?\\D*", one.title) for n, one in enumerate(found))
    assert guess.places == (2 if form == "two blocks" else 1)
    if form != "no dates":
        assert [one.published.day for one in found if one.published] == list(range(10, 18))
    assert following == "https://a.example/list/2"


def test_links_are_relative_to_the_base_that_a_page_states() -> None:
    made = entries("<li><a href='a/{n}.html'>示例消息第{n}条标题</a><span>2026-11-{d}</span></li>")
    page = f"<html><head><base target='_self' href='/xw/'></head><ul class='l'>{made}</ul></html>"
    source = Source("s", "示例", SourceKind.PAGE, BASE, list="ul.l > li")
    found, _ = read_list(page, BASE, source, NOW)
    assert found[0].url == "https://a.example/xw/a/0.html"
    assert find_feeds(f"{page}<link rel=alternate type=application/rss+xml href=r>", BASE) == [
        "https://a.example/xw/r"
    ]
    assert learn_list(page, BASE, NOW) is not None


@pytest.mark.parametrize(
    ("url", "taken", "made"),
    [
        ("https://www.haishu.gov.cn/", set(), "haishu"),
        ("https://news.site.example/a", set(), "news-site"),
        ("https://www.haishu.gov.cn/xwzx/index.html", {"haishu"}, "haishu-xwzx"),
        ("https://www.haishu.gov.cn/col/col1229/index.html", {"haishu"}, "haishu-col1229"),
        ("https://www.haishu.gov.cn/", {"haishu"}, "haishu-2"),
        ("https://www.haishu.gov.cn/xwzx/", {"haishu", "haishu-xwzx"}, "haishu-xwzx-2"),
        ("http://10.0.0.8:81/x", set(), "host-10-0-0-8-81"),
        ("http://[2001:db8::1]/", set(), "host-2001-db8-1"),
        ("http://1688.example/", set(), "site-1688-example"),
        ("https://示例.中国/", set(), "source"),
        ("https://xn--fiq228c.example/", set(), "xn-fiq228c-example"),
    ],
)
def test_an_id_can_be_read_and_is_not_taken(url: str, taken: set[str], made: str) -> None:
    assert make_id(url, frozenset(taken)) == made


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("样稿区民政局_首页", "样稿区民政局"),
        ("首页 | 样稿街道办事处", "样稿街道办事处"),
        ("镇街新闻--样稿镇人民政府", "镇街新闻"),
        ("工作动态-样稿区", "工作动态"),
        ("A-B testing", "A-B testing"),
        ("首页", "a.example"),
    ],
)
def test_a_source_is_called_as_its_page_is(title: str, name: str) -> None:
    assert make_name(f"<html><title>{title}</title>", "https://a.example/") == name


def test_a_page_of_menus_alone_is_no_list() -> None:
    assert learn_list(f"<html><body>{MENU}</body></html>", BASE, NOW) is None
    assert learn_list("", BASE, NOW) is None


def test_feeds_are_found_where_pages_name_them() -> None:
    page = (
        "<link rel='alternate' type='application/rss+xml' href='/rss.xml'>"
        "<link rel='alternate' type='text/html' href='/en'>"
        "<link rel='ALTERNATE' type='application/feed+json' href='feed.json'>"
    )
    assert find_feeds(page, BASE) == [
        "https://a.example/rss.xml",
        "https://a.example/list/feed.json",
    ]


def test_a_papers_page_is_told_from_a_list() -> None:
    paper = (
        "<a href='node_1.htm'>01版</a><a href='node_2.htm'>02版</a><a href='content_1.htm'>一</a>"
    )
    assert is_paper(paper, "https://a.example/html/2026-11/20/node_1.htm")
    assert not is_paper(LISTS["a table"], BASE)


def test_a_body_is_named_only_when_it_holds_what_was_extracted() -> None:
    text = "（示例）一段正文。" * 30
    page = f"<div id='zoom'><p>{text}</p></div><div class='content'>菜单</div>"
    assert find_body(page, "https://a.example/1", text) == "#zoom"
    assert find_body("<div class='content'>菜单</div>", "https://a.example/1", text) is None


ARTICLE = (
    "<html><body><h1>示例</h1><div id='zoom'><p>"
    + "（示例）一段正文。" * 30
    + "</p></div></body></html>"
)


def on_site(pages: dict[str, str], work: Callable[[str], Any]) -> Any:
    """Run ``work(base address)`` beside a server that has these pages."""

    async def answer(request: web.Request) -> web.Response:
        page = pages.get(request.path)
        if page is None:
            return web.Response(status=404)
        kind = "text/html" if page.startswith("<html") else "application/xml"
        page = page.replace("{base}", f"http://{request.host}")
        return web.Response(text=page, content_type=kind)

    async def main() -> Any:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            return await work(f"http://127.0.0.1:{runner.addresses[0][1]}")
        finally:
            await runner.cleanup()

    return asyncio.run(main())


def tools(root: Path) -> dict[str, Any]:
    nets = [ipaddress.ip_network("127.0.0.0/8")]
    return {"root": root, "settings": SETTINGS, "allow_nets": nets, "now": lambda: NOW}


def propose_on(root: Path, pages: dict[str, str], path: str) -> Examination:
    async def work(base: str) -> Examination:
        return await propose(base + path, taken=frozenset(), **tools(root))

    made: Examination = on_site(pages, work)
    return made


def test_an_address_of_a_page_with_a_feed_becomes_a_feed(
    tmp_path: Path, feed: Callable[..., str]
) -> None:
    named = "<html><head><title>示例网 - 首页</title><link rel='alternate' type='application/rss+xml' href='/r'></head></html>"
    made = propose_on(tmp_path, {"/": named, "/r": feed(4)}, "/")
    assert made.ok
    assert made.source.kind is SourceKind.FEED
    assert made.source.url.endswith("/r")
    assert made.source.name == "示例网"
    assert re.fullmatch(r"host-127-0-0-1-\d+", made.source.id)
    hidden = propose_on(tmp_path, {"/": "<html></html>", "/feed.xml": feed(4)}, "/")
    assert hidden.source.url.endswith("/feed.xml")


def test_an_address_of_a_list_becomes_a_learnt_list_with_its_body(tmp_path: Path) -> None:
    pages = {"/list/": f"<html><body>{MENU}{LISTS['a table']}</body></html>"}
    pages |= {f"/a/{n}.html": ARTICLE for n in range(8)}
    made = propose_on(tmp_path, pages, "/list/")
    assert made.ok
    assert made.source.body == "#zoom"
    assert made.samples[0].title == "示例消息第0条完整标题"
    assert made.samples[0].characters
    assert len(made.samples) == 5


SITEMAP = (
    "<urlset>"
    + entries("<url><loc>/a/{n}.html</loc><lastmod>2026-11-{d}</lastmod></url>")
    + "</urlset>"
)
INDEX = (
    "<sitemapindex><sitemap><loc>/s1.xml</loc><lastmod>2026-11-20</lastmod></sitemap>"
    "</sitemapindex>"
)


@pytest.mark.parametrize(
    ("front", "pages", "found"),
    [
        ("<html></html>", {"/sitemap_index.xml": INDEX, "/s1.xml": SITEMAP}, "/sitemap_index.xml"),
        ("<html></html>", {"/sitemap.xml": SITEMAP}, "/sitemap.xml"),
        (f"<html>{LISTS['no dates']}</html>", {"/sitemap.xml": SITEMAP}, "/sitemap.xml"),
        (
            "<html></html>",
            {"/robots.txt": "Sitemap: {base}/own/map.xml\n", "/own/map.xml": SITEMAP},
            "/own/map.xml",
        ),
    ],
    ids=["an index", "a plain one", "better than a list without dates", "named by robots.txt"],
)
def test_a_front_page_without_feed_or_dated_list_becomes_its_sitemap(
    tmp_path: Path, front: str, pages: dict[str, str], found: str
) -> None:
    articles = {f"/a/{n}.html": ARTICLE for n in range(8)}
    made = propose_on(tmp_path, {"/": front} | pages | articles, "/")
    assert made.ok
    assert made.source.kind is SourceKind.FEED
    assert made.source.url.endswith(found)
    assert made.source.body == "#zoom"
    assert made.samples[0].title == "示例"
    assert made.samples[0].url.endswith("/a/7.html")


def test_a_dated_list_is_taken_before_the_sitemap(tmp_path: Path) -> None:
    pages = {"/": f"<html>{LISTS['li with a span']}</html>", "/sitemap.xml": SITEMAP}
    made = propose_on(tmp_path, pages | {f"/a/{n}.html": ARTICLE for n in range(8)}, "/")
    assert made.source.kind is SourceKind.PAGE


def test_a_check_says_how_many_files_of_an_index_were_read(tmp_path: Path) -> None:
    async def work(base: str) -> Examination:
        return await check(Source("s", "示例", SourceKind.FEED, f"{base}/i.xml"), **tools(tmp_path))

    pages = {"/i.xml": INDEX, "/s1.xml": SITEMAP} | {f"/a/{n}.html": ARTICLE for n in range(8)}
    made: Examination = on_site(pages, work)
    assert made.ok
    assert "1 in the index, 1 of them read, newest first" in [one.saw for one in made.stages]


def test_an_address_with_nothing_to_collect_says_so(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="no repeated list of links"):
        propose_on(tmp_path, {"/": "<html><p>示例</p></html>"}, "/")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("%PDF-1.7\n%\x03\x04", "this is a PDF"),
        ("PK\x03\x04\x14\x00", "a packed file"),
        ("\x00\x01\x02\x03" * 40, "a file that is no text"),
        ("", "an empty page"),
        ('{"code": 0}', "JSON, but no JSON Feed"),
        ("<html><form><input name=u><input type='password'></form></html>", "asks for a password"),
        ("<html><body><div id=app></div><script>go()</script></body></html>", "only a script"),
        (ARTICLE, "an article itself"),
    ],
)
def test_a_page_that_lists_nothing_is_called_by_what_it_is(
    tmp_path: Path, page: str, said: str
) -> None:
    with pytest.raises(CollectError, match=said) as caught:
        propose_on(tmp_path, {"/": page}, "/")
    assert "give the address of a page that lists articles" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_check_names_the_stage_that_fails_and_what_it_saw(tmp_path: Path) -> None:
    async def work(base: str) -> list[Examination]:
        good = Source("s", "示例", SourceKind.PAGE, f"{base}/list/", list="tr", body="#zoom")
        bad_list = Source("s", "示例", SourceKind.PAGE, f"{base}/list/", list=".none")
        bad_body = Source("s", "示例", SourceKind.PAGE, f"{base}/list/", list="tr", body="#no")
        return [await check(one, **tools(tmp_path)) for one in (good, bad_list, bad_body)]

    pages = {"/list/": f"<html><body>{LISTS['a table']}</body></html>"}
    pages |= {f"/a/{n}.html": ARTICLE for n in range(8)}
    good, bad_list, bad_body = on_site(pages, work)
    assert [stage.name for stage in good.stages] == ["fetch", "list", "body"]
    assert good.ok
    *_, failed, seen = bad_list.stages
    assert (failed.name, failed.ok) == ("list", False)
    assert "'.none'" in failed.saw
    assert seen.saw == "8 links, 8 dated, by 'table.lb > tr'"
    *_, failed, seen = bad_body.stages
    assert (failed.name, failed.ok) == ("body", False)
    assert "'#no'" in failed.saw
    assert "without a selector" in seen.saw
    assert not bad_list.ok
    assert not bad_body.ok
