"""Whatever an outsider writes into a feed, a page or a file: nothing of it runs anywhere."""

import html
import json
import random
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.browser.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WEEK = "2026-W47"
PAYLOADS = (ROOT / "tests" / "data" / "injections.txt").read_text(encoding="utf-8").splitlines()
DISTRICTS = ("海曙", "鄞州", "江北", "镇海", "北仑", "奉化")
_FEEDS = """\
newsletter: {name: 示例, sender_email: a@example.org, first_week: 2026-W45, sample: true}
issue: {lead_items: 3, district_items: 20, section_items: 20}
sources:
  - {id: bad-feed, name: "坏<b onclick=window.hit=1>来源", kind: feed, url: bad.xml, full_text: false}
  - {id: bad-json, name: 坏的JSON, kind: feed, url: bad.json, full_text: false}
  - {id: bad-files, name: 坏的投稿, kind: file, url: files, own: true}
"""


def cipher(n: int) -> str:
    """Return words that no two articles share, so that none passes for a reprint."""
    rng = random.Random(n)
    return "".join(chr(0x4E00 + rng.randrange(6000)) for _ in range(60))


def write_sources(folder: Path) -> Path:
    """Write every payload into every field of a feed, of a JSON feed and of a file."""
    entries, items = [], []
    (folder / "files").mkdir()
    for n, payload in enumerate(PAYLOADS):
        place = f"{DISTRICTS[n % 6]}区示例社区{cipher(n)}。"
        safe, cdata = html.escape(payload), payload.replace("]]>", "]]]]><![CDATA[>")
        day = f"{16 + n % 6:02d} Nov 2026 08:{n % 60:02d}:00 +0800"
        entries.append(
            f"<item><title>{safe} 示例{n}</title><link>https://news.example/{n}?q={quote(payload)}</link>"
            f'<description><![CDATA[<p>{place}{cdata}</p><img src="https://news.example/{n}.png" alt="{safe}" title="{safe}">]]></description>'
            f'<dc:creator>{safe}</dc:creator><source url="{safe}">{safe}</source>'
            f'<category>{safe}</category><media:content url="{safe}" medium="image"><media:credit>{safe}</media:credit><media:title>{safe}</media:title></media:content>'
            f"<pubDate>{day}</pubDate></item>"
        )
        items.append({
            "id": f"j{n}", "url": payload if n % 2 else f"https://json.example/{n}", "title": f"{cipher(n + 300)[:12]}{payload}",
            "content_html": f"<p>{place}{cipher(n + 900)}</p>{payload}", "summary": payload,
            "authors": [{"name": payload}], "image": payload, "tags": [payload],
            "date_published": f"2026-11-{16 + n % 6}T09:00:00+08:00",
        })  # fmt: skip
        if n % 10 == 0:
            name = folder / "files" / f"{n:03d}.txt"
            head = f"标题：{payload}\n来源：{payload}\n作者：{payload}\n日期：2026-11-18\n\n"
            name.write_text(f"{head}{place}{cipher(n + 1500)}{payload}\n", encoding="utf-8")
    rss = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">'
        f"<channel><title>{html.escape(PAYLOADS[0])}</title>{''.join(entries)}</channel></rss>"
    )
    (folder / "bad.xml").write_text("".join(one for one in rss if one >= " "), encoding="utf-8")
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": PAYLOADS[0], "items": items}
    (folder / "bad.json").write_text(json.dumps(feed), encoding="utf-8")
    path = folder / "feeds.yaml"
    path.write_text(_FEEDS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def desk(serve_desk, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    with serve_desk(folder / "var", write_sources(folder), WEEK) as one:
        yield one


def test_the_corpus_is_large_enough():
    assert len(set(PAYLOADS)) >= 150


def test_nothing_an_outsider_wrote_runs_on_any_page_or_in_the_mail(desk):
    page = desk.enter("anna")
    hits: list[str] = []

    def say(dialog):
        hits.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", say)
    page.route(
        "**/*",
        lambda route: route.continue_() if "127.0.0.1" in route.request.url else route.abort(),
    )

    def look(address):
        page.goto(address, wait_until="load")
        if page.evaluate("window.hit"):
            hits.append(address)
        # Handlers of ours there are none of: an attribute on… would be an outsider's.
        wrong = page.evaluate(
            "[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a =>"
            " /^on/i.test(a.name) || /^\\s*(javascript|vbscript|data):/i.test(a.value) && ['href','src','action'].includes(a.name)"
            ")).map(e => e.outerHTML.slice(0, 200))"
        )
        assert wrong == [], address
        return page.content()

    free_page = desk.browser.new_page()
    free_page.set_content("<img src=x onerror=window.hit=1>")
    free_page.wait_for_function("window.hit")  # the watch itself works where nothing forbids it

    board = f"{desk.base}/desk/weeks/{WEEK}/"
    look(f"{board}?all=1")
    keys = page.eval_on_selector_all(
        ".column .item[data-key]", "all => all.map(e => e.dataset.key)"
    )
    free = page.eval_on_selector_all(".candidate", "all => all.map(e => e.dataset.key)")
    assert len(keys) > 60
    for key in keys[::2]:
        look(f"{board}items/{key}/")
    for key in (keys[1::2] + free)[::2]:
        look(f"{board}stories/{key}/")
    for path in ("preview/", "preview/?part=text", "review/", "history/"):
        look(board + path)
    for path in (
        "/desk/",
        "/desk/weeks/",
        "/desk/search/?q=社区",
        "/desk/search/?q=" + quote(PAYLOADS[0]),
    ):
        look(desk.base + path)

    # What an editor pastes is no safer: the same words saved into an item's own fields.
    for n in range(0, len(PAYLOADS), 16):
        page.goto(f"{board}items/{keys[n // 16]}/")
        page.fill("#f-title", f"示例 {PAYLOADS[n]}"[:300])
        page.fill("#f-summary", "\n".join(PAYLOADS[n : n + 16])[:2000])
        page.get_by_role("button", name="保存", exact=True).click()
        page.get_by_text("已保存。").wait_for()
    look(board)
    look(f"{board}history/")
    look(f"{board}review/")

    # The mail without its sandbox, and the other files, as a browser opens them.
    mail = page.request.get(f"{board}preview/mail/").text()
    folder = desk.data_dir / "issues" / WEEK
    (folder / "edited.html").write_text(mail, encoding="utf-8")
    page.unroute("**/*")
    page.route("http*://**/*", lambda route: route.abort())
    for name in ("edited.html", "issue.html", "wechat.html"):
        look((folder / name).as_uri())
    assert hits == []
