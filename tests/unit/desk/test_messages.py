"""The catalogue's template has every text of the desk's pages, for whoever translates them."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
PAGES = (ROOT / "templates" / "desk", ROOT / "templates" / "reader" / "staff")
WORDS = re.compile(r'\b_\("([^"]+)"')


def test_every_text_of_a_page_and_of_its_parts_stands_in_the_template() -> None:
    with (ROOT / "pipeline" / "desk" / "locale" / "django.pot").open("rb") as file:
        known = {message.id for message in read_po(file)}
    shown = {
        words
        for folder in PAGES
        for page in folder.rglob("*.html")
        for words in WORDS.findall(page.read_text(encoding="utf-8"))
    }
    assert len(shown) > 100
    assert shown - known == set(), "make messages"
