"""The quick way through a feed gives what feedparser gives, and leaves to it what is not plain."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect import entries
from pipeline.collect.dates import find_full_date, read_date
from pipeline.collect.entries import read_feed, read_paper_articles
from pipeline.collect.learn import learn_list
from pipeline.collect.plainfeeds import read_plain
from pipeline.collect.records import find_query, records_of_page
from pipeline.collect.sitemaps import read_sitemap
from pipeline.errors import CollectError
from pipeline.model import Source, SourceKind

NOW = datetime(2026, 11, 24, tzinfo=UTC)
URL = "https://a.example/feed"
WORDS = st.text("示例社区<>&\"' ab\n。", max_size=20)
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


def rss(item: str) -> str:
    return f'<rss version="2.0" {SPACES}><channel><title>示例</title><item>{item}</item></channel></rss>'


def by_both(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    quick = read_feed(text, URL, NOW)
    with monkeypatch.context() as patch:
        patch.setattr(entries, "read_plain", lambda _: None)
        return quick, read_feed(text, URL, NOW)


PLAIN = {
    "a summary": rss(
        "<title>示例 &amp;amp; 一</title><link>/1</link><description>&lt;p&gt;字&lt;/p&gt;</description>"
        "<pubDate>Mon, 16 Nov 2026 09:00:00 +0800</pubDate><author>a@a.example (示例作者)</author>"
    ),
    "a body": rss(
        "<title>示例</title><link>/2?a=1&amp;b=2</link><description>摘要</description>"
        "<content:encoded><![CDATA[<p>正文</p>]]></content:encoded><dc:creator>示例</dc:creator>"
        "<dc:date>2026-11-16T09:00:00Z</dc:date><category>社区</category>"
    ),
    "a date in China's time": rss(
        "<title>示例</title><link>/6</link><pubDate>Mon, 16 Nov 2026 09:00:00 CST</pubDate>"
    ),
    "a body alone": rss("<title>示</title><link>/3</link><content:encoded>正文</content:encoded>"),
    "an address as guid": rss("<title>示例</title><guid>https://a.example/4</guid>"),
    "atom": (
        f"<feed {ATOM}><title>示例</title><entry><title>示例</title><link href='/5'/>"
        "<id>urn:1</id><published>2026-11-16T09:00:00+08:00</published>"
        "<updated>2026-11-17T09:00:00+08:00</updated><author><name>示例</name></author>"
        "<content type='html'>&lt;p&gt;正文&lt;/p&gt;</content></entry></feed>"
    ),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_feeds_are_read_alike_on_both_ways(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_plain(PLAIN[name].encode()) is not None
    quick, slow = by_both(PLAIN[name], monkeypatch)
    assert quick == slow


@pytest.mark.parametrize(
    "stated",
    [
        "Thu, 19 Nov 2026 08:30:00 CST", "Thu Nov 19 08:30:00 CST 2026", "2026-11-19 08:30:00 CST",
        "Thu, 19 Nov 2026 08:30:00 UTC+8", "Thu, 19 Nov 2026 08:30:00 GMT+8",
    ],
)  # fmt: skip
def test_chinas_time_is_meant_on_both_ways(stated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    item = f"<title>示例</title><link>/1</link><pubDate>{stated}</pubDate>"
    for read in by_both(rss(item), monkeypatch):
        ((entry,), _) = read
        assert entry.published.isoformat() == "2026-11-19T08:30:00+08:00"


@pytest.mark.parametrize(
    "text",
    [
        rss("<title>示例<b>x</b></title><link>/1</link>"),
        rss("<title>示例</title><title>又</title><link>/1</link>"),
        rss("<title>示例</title><link>/1</link><pubDate>昨天</pubDate>"),
        rss('<title>示例</title><link xml:base="http://b.example/">/1</link>'),
        rss("<title>示例</title><link>/1</link><x:y xmlns:x='urn:x'>z</x:y>"),
        rss("<title>示例</title><link>/1</link>").replace("</channel>", ""),
        f"<feed {ATOM}><entry><title type='xhtml'>示例</title></entry></feed>",
        "<rdf></rdf>",
    ],
)
def test_what_is_not_plain_is_left_to_feedparser(text: str) -> None:
    assert read_plain(text.encode()) is None


@given(WORDS, WORDS)
def test_any_words_in_a_feed_are_read_alike_on_both_ways(title: str, body: str) -> None:
    text = rss(
        f"<title>示{escape(escape(title, quote=False))}例</title><link>/1</link>"
        f"<description>示{escape(escape(body, quote=False))}例</description>"
    )
    with pytest.MonkeyPatch.context() as patch:
        quick, slow = by_both(text, patch)
    assert quick == slow


@given(st.text(max_size=400))
def test_no_text_makes_a_parser_fail_otherwise_than_by_its_own_error(text: str) -> None:
    source = Source("a", "示例", SourceKind.PAGE, "https://a.example/")
    page = entries.PaperPage("https://a.example/node_1.htm", None, None)
    for made in (text, f"<rss>{text}</rss>", f"<urlset><url><loc>{text}</loc></url>", f"{{{text}}}",
                 f"<script type='text/xml'><record>{text}</record></script>"):  # fmt: skip
        for parse in (
            lambda one: read_feed(one, URL, NOW),
            lambda one: read_sitemap(one, URL, NOW, 10),
            lambda one: entries.read_list(one, URL, source, NOW),
            lambda one: read_paper_articles(one, URL, source, page),
            lambda one: records_of_page(one, URL, NOW),
            lambda one: find_query(one, URL),
            lambda one: learn_list(one, URL, NOW),
        ):
            try:
                parse(made)
            except CollectError:
                continue


@given(st.text("0123456789-/.年月日时分今天昨前小 :T+Z[]", max_size=30))
def test_any_date_is_aware_or_none(text: str) -> None:
    for found in (read_date(text, NOW), find_full_date(text, NOW)):
        assert found is None or found.tzinfo is not None
