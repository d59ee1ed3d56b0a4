"""Every text of the desk's own goes through the catalogue: another language is one file away."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from pipeline.assemble.sections import TITLES
from pipeline.desk import testcopies
from pipeline.desk.services import get_services
from pipeline.desk.urls import urlpatterns
from pipeline.desk.words import WORK_STAGES
from pipeline.model import DISTRICTS, OUTER_DISTRICTS, DeliveryStatus, Preferences, ReviewStep
from pipeline.reader import lists, tables, words
from pipeline.reader.choices import load_choices
from pipeline.reader.own import REASONS
from pipeline.store import approvals, imports, issues, second_step, subscribers, subscriptions
from pipeline.store.models import IssueRow, SubscriberRow, WordingRow
from pipeline.telling import notices
from pipeline.week import progress
from tests.integration.desk.conftest import PASSWORD, START, WEEK
from tests.integration.desk.test_gate import POSTED, list_routes
from tests.integration.desk.test_second_step import code
from tests.readers import add_subscriber

ROOT = Path(__file__).resolve().parents[3]
LOCALE = ROOT / "pipeline" / "desk" / "locale"
KEYWORDS = dict.fromkeys(
    (
        "_",
        "gettext",
        "gettext_lazy",
        "_lazy",
        "_noop",
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
             settings.newsletter.alliance, issue.subject, issue.preheader, "幸福苑社区"}  # fmt: skip
    known |= {one.name for one in settings.feeds.sources} | {
        one.outlet or "" for one in settings.feeds.sources
    }
    known |= {name for pair in choices.themes for name in pair}
    known |= {section.note for section in issue.sections}
    known.add(get_services().judge(issues.get_revision(week))[0].subject)
    for item in issue.items:
        known |= {item.title, item.original_title, item.summary, item.why, *item.text.split("\n")}
        known |= {reason.note for reason in item.reasons}
    return known - {""}


@pytest.fixture
def look(marked, content):
    """Collect what a page says past the catalogue; in the end there must be nothing."""
    del marked
    wrong = {}

    def read(where, answer, status=None):
        assert answer.status_code == status if status else answer.status_code < 500, where
        page = answer.content.decode()
        assert "⟦" in page, where
        # Samples and findings say in Chinese what is Chinese about them.
        page = re.sub(r'<div class="text full">.*?</div>', "", page, flags=re.DOTALL)
        page = re.sub(r'</?mark[^>]*>|<p class="pieces">.*?</p>', "", page)
        hit = r'(<a class="title"[^>]*>)[^⟦⟧]*?(</a>)|<p>[^⟦⟧]*?</p>'
        page = re.sub(
            r'<ol class="hits">.*?</ol>',
            lambda list_: re.sub(hit, "", list_[0]),
            page,
            flags=re.DOTALL,
        )
        issue = issues.get_revision(WEEK).issue  # what is derived changes with the items
        derived = {issue.subject, issue.preheader, *(one.note for one in issue.sections)} - {""}
        ours = re.sub(r"（示例）[^<]*|示例[^<]*", "", strip(page, content | derived))
        left = HAN.findall(ours)
        if left:
            wrong[where] = left[:8]

    yield read
    assert wrong == {}


def test_no_text_of_ours_is_shown_past_the_catalogue(look, sign_in):
    reader = add_subscriber("wang@example.org", preferences=Preferences(), at=START, confirmed=True)
    key = issues.get_revision(WEEK).issue.items[0].key
    anna, stranger = sign_in("anna"), Client()
    paths = {name: path.format(key=key) for name, path in list_routes().items()}
    paths |= {"staff": "/desk/subscribers/", "life": f"/desk/subscribers/{reader.id}/"}
    assert len(paths) > len(urlpatterns)
    look("sign in", stranger.post("/desk/login/", {"username": "anna", "password": "x"}))
    look("nothing there", anna.get("/desk/none/"))
    for name, path in paths.items():
        if name in POSTED or name in {"mail", "audit", "logout"}:  # documents, no pages
            continue
        look(name, anna.get(path, follow=True))
    for name, values in BAD.items():
        look(f"POST {name}", anna.post(paths[name], values, follow=True))
    look("POST login", Client().post("/desk/login/", {"username": "x", "password": PASSWORD}))


def test_no_page_that_says_no_is_shown_past_the_catalogue(look, sign_in):
    anna = sign_in("anna")
    board = f"/desk/weeks/{WEEK}/"
    look("forbidden", anna.get("/desk/audit.jsonl"), 403)
    look("forged", sign_in("anna", enforce_csrf_checks=True).post(f"{board}act/"), 403)
    look("a stranger sends", Client().post(f"{board}act/", {"op": "up"}), 403)
    look("no such issue", anna.get("/desk/weeks/2020-W01/"), 404)
    look("no such reader", anna.get("/desk/subscribers/999999/"), 404)
    look("refused", anna.post(f"{board}review/back/", {"reason": ""}), 409)
    for _ in range(5):
        locked = Client().post("/desk/login/", {"username": "bo", "password": "x"})
    look("locked", locked, 429)

    # A stale save shows both versions; a save of what was removed gives the words back.
    key = issues.get_revision(WEEK).issue.items[0].key
    path = f"{board}items/{key}/"
    first = {"revision": "1", "title": "（示例）标题", "summary": "one"}
    anna.post(path, first)
    stale = first | {"summary": "another"}
    look("conflict", sign_in("bo").post(path, stale), 409)
    anna.post(f"{board}act/", {"op": "remove", "key": key})
    look("lost", anna.post(path, stale), 409)


def test_a_sent_back_issue_is_told_in_the_catalogues_words(look, sign_in):
    anna, board = sign_in("anna"), f"/desk/weeks/{WEEK}/"
    digest = issues.get_revision(WEEK).content_hash
    signed = anna.post(
        f"{board}review/sign/",
        {"step": "first", "box": ["topics", "leaders"], "content_hash": digest},
        follow=True,
    )
    look("signed", signed)
    look("sent back", anna.post(f"{board}review/back/", {"reason": "X"}, follow=True))
    digest = issues.get_revision(WEEK).content_hash
    again = anna.post(
        f"{board}review/sign/",
        {"step": "first", "box": ["topics", "leaders"], "content_hash": digest},
        follow=True,
    )
    look("signed again", again, 200)
    key = issues.get_revision(WEEK).issue.items[0].key
    anna.post(f"{board}act/", {"op": "remove", "key": key})
    look("void", anna.get(f"{board}review/"))
    for path in (f"{board}history/", "/desk/"):
        look(path, anna.get(path))
    assert len(approvals.list_void(WEEK)) == 2


def test_every_state_of_the_second_step_comes_from_the_catalogue(look, sign_in):
    page, change = "/desk/second-step/", "/desk/second-step/change/"
    anna = sign_in("anna")
    look("offered", anna.post(change, {"op": "start", "password": PASSWORD}, follow=True))
    look("a wrong code", anna.post(change, {"op": "confirm", "code": "0"}), 422)
    look("recovery codes", anna.post(change, {"op": "confirm", "code": code("anna")}))
    look("on", anna.get(page))
    look("a wrong password", anna.post(change, {"op": "codes", "password": "x"}), 422)
    stranger = Client()
    stranger.post("/desk/login/", {"username": "anna", "password": PASSWORD})
    look("code", stranger.get("/desk/login/code/"))
    look("wrong at the door", stranger.post("/desk/login/code/", {"code": "0"}), 422)
    for kept in ("recovery", "last ones"):
        user = User.objects.get(username="anna")
        codes = second_step.renew_codes(user, START)
        stranger = Client()
        stranger.post("/desk/login/", {"username": "anna", "password": PASSWORD})
        look(kept, stranger.post("/desk/login/code/", {"code": codes[0]}, follow=True), 200)
    look("off", anna.post(change, {"op": "off", "password": PASSWORD}, follow=True))


def test_what_is_found_and_how_a_run_stands_come_from_the_catalogue(look, anna):
    look("found", anna.get("/desk/search/", {"q": "北仑"}), 200)
    look("a filter", anna.get("/desk/search/", {"kind": "item", "page": "2"}), 200)
    look("filtered", anna.get(f"/desk/weeks/{WEEK}/", {"district": "none"}), 200)
    folder = django_settings.PIPELINE.data_dir
    report = {"items": 3, "error": 1, "warning": 2, "sources": 2, "new": 5, "edited": True}
    for work, names in WORK_STAGES.items():
        with progress.record(folder, work, WEEK) as record:
            for n, stage in enumerate(names):
                record.advance(stage, n, 9)
                look(f"{work} {stage}", anna.get("/desk/work/"))
                look("home", anna.get("/desk/"))
            record.finish(result=report | {"failed": ["sample-rss"]})
        look(f"{work} done", anna.get("/desk/work/"))
    with pytest.raises(RuntimeError), progress.record(folder, "draft", WEEK):
        raise RuntimeError
    look("failed", anna.get("/desk/work/"))


def test_every_state_of_a_test_copy_comes_from_the_catalogue(look, anna, monkeypatch):
    monkeypatch.setattr("pipeline.desk.views.preview.has_way", lambda _: True)
    for state in ("sending", "sent", "refused", "late", "failed"):
        copy = testcopies.Copy(WEEK, "a@news.example", "anna", START, state, "550 no")
        testcopies._copies.appendleft(copy)
        look(state, anna.get(f"/desk/weeks/{WEEK}/preview/"))
        again = (
            anna.post(f"/desk/weeks/{WEEK}/preview/test/", {"address": "a@news.example"})
            if state == "sending"
            else None
        )
        if again:
            look("twice", again, 409)
        testcopies._copies.clear()


def live(reader):
    """Let everything happen to a reader that the history knows."""
    secret = django_settings.PIPELINE.secret
    row, at = SubscriberRow.objects.get(pk=reader.id), START
    wording = WordingRow.objects.create(digest="d", version="v1", text="示例")
    for event in subscriptions.EVENTS:
        row.changes.create(at=at, what=event, by="anna" if event == "suppressed" else "")
    for kind in ("confirm", "link"):
        for status in ("waiting", "sent", "failed"):
            row.mails.create(kind=kind, status=status, created_at=at, due_at=at, reply="250 ok")
    for how in words.HOW:
        row.consents.create(at=at, how=how, network="203.0.113.0/24", wording=wording)
    subscriptions.change(row.pk, Preferences(frozenset({"鄞州"})), now=at)
    subscriptions.pause(row.pk, START.date() + timedelta(days=9), now=at)
    for n, state in enumerate(DeliveryStatus):
        issue = IssueRow.objects.create(week=f"2025-W{n + 10}",
                                        number=1, starts=at, ends=at, publishes_at=at, created_at=at)  # fmt: skip
        row.deliveries.create(issue=issue, edition_key="all", status=state, at=at, queued_at=at,
                              message_id=f"<{state}>", reply="550 no")  # fmt: skip
    for kind in words.BOUNCES:
        row.bounces.create(digest=kind, kind=kind, rule="r", said="550 no such user", at=at)
    subscriptions.leave(secret, row.pk, now=at, how="one-click")
    for reason in REASONS.values():
        row.changes.create(at=at, what="reason", detail={"reason": reason, "words": ""})


def test_a_readers_whole_life_is_told_in_the_catalogues_words(look, anna):
    reader = add_subscriber("wang@example.org", preferences=Preferences(), at=START, confirmed=True)
    live(reader)
    page = anna.get(f"/desk/subscribers/{reader.id}/")
    look("life", page, 200)
    text = page.content.decode()
    for known in (words.EVENTS, words.HOW, words.MAILS, words.MAIL_STATES, words.DELIVERIES,
                  words.BOUNCES):  # fmt: skip
        assert [one for one in known.values() if str(one) not in text] == []
    assert "550 no such user" in text
    secret = django_settings.PIPELINE.secret
    for why in words.SUPPRESSED:
        subscribers.suppress(
            subscribers.hash_address(secret, "wang@example.org"), reason=why, note="", at=START
        )
        look(why, anna.get(f"/desk/subscribers/{reader.id}/"))
    look("no reason", anna.get(f"/desk/subscribers/{reader.id}/", {"fault": "reason"}))
    look("found", anna.get("/desk/subscribers/", {"search": "wang", "status": "left"}))
    look("none found", anna.get("/desk/subscribers/", {"search": "nobody"}))


def test_the_words_of_readers_cover_every_key_of_the_store():
    assert set(words.EVENTS) == set(subscriptions.EVENTS)
    assert set(words.NOTES) == set(imports.NOTES)
    assert set(words.RESULTS) == set(imports.RESULTS)
    assert set(words.DELIVERIES) == set(DeliveryStatus)


def test_a_list_with_every_mistake_is_judged_in_the_catalogues_words(marked, people, tmp_path):
    del marked, people
    secret = django_settings.PIPELINE.secret
    for why in words.SUPPRESSED:
        hashed = subscribers.hash_address(secret, f"{why}@example.org")
        subscribers.suppress(hashed, reason=why, note="", at=START)
    add_subscriber("old@example.org", preferences=Preferences(), at=START)
    path = tmp_path / "list.csv"
    rows = [
        "email,name,districts,themes,consent_at,consent",
        *(f"{why}@example.org,,,,,x" for why in words.SUPPRESSED),
        "old@example.org,Wang,北仑,,,x", "old@example.org,,,,,x", ",,,,,x", "x,,,,,x",
        "@example.org,,,,,x", "a b@example.org,,,,,x", "a@b,,,,,x", "a@,,,,,x",
        "a@b..org,,,,,x", "a@-b-.org,,,,,x", f"{'a' * 300}@example.org,,,,,x",
        '"<a>""(@example.org",,,,,x', "a1@example.org,,zzz,,,x", "a2@example.org,,北伦,,,x",
        "a3@example.org,,,zzz,,x", "a4@example.org,,,社区治里,,x", "a5@example.org,,,,zzz,x",
        "a6@example.org,,,,2999-01-01,x", f"a7@example.org,{'n' * 200},,,,x",
        "a8@example.org,,,,,",
    ]  # fmt: skip
    path.write_text("\n".join(rows), encoding="utf-8")
    table = tables.Table(path, lists.READERS, "email")
    choices = load_choices(django_settings.PIPELINE)
    entries = lists.read_readers(table.lines(), choices, consent="", today=START.date())
    with imports.Import(secret, "list.csv") as found:
        counts = found.judge(entries)
        said = {one.number: words.say_notes(one.notes) for one in found.list_lines()}
    assert counts["invalid"] == len(rows) - 3 - len(words.SUPPRESSED)
    assert counts["suppressed"] == len(words.SUPPRESSED)
    assert all(said.values())
    known = {*DISTRICTS, *OUTER_DISTRICTS, "北伦", "社区治里"} | {
        n for one in choices.themes for n in one
    }
    assert {n: left for n, text in said.items() if (left := HAN.findall(strip(text, known)))} == {}


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


@pytest.mark.usefixtures("marked")
def test_what_the_editors_are_told_by_mail_comes_from_the_catalogue():
    settings = django_settings.PIPELINE
    report = {
        "week": WEEK, "articles": 3, "stories": 2,
        "issue": {"items": 1, "by_district": {"鄞州": 1}, "edited": True},
        "findings": {"error": 1, "warning": 2},
        "sources": [{"id": "a", "status": "failed", "error": "no answer",
                     "cause": "unreachable"}],
    }  # fmt: skip
    soon = START + timedelta(minutes=90)
    told = [
        notices.write_ready(settings, report, soon, soon),
        notices.write_late(settings, WEEK, 2, START, soon, {"first"}),
        notices.write_failed(settings, WEEK, "no answer"),
        notices.write_sent_back(settings, WEEK, "anna", "too long"),
        *(notices.write_overdue(settings, WEEK, ReviewStep.FINAL, at, START)
          for at in (soon, START, START + timedelta(minutes=9))),
        *(notices.write_signed(settings, WEEK, step, "anna", note="well", send_at=soon)
          for step in ReviewStep),
    ]  # fmt: skip
    for notice in told:
        data = notices.to_mail(settings, notice, ["anna@news.example"])
        body = message_from_bytes(data, policy=policy.default).get_content()
        text = f"{notice.subject}\n{body}\n{notices.to_text(notice, 4096)}"
        bare = strip(text, {settings.newsletter.name, "鄞州"})
        assert not HAN.search(bare), bare
