"""Holidays that become known after the first draft: the weeks run as a newsroom runs them."""

import json

import pytest

SOURCES = (
    "sources:\n  - {id: rss, name: 示例, kind: file, url: samples/rss.xml}\n"
    "  - {id: atom, name: 示例, kind: file, url: samples/atom.xml}\n"
)
HEAD = "newsletter: {name: 示例, sender_email: a@example.org, first_week: 2026-W45}\n"


def answer(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def known_later(newsroom, own_feeds):
    """Return a call that runs a week, and one that says which days are off from now on."""
    feeds = own_feeds(SOURCES, HEAD + "issue: {holidays: days.yaml}\n")
    days = feeds.parent / "days.yaml"
    days.write_text("off: []\n", encoding="utf-8")

    def go(*words):
        return answer(newsroom(*words, "--json", config=feeds))

    return go, lambda off: days.write_text(f"off: [{off}]\n", encoding="utf-8")


def test_a_holiday_between_two_drafts_makes_one_issue_of_all_their_stories(known_later):
    go, take_off = known_later
    earlier = go("run", "--week", "2026-W46")
    before = go("run", "--week", "2026-W47")
    take_off(", ".join(f"2026-11-{day}" for day in range(16, 23)))
    merged = go("run", "--week", "2026-W46")
    assert (earlier["week"], merged["week"]) == ("2026-W46", "2026-W47")
    assert merged["stories"] > before["stories"]
    assert merged["issue"]["number"] == 2
    status = go("status")
    assert [(one["week"], one["number"]) for one in status["issues"]] == [("2026-W47", 2)]
    take_off("2026-12-31")
    apart = go("run", "--week", "2026-W46")
    assert (apart["week"], apart["issue"]["number"]) == ("2026-W46", 2)
    assert go("run", "--week", "2026-W47")["issue"]["number"] == 3
    assert len(go("status")["issues"]) == 2
