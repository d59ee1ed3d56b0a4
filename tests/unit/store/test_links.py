"""The last check of a link is remembered, and forgotten when it is of no use."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.model import LinkCheck, LinkState
from pipeline.store import links

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 21, 10, tzinfo=UTC)


def test_only_the_last_check_of_a_link_counts():
    url = "https://a.example/" + "长" * 3000
    links.add_checks([LinkCheck(url, NOW, LinkState.OPEN)], NOW)
    later = NOW + timedelta(hours=1)
    gone = LinkCheck(url, later, LinkState.GONE, "404")
    links.add_checks([gone], later)
    assert links.get_checks([url, "https://a.example/never"]) == {url: gone}


def test_checks_of_a_season_ago_are_forgotten():
    links.add_checks([LinkCheck("https://a.example/1", NOW, LinkState.OPEN)], NOW)
    links.add_checks([], NOW + timedelta(days=91))
    assert links.get_checks(["https://a.example/1"]) == {}
