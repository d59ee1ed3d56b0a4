"""What the tests of the readers' pages share: a site of their own, readers, forms and their mail."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from pipeline.config import load_settings
from pipeline.model import Preferences
from pipeline.reader import guard
from pipeline.reader.links import make_link
from pipeline.reader.post import clear_post
from pipeline.store.models import (
    SubscriberRow,
)
from pipeline.tokens import Claim, to_day
from tests.readers import add_subscriber

ROOT = Path(__file__).resolve().parents[3]


def now():
    return datetime.now(UTC)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The pages with settings and a data directory of the test's own, and no post room running."""
    made = load_settings(ROOT / "feeds.yaml", tmp_path / "var", {"SECRET_KEY": "of the tests"})
    monkeypatch.setattr(django_settings, "PIPELINE", made, raising=False)
    monkeypatch.setattr(django_settings, "READER_POSTMAN", False, raising=False)
    return made


@pytest.fixture
def stamp(site):
    return guard.make_stamp(site, now() - timedelta(seconds=30))


def clear(site, send=None):
    sent = []

    def keep(message):
        sent.append(message)
        return "250 OK"

    return clear_post(site, send or keep, now), sent


def refuse(error):
    """Return a server that takes nothing."""

    def send(_message):
        raise error

    return send


def fill_in(client, stamp, email, page="/subscribe", **more):
    return client.post(page, {"email": email, "stamp": stamp, guard.TRAP: "", **more})


def make_reader(email="wang@example.org", **fields):
    reader = add_subscriber(
        email, preferences=Preferences(frozenset({"鄞州"})), at=now(), confirmed=True
    )
    SubscriberRow.objects.filter(pk=reader.id).update(**fields)
    return reader


def link(site, purpose, reader, **more):
    claim = Claim(reader.id, more.get("epoch", reader.epoch), more.get("day", to_day(now())))
    return make_link(site, purpose, claim).removeprefix(site.site_url)


def links_of(message):
    return [
        one.removeprefix("http://127.0.0.1:8000")
        for one in re.findall(
            r"http://127\.0\.0\.1:8000(/[\w/-]+)", message.get_body("plain").get_content()
        )
    ]


def find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[1]
