import subprocess
import sys

import pytest
import soupsieve
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.config.sourcerules import _PLAIN, find_mistakes
from pipeline.model import Source, SourceKind


def keys(**given):
    values = {"id": "a", "name": "示例", "kind": SourceKind.FEED, "url": "https://news.example/rss"}
    return [key for key, _ in find_mistakes(Source(**values | given))]


@pytest.mark.parametrize(
    "given",
    [
        {}, {"url": "feeds/rss.xml"}, {"url": "file:feeds/rss.xml"}, {"home": "宁海"},
        {"kind": SourceKind.FILE, "url": "in"}, {"pages": 500, "max_items": 10_000, "days": 31},
        {"kind": SourceKind.PAPER, "url": "https://paper.example/{date:%Y-%m}/{date:%d}/node_1.html"},
        {"encoding": "GBK", "list": "", "drop": ("p.x", "div > em:not(.y)")},
        {"list": "li:has(a[href])", "date": "td:nth-of-type(3)", "next": "a:-soup-contains('下一页')"},
        {"list": "ul.main-ed-list li a, #b > a[href*=node_]", "body": ".正文"},
        {"url": "https://news.example/rss?q={x}"},  # only a paper's address has dates
    ],
)  # fmt: skip
def test_a_source_that_makes_sense_has_no_mistakes(given):
    assert keys(**given) == []


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("id", {"id": "示例"}), ("id", {"id": "-a"}), ("id", {"id": "a" * 65}),
        ("id", {"id": "desk"}),  # of what editors write
        ("home", {"home": "上海"}), ("home", {"home": ""}),
        ("url", {"url": "ftp://news.example/rss"}), ("url", {"url": "https:///rss"}),
        ("url", {"url": "http://[x"}),
        ("url", {"kind": SourceKind.FILE}), ("url", {"url": "https://u:p@news.example/rss"}),
        ("url", {"kind": SourceKind.PAPER, "url": "https://paper.example/{date:%H}"}),
        ("url", {"kind": SourceKind.PAPER, "url": "https://paper.example/{day}"}),
        ("url", {"kind": SourceKind.PAPER, "url": "https://paper.example/{date:%Y}/{"}),
        ("list", {"list": "li[["}), ("link", {"link": "a >"}), ("title", {"title": "::before"}),
        ("date", {"date": "span:date"}), ("next", {"next": "a["}), ("body", {"body": "::foo("}),
        ("author", {"author": "(作者)"}), ("origin", {"origin": "p::first-line"}),
        ("drop", {"drop": ("p", "em[")}), ("drop", {"drop": ("em:not(",)}),
        ("encoding", {"encoding": "foo"}), ("encoding", {"encoding": "base64"}),
        ("pages", {"pages": 0}), ("max_items", {"max_items": 10_001}), ("days", {"days": 32}),
    ],
)  # fmt: skip
def test_what_makes_none_is_named_by_its_key(key, given):
    assert keys(**given) == [key]


@given(st.text(".#[]=*^>,+~ -ab1_\"'", max_size=15))
@example("_>")  # possessive groups of Python 3.11.2 keep what a broken-off round has read
def test_whatever_is_told_at_a_glance_is_a_selector(selector):
    if _PLAIN.fullmatch(selector):
        soupsieve.compile(selector)


def test_plain_selectors_are_told_without_the_library_that_selects():
    said = (
        "import sys; from pipeline.model import Source, SourceKind;"
        "from pipeline.config.sourcerules import find_mistakes;"
        "find_mistakes(Source('a', 'b', SourceKind.PAGE, 'x', list='ul.a-b li > a[href*=node_]'));"
        "sys.exit('soupsieve' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", said], check=False).returncode == 0


def test_every_mistake_is_told_at_once_and_no_password():
    assert "secret" not in str(
        find_mistakes(Source("a", "示例", SourceKind.FEED, "http://u:secret@[x"))
    )
    source = Source("A", "示例", SourceKind.FEED, "ftp://u:secret@news.example/", pages=0)
    found = find_mistakes(source)
    assert [key for key, _ in found] == ["id", "url", "url", "pages"]
    assert "secret" not in " ".join(said for _, said in found)
