"""Every text of the desk's own goes through the catalogue: another language is one file away."""

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings as django_settings
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from pipeline.assemble.sections import TITLES
from pipeline.desk.urls import urlpatterns
from pipeline.model import DISTRICTS, OUTER_DISTRICTS, Preferences
from pipeline.reader.choices import load_choices
from pipeline.store import issues, subscribers
from tests.integration.desk.conftest import PASSWORD, START, WEEK
from tests.integration.desk.test_gate import POSTED, list_routes

ROOT = Path(__file__).resolve().parents[3]
LOCALE = ROOT / "pipeline" / "desk" / "locale"
KEYWORDS = dict.fromkeys(
    (
        "_",
        "gettext",
        "gettext_lazy",
        "RefusedError",
        "UsageError",
        "NotFoundError",
        "StaleEditError",
    )
)
HAN = re.compile(r"[\u4e00-\u9fff]+")
BAD = {
    "act": {"op": "没有"}, "sign": {"step": "first"}, "back": {"reason": ""}, "schedule": {},
    "undo": {"n": "x"}, "waive": {"finding": "x"}, "suggest": {"finding": "x"},
    "test": {"address": "x"}, "group": {"op": "x"}, "start": {"work": "x"}, "typed": {},
    "second-step-change": {"op": "off", "password": "x"}, "password": {"old_password": "x"},
}  # fmt: skip


def extract():
    """Every message in the code and the templates."""
    with (LOCALE / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if HAN.search(str(message))}


def test_the_template_of_the_catalogue_holds_every_message():
    with (LOCALE / "django.pot").open("rb") as file:
        kept = {message.id for message in read_po(file) if message.id}
    missing = extract() - kept
    assert not missing, "run: make messages"


@pytest.fixture
def marked(monkeypatch):
    """A language in which every message stands in brackets."""
    real = trans_real.gettext
    monkeypatch.setattr(
        trans_real, "gettext", lambda message: f"⟦{real(message)}⟧" if message else ""
    )
    # Django keeps the functions of the language in use in a private place; so they are found there.
    in_use: Any = vars(translation)["_trans"]
    if "gettext" in vars(in_use):
        monkeypatch.setattr(in_use, "gettext", trans_real.gettext)


def strip(page, known):
    """The page without what is in brackets, and without the names that are content."""
    text = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    while "⟦" in text:
        shorter = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
        if shorter == text:
            break
        text = shorter
    for name in sorted(known, key=len, reverse=True):
        text = text.replace(name, "")
    return text


@pytest.fixture
def content(week):
    """What is content: vocabularies, the masthead, and what is stored with the issue."""
    settings = django_settings.PIPELINE
    issue = issues.get_revision(week).issue
    choices = load_choices(settings)
    known = {*DISTRICTS, *OUTER_DISTRICTS, *TITLES.values(), settings.newsletter.name,
             settings.newsletter.alliance, issue.subject, "幸福苑社区"}  # fmt: skip
    known |= {one.name for one in settings.feeds.sources} | {
        one.outlet or "" for one in settings.feeds.sources
    }
    known |= {name for pair in choices.themes for name in pair}
    known |= {section.note for section in issue.sections}
    for item in issue.items:
        known |= {item.title, item.original_title, item.summary, item.why, *item.text.split("\n")}
        known |= {reason.note for reason in item.reasons}
    return known - {""}


def test_no_text_of_ours_is_shown_past_the_catalogue(marked, content, sign_in):
    del marked
    reader = subscribers.add_subscriber(
        "wang@example.org", preferences=Preferences(), at=START, confirmed=True
    )
    key = issues.get_revision(WEEK).issue.items[0].key
    anna, stranger = sign_in("anna"), Client()
    paths = {name: path.format(key=key) for name, path in list_routes().items()}
    paths |= {"staff": "/desk/subscribers/", "life": f"/desk/subscribers/{reader.id}/"}
    assert len(paths) > len(urlpatterns)
    wrong = {}

    def look(where, answer):
        assert answer.status_code < 500, where
        page = answer.content.decode()
        # Samples and findings say in Chinese what is Chinese about them.
        page = re.sub(r'<div class="text full">.*?</div>', "", page, flags=re.DOTALL)
        page = re.sub(r"（示例）[^<]*|示例[^<]*", "", page)
        left = HAN.findall(strip(page, content))
        if left:
            wrong[where] = left[:8]

    look("sign in", stranger.post("/desk/login/", {"username": "anna", "password": "x"}))
    look("nothing there", anna.get("/desk/none/"))
    for name, path in paths.items():
        if name in POSTED or name in {"mail", "audit", "preview", "logout"}:
            continue
        look(name, anna.get(path, follow=True))
    for name, values in BAD.items():
        look(f"POST {name}", anna.post(paths[name], values, follow=True))
    look("POST login", Client().post("/desk/login/", {"username": "x", "password": PASSWORD}))
    assert wrong == {}


def test_english_is_one_file(tmp_path, settings, anna):
    catalogue = Catalog(locale="en")
    catalogue.add("检索", "Search")
    catalogue.add("退回稿件请写明理由。", "Say why it is sent back.")
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    settings.LOCALE_PATHS = [tmp_path]
    known: Any = vars(trans_real)["_translations"]
    known.clear()
    try:
        with translation.override("en"):
            assert "Search" in anna.get("/desk/search/").content.decode()
            refused = anna.post(f"/desk/weeks/{WEEK}/review/back/", {"reason": ""})
            assert "Say why it is sent back." in refused.content.decode()
    finally:
        known.clear()
