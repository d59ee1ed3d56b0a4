"""The mail as its readers' programs take it: plain CSS, sound HTML, nothing that smells of spam."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import html5lib
import pytest
from bs4 import BeautifulSoup

from pipeline.assemble import render

if TYPE_CHECKING:
    from pipeline.model import Edition, Story

ROOT = Path(__file__).resolve().parents[3]
CLIENTS = json.loads((ROOT / "tests" / "data" / "caniemail.json").read_text(encoding="utf-8"))
"""What Gmail, Outlook, Apple Mail, Samsung and Yahoo take (see tests/caniemail.py)."""
REFINEMENTS = {
    "height": "Yahoo takes min-height instead: our heights are of thin bars, which keep their cells",
    "max-height": "hides the preheader, which display: none and font-size hide as well",
    "opacity": "likewise",
    "overflow": "likewise",
    "white-space": "where it is passed over, a line may break within a date",
}
"""What one of them passes over, and why that does no harm."""
OLD = {"color", "font-family"}  # CSS 1: no table lists them
PROGRESSIVE = ("@media (max-width", "@media (prefers-color-scheme: dark)", "[data-ogsc]", ":root")
"""What stands in the style block for those that know it; the mail reads without it."""
# The parser's words for what conditional comments and XML names of Office do.
OFFICE = {"unexpected-dash-after-double-dash-in-comment"}


@pytest.fixture
def edition(desk: Any, week: list[Story]) -> Edition:
    return render(desk.assemble(week), newsletter=desk.newsletter, site_url="https://news.example")


def refused(feature: str) -> list[str]:
    """Return the programs that do not take a feature."""
    return [name for name, taken in CLIENTS["features"][feature].items() if taken == "n"]


def test_inline_styles_are_such_as_every_mail_program_takes(edition: Edition) -> None:
    soup = BeautifulSoup(edition.html, "html5lib")
    used: set[str] = set()
    for tag in soup.find_all(style=True):
        style = str(tag["style"])
        assert not re.search(r"var\(|calc\(|grid|flex|position|url\(", style), style
        assert not re.search(r"\d(?:rem|vw|vh|ch|ex)\b", style), style
        used |= {part.partition(":")[0].strip() for part in style.split(";") if part.strip()}
    for name in sorted(used - OLD):
        whole = re.sub(r"-(?:top|bottom|left|right)$", "", name)  # border-bottom is a border
        missing = refused(f"css-{name}" if f"css-{name}" in CLIENTS["features"] else f"css-{whole}")
        assert not missing or name in REFINEMENTS, (name, missing)
    assert not {name for name in REFINEMENTS if not refused(f"css-{name}")}, "not refined any more"


def test_elements_are_such_as_every_mail_program_takes(edition: Edition) -> None:
    soup = BeautifulSoup(edition.html, "html5lib")
    names = {tag.name for tag in soup.body.find_all(name=True)}  # type: ignore[union-attr]
    for name in sorted(names):
        kinds = {f"html-{name}", "html-h1-h6" if re.fullmatch("h[1-6]", name) else "",
                 "html-lists" if name in {"ul", "ol", "li"} else ""}  # fmt: skip
        for feature in kinds & CLIENTS["features"].keys():
            assert refused(feature) == [], feature


def test_the_style_block_holds_refinements_only(edition: Edition) -> None:
    soup = BeautifulSoup(edition.html, "html5lib")
    (block,) = soup.find_all("style")
    text = re.sub(r"\s+", " ", block.get_text())
    outer = re.sub(r"\{(?:[^{}]|\{[^{}]*\})*\}", "{}", text)
    for selector in filter(None, (one.strip() for one in outer.split("{}"))):
        assert selector.startswith(PROGRESSIVE), selector
    inside = re.findall(r"@media[^{]*\{((?:[^{}]|\{[^{}]*\})*)\}", text)
    for rules in inside:
        for body in re.findall(r"\{([^{}]*)\}", rules):
            for declaration in filter(None, (one.strip() for one in body.split(";"))):
                assert declaration.endswith("!important"), declaration


def test_the_html_is_sound(edition: Edition) -> None:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(edition.html)
    faults = {code for _, code, _ in parser.errors} - OFFICE
    assert faults == set()


def test_no_picture_form_or_script_that_clients_refuse(edition: Edition) -> None:
    soup = BeautifulSoup(edition.html, "html5lib")
    assert not soup.find_all(["script", "form", "iframe", "svg", "video", "object", "link"])
    for picture in soup.find_all("img"):
        assert picture.get("alt") is not None
        assert picture.get("width")
        assert not str(picture.get("src")).endswith((".svg", ".webp"))
    for table in soup.find_all("table"):
        assert table.get("role") == "presentation"
    assert not re.search("[\x80-\x9f]", edition.html)


def test_spamassassin_finds_nothing_to_say(edition: Edition) -> None:
    program = shutil.which("spamassassin")
    if program is None:
        pytest.skip("no spamassassin; enable with: apt-get install spamassassin")
    mail = EmailMessage()
    mail["From"] = "示例社区周报 <weekly@news.example>"
    mail["To"] = "reader@news.example"
    mail["Subject"] = edition.subject
    mail["Date"] = "Mon, 23 Nov 2026 08:00:00 +0800"
    mail["Message-ID"] = "<2026-w47.1@news.example>"
    mail["List-Unsubscribe"] = "<https://news.example/u/x>"
    mail.set_content(edition.text, cte="base64")
    mail.add_alternative(edition.html, subtype="html", cte="base64")
    done = subprocess.run(
        [program, "-L", "-t", "--cf=required_score 5"], input=bytes(mail), capture_output=True,
        timeout=120, check=False, env=os.environ | {"LC_ALL": "C"},
    )  # fmt: skip
    report = done.stdout.decode("utf-8", "replace")
    score = re.search(r"X-Spam-Status:.*?score=(-?[\d.]+)", report, re.DOTALL)
    assert score, report[-500:]
    assert float(score[1]) <= 0.5, report[-2000:]
