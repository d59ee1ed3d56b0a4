"""Whatever an outsider writes into a feed, a page or a file: nothing of it runs anywhere."""

import base64
import csv
import html
import io
import json
import random
import shutil
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import docx
import pytest

from pipeline import issue_json
from pipeline.assemble.archive import build_archive
from pipeline.config import load_settings
from pipeline.tokens import Claim, Purpose, make_token, to_day
from tests.browser.conftest import ROOT, call

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WEEK = "2026-W47"
PAYLOADS = (ROOT / "tests" / "data" / "injections.txt").read_text(encoding="utf-8").splitlines()
_DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
DISTRICTS = ("海曙", "鄞州", "江北", "镇海", "北仑", "奉化")
_FEEDS = """\
newsletter: {name: 示例, sender_email: a@example.org, first_week: 2026-W45, sample: true}
issue: {lead_items: 3, district_items: 20, section_items: 20}
sources:
  - {id: bad-feed, name: "坏<b onclick=window.hit=1>来源", kind: feed, url: bad.xml, full_text: false}
  - {id: bad-json, name: 坏的JSON, kind: feed, url: bad.json, full_text: false}
  - {id: bad-files, name: 坏的投稿, kind: file, url: files, own: true}
  - {id: bad-mails, name: 坏的来信, kind: file, url: mails, own: true}
readers: {minimum_seconds: 0, network_per_hour: 9999, address_per_hour: 99}
"""
EACH = 6  # payloads in one Word document, one form
FEW = (
    6  # payloads in one article; another feed has them the other way round, so that none hides one
)


def cipher(n: int) -> str:
    """Return words that no two articles share, so that none passes for a reprint."""
    rng = random.Random(n)
    return "".join(chr(0x4E00 + rng.randrange(6000)) for _ in range(60))


def pack(words, longest):
    """Yield the words in lists, each of which fits a field of that many characters."""
    full: list[str] = []
    for word in words:
        if full and sum(map(len, full)) + len(full) + len(word) > longest:
            yield full
            full = []
        full.append(word)
    yield full


def _printable(text: str) -> str:
    """Without what no XML can hold."""
    return "".join(one for one in text if one >= " ")


def make_mail(n: int) -> bytes:
    """Return a submission whose subject, sender, text, attachments and Word document are hostile."""
    words = PAYLOADS[n : n + EACH]
    mail = EmailMessage()
    mail["Subject"] = f"{cipher(n + 4000)[:8]}{' '.join(words)}"
    mail["From"] = Address(" ".join(words), "unit", "news.example")
    mail["Date"] = f"{16 + n % 6:02d} Nov 2026 10:{n % 60:02d}:00 +0800"
    own = "".join(f"{cipher(10 * n + 20_000 + k)}。" for k in range(12))  # else a reprint of feeds
    mail.set_content(f"（示例）{DISTRICTS[n % 6]}区{own}\n" + "\n".join(words))
    document, file = docx.Document(), io.BytesIO()
    document.core_properties.title = _printable(words[0])[:200]
    for one in (f"{DISTRICTS[n % 6]}区{own}", *words):
        document.add_paragraph(_printable(one))
    document.save(file)
    kind = "vnd.openxmlformats-officedocument.wordprocessingml.document"
    mail.add_attachment(
        file.getvalue(), maintype="application", subtype=kind, filename=f"{words[0]}.docx"
    )
    for one in words:
        mail.add_attachment(_DOT, maintype="image", subtype="png", filename=f"{one}.png")
    return mail.as_bytes()


