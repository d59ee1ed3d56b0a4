"""Editions: spliced ones are the very bytes that rendering each by itself gives."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from premailer import Premailer

from pipeline.assemble import edit, render, render_editions
from pipeline.assemble.splice import Marks, take_apart
from pipeline.model import DISTRICTS, Preferences, SectionKind, Story

if TYPE_CHECKING:
    from collections.abc import Callable

SITE = "https://news.example"
THEMES = ("社区治理", "荣誉表彰", "养老助残")

preferences = st.builds(
    Preferences,
    districts=st.frozensets(st.sampled_from(DISTRICTS)),
    themes=st.frozensets(st.sampled_from(THEMES)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(preferences, min_size=1, max_size=4))
def test_a_spliced_edition_equals_rendering_and_inlining_the_whole(
    desk: Any, week: list[Story], wanted: list[Preferences]
) -> None:
    issue = desk.assemble(week)
    given = {"newsletter": desk.newsletter, "site_url": SITE}
    spliced = render_editions(issue, preferences=wanted, **given)
    for one in wanted:
        assert spliced[one.key] == render(issue, preferences=one, **given)


@pytest.mark.parametrize(
    "title",
    ["<!--x0 full 1-->示例", "x0reading", "<b>示例</b> & “引号”", "示例" + "长" * 500, "__VIEW__"],
)
def test_words_from_outside_cannot_move_a_mark(
    desk: Any, story: Callable[..., Story], title: str
) -> None:
    issue = desk.assemble([story(key, title=title) for key in (1, 2, 3)])
    given = {"newsletter": desk.newsletter, "site_url": SITE}
    mine = Preferences(frozenset({"奉化"}))
    spliced = render_editions(issue, preferences=[mine, Preferences()], **given)
    assert spliced[mine.key] == render(issue, preferences=mine, **given)
    assert spliced["all"] == render(issue, **given)


def test_styles_are_inlined_once_whatever_the_number_of_editions(
    desk: Any, week: list[Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    transform = Premailer.transform

    def count(self: Premailer, *args: Any, **more: Any) -> Any:
        calls.append(1)
        return transform(self, *args, **more)

    monkeypatch.setattr(Premailer, "transform", count)
    wanted = [
        Preferences(frozenset(some)) for size in range(7) for some in combinations(DISTRICTS, size)
    ]
    made = render_editions(
        desk.assemble(week), newsletter=desk.newsletter, site_url=SITE, preferences=wanted * 2
    )
    assert len(made) == 64
    assert len({edition.id for edition in made.values()}) == 64
    assert len(calls) == 1


def test_the_readers_own_districts_come_first_and_the_footer_names_them(
    desk: Any, week: list[Story]
) -> None:
    mine = Preferences(frozenset({"奉化", "镇海"}))
    edition = render(
        desk.assemble(week), newsletter=desk.newsletter, site_url=SITE, preferences=mine
    )
    groups = [line for line in edition.text.splitlines() if line.startswith("【")]
    assert groups[1:3] == ["【镇海】", "【奉化】"]
    assert "并选读镇海、奉化" in edition.text
    assert "并选读镇海、奉化" in edition.html


@given(
    st.lists(
        st.tuples(st.booleans(), st.text(max_size=9), st.text(max_size=9), st.text(max_size=9)),
        max_size=6,
    )
)
def test_every_part_of_a_master_comes_back_in_its_place(
    parts: list[tuple[bool, str, str, str]],
) -> None:
    marks = Marks("secret0")
    written = "".join(
        f"{marks.variant(str(n), full=True)}{full}{marks.variant(str(n), full=False)}{line}"
        f"{marks.end('item')}{between}"
        for n, (_, full, line, between) in enumerate(parts)
    )  # fmt: skip
    wanted = {str(n) for n, part in enumerate(parts) if part[0]}
    expected = "".join(
        (full if chosen else line) + between for chosen, full, line, between in parts
    )
    made = take_apart(written, "secret0").join(in_full=wanted.__contains__, order=lambda _: 0)
    assert made == expected


def test_an_item_in_one_line_says_when_it_takes_place_and_leads_to_its_words(
    desk: Any, week: list[Story]
) -> None:
    """A day of publication beside an event's name would be read as the event's."""
    issue = desk.assemble(week)
    (event,) = (
        item
        for section in issue.sections
        for item in section.items
        if section.kind is SectionKind.EVENTS
    )
    issue = edit.change(issue, event.key, url="")
    edition = render(
        issue,
        newsletter=desk.newsletter,
        site_url=SITE,
        preferences=Preferences(districts=frozenset({"余姚"})),
    )
    page = f"{SITE}/issues/{issue.week}/{event.key}/"
    told = f"· {event.title}（11月28日 周六 14:00—16:00，虚构礼堂）"
    assert f"{told}\n{page}\n" in edition.text
    line = next(one for one in edition.html.split("<tr>") if page in one)
    assert "11月28日 周六 14:00—16:00" in line
    assert "11月16日" not in line
    assert "并选读余姚" in edition.text


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ((), "。"),
        (("cases",), "和“取经”一栏。"),
        (("exchange", "cases"), "和“取经”“资源对接”两栏。"),
    ],
)
def test_the_footer_names_the_sections_that_contacts_of_units_get_in_full(
    desk: Any, week: list[Story], sections: tuple[str, ...], said: str
) -> None:
    chosen = Preferences(frozenset({"鄞州"}), frozenset(), frozenset(sections))
    given: dict[str, Any] = {"newsletter": desk.newsletter, "site_url": SITE}
    issue = desk.assemble(week)
    alone = render(issue, **given, preferences=chosen)
    assert f"并选读鄞州{said}" in alone.text
    assert f"并选读鄞州{said}" in alone.html
    assert render_editions(issue, **given, preferences=[chosen]) == {chosen.key: alone}
    everything = Preferences(frozenset(), frozenset(), frozenset(sections))
    assert "选读" not in render(issue, **given, preferences=everything).text