def write_sources(folder: Path) -> Path:
    """Write every payload into every field of a feed, of a JSON feed and of a file."""
    entries, items = [], []
    (folder / "files").mkdir()
    (folder / "mails").mkdir()
    for n in range(0, len(PAYLOADS), FEW):
        few = (PAYLOADS * 2)[n : n + FEW]
        first, last, words, back = few[0], few[-1], " ".join(few), " ".join(few[::-1])
        place = f"{DISTRICTS[n // FEW % 6]}区示例社区{cipher(n)}。"
        safe, cdata = html.escape(words), words.replace("]]>", "]]]]><![CDATA[>")
        one, two = html.escape(first), html.escape(last)
        day = f"{16 + n % 6:02d} Nov 2026 08:{n % 60:02d}:00 +0800"
        entries.append(
            f"<item><title>{safe} 示例{n}</title><link>https://news.example/{n}?q={quote(words)}</link>"
            f'<description><![CDATA[<p>{place}{cdata}</p><img src="https://news.example/{n}.png" alt="{safe}" title="{safe}">]]></description>'
            f'<dc:creator>{safe}</dc:creator><source url="{one}">{safe}</source>'
            f'<category>{safe}</category><media:content url="{two}" medium="image"><media:credit>{safe}</media:credit><media:title>{safe}</media:title></media:content>'
            f"<pubDate>{day}</pubDate></item>"
        )
        items.append({
            "id": f"j{n}", "url": few[1] if n % (2 * FEW) else f"https://json.example/{n}", "title": f"{cipher(n + 300)[:12]}{back}",
            "content_html": f"<p>{place}{cipher(n + 900)}</p>{back}", "summary": back,
            "authors": [{"name": back}], "image": few[2], "tags": few,
            "date_published": f"2026-11-{16 + n % 6}T09:00:00+08:00",
        })  # fmt: skip
    for n in range(0, len(PAYLOADS), EACH):
        (folder / "mails" / f"{n:03d}.eml").write_bytes(make_mail(n))
    for n in range(0, len(PAYLOADS), 10):
        place, payload = f"{DISTRICTS[n % 6]}区示例社区{cipher(n)}。", PAYLOADS[n]
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
def browser_flags(browser_flags):
    """Compose no layers: hundreds of pages run here and none is looked at."""
    return [*browser_flags, "--blink-settings=acceleratedCompositingEnabled=false"]


@pytest.fixture(scope="module")
def desk(serve_desk, manned_room, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    shutil.copytree(manned_room / "var", folder / "var")
    with serve_desk(folder / "var", write_sources(folder), "run", "--week", WEEK) as one:
        yield one


def test_the_corpus_is_large_enough():
    assert len(set(PAYLOADS)) >= 150


# Handlers of ours there are none of: an attribute on… would be an outsider's.
_LOOK = r"""() => [!!window.hit,
  [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a =>
    /^on/i.test(a.name)
    || /^\s*(javascript|vbscript|data):/i.test(a.value) && ['href', 'src', 'action'].includes(a.name)
  )).map(e => e.outerHTML.slice(0, 200)),
  document.body.innerText.split('<').length - 1]"""


class Watch:
    """Windows of an editor that open addresses and look whether anything ran there."""

    def __init__(self, desk):
        self.page = desk.enter("anna")
        self.hits: list[str] = []
        # Several at a time: while one is drawn, the server makes the next.
        self.windows = [self.page, *(self.page.context.new_page() for _ in range(3))]
        for window in self.windows:
            window.on("dialog", self._say)

    def _say(self, dialog):
        self.hits.append(dialog.message)
        dialog.dismiss()

    def look(self, *addresses):
        """Open each and look; return how many signs that open a tag stand there to be read."""
        found = 0
        for n in range(0, len(addresses), len(self.windows)):
            pairs = list(zip(self.windows, addresses[n : n + len(self.windows)], strict=False))
            for window, address in pairs:
                window.goto(address, wait_until="commit")
            for window, address in pairs:
                window.wait_for_load_state("load")
                hit, wrong, signs = window.evaluate(_LOOK)
                assert wrong == [], address
                self.hits += [address] if hit else []
                found += signs
        return found


@pytest.fixture(scope="module")
def watch(desk):
    return Watch(desk)


def test_nothing_an_outsider_wrote_runs_on_any_page_or_in_the_mail(desk, watch):
    page, look, hits = watch.page, watch.look, watch.hits

    free_page = desk.browser.new_page()
    free_page.set_content("<img src=x onerror=window.hit=1>")
    free_page.wait_for_function("window.hit")  # the watch itself works where nothing forbids it

    board = f"{desk.base}/desk/weeks/{WEEK}/"
    look(f"{board}?all=1")
    keys = page.eval_on_selector_all(
        ".column .item[data-key]", "all => all.map(e => e.dataset.key)"
    )
    free = page.eval_on_selector_all(".candidate", "all => all.map(e => e.dataset.key)")
    assert len(keys) > 40
    look(*(f"{board}items/{key}/" for key in keys))
    look(*(f"{board}stories/{key}/" for key in [*keys, *free]))
    look(*(board + path for path in ("preview/", "preview/?part=text", "review/", "history/")))
    searches = ("/desk/search/?q=社区", "/desk/search/?q=" + quote(PAYLOADS[0]))
    look(*(desk.base + path for path in ("/desk/", "/desk/weeks/", *searches)))

    # What an editor pastes is no safer: the same words saved into an item's own fields.
    for key, words in zip(keys, pack(PAYLOADS, 1900), strict=False):  # 2,000 characters are kept
        page.goto(f"{board}items/{key}/")
        page.fill("#f-title", f"示例 {' '.join(next(pack(words, 290)))}")
        page.fill("#f-summary", "\n".join(words))
        page.get_by_role("button", name="保存", exact=True).click()
        page.get_by_text("已保存。").wait_for()
    look(board, f"{board}history/", f"{board}review/")

    # The mail without its sandbox, and the other files, as a browser opens them.
    mail = page.request.get(f"{board}preview/mail/").text()
    folder = desk.data_dir / "issues" / WEEK
    (folder / "edited.html").write_text(mail, encoding="utf-8")
    look(*((folder / name).as_uri() for name in ("edited.html", "issue.html", "wechat.html")))

    # The archive's pages, as a server of files gives them.
    issue = issue_json.from_json(json.loads((folder / "issue.json").read_bytes()))
    settings = load_settings(desk.data_dir.parent / "feeds.yaml", desk.data_dir, {})
    files = build_archive(
        [issue], newsletter=settings.newsletter, site_url="http://127.0.0.1", pictures=False
    )
    pages = [name for name in files if name.endswith(".html")]
    assert len(pages) > 1
    printed = [name for name in pages if b'class="fulltext"' in files[name]]
    assert len(printed) > 10  # members' own texts
    shown = [*pages[:8], *printed]
    for n, name in enumerate(shown):
        (folder / f"archive-{n}.html").write_bytes(files[name])
    look(*((folder / f"archive-{n}.html").as_uri() for n in range(len(shown))))
    assert hits == []


def test_nothing_in_submissions_by_mail_runs(desk, watch):
    page, look, hits = watch.page, watch.look, watch.hits
    board = f"{desk.base}/desk/weeks/{WEEK}/"
    look(f"{board}?source=bad-mails&all=1")
    free = page.eval_on_selector_all(".candidate", "all => all.map(e => e.dataset.key)")
    assert len(free) > 10  # with their subjects and senders
    shown = look(*(f"{board}stories/{key}/" for key in free))
    assert shown > len(free) * EACH  # what was meant to run stands there to be read
    look(f"{desk.base}/desk/search/?source=bad-mails&q=" + quote("示例"))
    assert hits == []


def test_nothing_in_lists_and_forms_of_readers_runs(desk, watch, tmp_path):
    page, look, hits = watch.page, watch.look, watch.hits
    path = tmp_path / "readers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("邮箱", "姓名", "区", "同意日期", "同意方式"))
        rows.writerows(
            (f"r{n}@news.example", payload, "", "2026-11-01", payload)
            for n, payload in enumerate(PAYLOADS)
        )
        rows.writerow((PAYLOADS[0], "", "", "2026-11-01", "x"))  # an address that is none
    config = desk.data_dir.parent / "feeds.yaml"
    call(desk.data_dir, config, "subscribers", "import", str(path), "--skip-invalid")
    first = f"{desk.base}/desk/subscribers/"
    address, numbers = first, []
    while address:
        look(address)
        numbers += page.eval_on_selector_all(
            "a[href*='/desk/subscribers/']",
            "all => all.map(e => /subscribers\\/(\\d+)\\/$/.exec(e.href)?.[1]).filter(Boolean)",
        )
        following = page.locator("a[href*='after=']")
        address = following.first.evaluate("one => one.href") if following.count() else ""
    numbers = sorted(set(numbers), key=int)
    assert len(numbers) >= len(PAYLOADS) - 5

    # Some of them leave and say why; every payload is somebody's reason.
    secret = (desk.data_dir / "secret_key").read_bytes().strip()
    told = [PAYLOADS[n : n + EACH] for n in range(0, len(PAYLOADS), EACH)]
    for number, words in zip(numbers, told, strict=False):  # more readers than reasons
        token = make_token(
            secret, Purpose.UNSUBSCRIBE, Claim(int(number), 0, to_day(datetime.now(UTC)))
        )
        gone = page.request.post(f"{desk.base}/u/{token}", form={"List-Unsubscribe": "One-Click"})
        assert gone.ok
        page.request.post(f"{desk.base}/u/{token}/reason", form={"words": " ".join(words)[:300]})
    look(*(f"{first}{number}/" for number in numbers[: len(told)]))
    look(*(f"{first}?search={quote(payload)}" for payload in PAYLOADS[::40]))

    # Strangers' words in the form for joining come back on the page.
    page.goto(f"{desk.base}/subscribe")
    for n in range(0, len(PAYLOADS), EACH):  # the page that refuses has the form again
        page.evaluate("document.querySelector('input[name=email]').type = 'text'")
        page.fill("input[name=email]", " ".join(PAYLOADS[n : n + EACH])[:400])
        with page.expect_navigation():
            page.evaluate("document.querySelector('input[name=email]').form.submit()")
        assert not page.evaluate("window.hit")
    look(page.url)
    assert hits == []
