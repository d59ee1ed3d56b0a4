"""Choosing: which stories stand in the issue, and in which section.

Deterministic for the same input; every district that has material appears; nothing stands twice;
what resembles an item already chosen counts less, and the item says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.assemble.headings import get_preheader, get_subject, get_why
from pipeline.assemble.score import get_reasons, total
from pipeline.assemble.sections import (
    CITY,
    TITLES,
    get_card,
    get_home,
    get_tests,
    is_local,
    list_coming,
)
from pipeline.assemble.typography import strip_invisible
from pipeline.model import DISTRICTS, Image, Issue, Item, Reason, Section, SectionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pipeline.calendar import Period
    from pipeline.config import IssueSettings, Newsletter
    from pipeline.model import Article, Story

_CITY_ITEMS = 2  # stories of the whole city beside those of the districts
_SAME_UNIT = 0.8  # points less for every chosen item about the same community
_SAME_THEME = 0.25  # and for every item of the same section with the same first theme
_SAME_SOURCE = 0.1  # and for every item of the same section from the same source


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story that could stand in the issue, with the terms of its score."""

    story: Story
    reasons: tuple[Reason, ...]
    score: float


def list_candidates(
    stories: Sequence[Story],
    *,
    period: Period,
    limits: IssueSettings,
    used_keys: frozenset[str],
    silent: Mapping[str, int],
) -> list[Candidate]:
    """Return the stories that could stand in the issue, the best first; equals by key."""
    found = []
    for story in stories:
        if not used_keys & story.keys:
            reasons = get_reasons(story, period, silent, limits.silent_weeks)
            found.append(Candidate(story, reasons, total(reasons)))
    return sorted(found, key=lambda one: (-one.score, int(one.story.key)))


def assemble_issue(
    stories: Sequence[Story],
    *,
    period: Period,
    number: int,
    newsletter: Newsletter,
    limits: IssueSettings,
    source_names: Mapping[str, str],
    own_sources: frozenset[str],
    used_keys: frozenset[str],
    silent: Mapping[str, int],
) -> Issue:
    """Return the week's issue.

    ``used_keys`` are stories of other issues: they never come again, under any of their keys.
    ``silent`` maps districts and units to the issues since they last appeared. Keys are the
    store's: decimal numbers.
    """
    candidates = list_candidates(
        stories, period=period, limits=limits, used_keys=used_keys, silent=silent
    )
    pool = [one for one in candidates if one.score > 0 and get_home(one.story)]
    chooser = _Chooser(pool, source_names, own_sources, period.publishes_at)
    sections = {SectionKind.LEAD: chooser.take(limits.lead_items, is_local)}
    sections[SectionKind.LEAD] = tuple(
        replace(item, why=get_why(item)) for item in sections[SectionKind.LEAD]
    )
    for kind, test in get_tests(period.publishes_at):
        sections[kind] = chooser.take(limits.section_items, test)
    sections[SectionKind.DISTRICTS] = chooser.districts(sections, limits.district_items)
    sections[SectionKind.EVENTS] = tuple(
        sorted(sections[SectionKind.EVENTS], key=lambda item: item.events[0].start)
    )
    sections[SectionKind.CASES] = tuple(
        replace(item, details=get_card(item.text)) for item in sections[SectionKind.CASES]
    )
    kept = [
        Section(kind, TITLES[kind], sections[kind]) for kind in SectionKind if sections.get(kind)
    ]
    if kept:
        kept.append(make_figures(kept))
    return Issue(
        week=period.week,
        number=number,
        subject=get_subject(newsletter, number, kept),
        preheader=get_preheader(kept),
        publishes_at=period.publishes_at,
        starts=period.starts,
        ends=period.ends,
        sections=tuple(kept),
    )


class _Chooser:
    """Hands stories out, each once."""

    def __init__(
        self,
        pool: list[Candidate],
        source_names: Mapping[str, str],
        own_sources: frozenset[str],
        publishes_at: datetime,
    ) -> None:
        self._pool = pool
        self._names = source_names
        self._own = own_sources
        self._publishes_at = publishes_at
        self._taken: set[str] = set()
        self._units: dict[str, int] = {}  # community → items about it

    def take(self, most: int, test: Callable[[Story], bool]) -> tuple[Item, ...]:
        """Return up to ``most`` of the stories that pass, the best of what is left each time."""
        fitting = [
            one for one in self._pool if one.story.key not in self._taken and test(one.story)
        ]
        chosen: list[Item] = []
        while fitting and len(chosen) < most:
            best, penalty = self._best(fitting, chosen)
            fitting.remove(best)
            chosen.append(self._item(best, penalty))
            self._taken.add(best.story.key)
            for name in {unit.name for unit in best.story.tagging.communities}:
                self._units[name] = self._units.get(name, 0) + 1
        return tuple(chosen)

    def districts(
        self, sections: Mapping[SectionKind, Sequence[Item]], most: int
    ) -> tuple[Item, ...]:
        """Return the districts' items in the districts' order, then the city's."""
        items: list[Item] = []
        for district in DISTRICTS:
            items += self.take(most, _is_of(district))
        shown = {name for part in sections.values() for item in part for name in item.districts}
        shown.update(name for item in items for name in item.districts)
        for district in DISTRICTS:
            if district not in shown:  # whoever is only named beside another is heard too
                items += self.take(1, _names(district))
        return (*items, *self.take(_CITY_ITEMS, _is_of(CITY)))

    def _best(
        self, fitting: Sequence[Candidate], chosen: Sequence[Item]
    ) -> tuple[Candidate, float]:
        """Return the best candidate and what its likeness to the chosen ones costs it."""
        best, best_score, best_penalty = fitting[0], float("-inf"), 0.0
        for one in fitting:
            if one.score <= best_score:
                break  # the rest is no better even without a penalty
            penalty = self._penalty(one.story, chosen)
            if one.score - penalty > best_score:
                best, best_score, best_penalty = one, one.score - penalty, penalty
        return best, best_penalty

    def _penalty(self, story: Story, chosen: Sequence[Item]) -> float:
        units = {unit.name for unit in story.tagging.communities}
        same = sum(self._units.get(name, 0) for name in units)
        themes = sum(item.themes[:1] == story.tagging.themes[:1] != () for item in chosen)
        sources = sum(item.source_id == story.lead.source_id for item in chosen)
        return _SAME_UNIT * same + _SAME_THEME * themes + _SAME_SOURCE * sources

    def _item(self, candidate: Candidate, penalty: float) -> Item:
        if penalty:
            term = Reason("variety", -round(penalty, 2), "与本期已选稿件同社区、同主题或同源")
            candidate = replace(candidate, reasons=(*candidate.reasons, term))
        return make_item(candidate, self._names, self._own, self._publishes_at)


def make_item(
    candidate: Candidate,
    source_names: Mapping[str, str],
    own_sources: frozenset[str],
    publishes_at: datetime,
) -> Item:
    """Return the story as it first stands in an issue that appears at ``publishes_at``."""
    story = candidate.story
    lead, tagging = story.lead, story.tagging
    name = source_names.get(lead.source_id, lead.source_id)
    others = dict.fromkeys(
        source_names.get(one.article.source_id, one.article.source_id) for one in story.members
    )
    return Item(
        key=story.key,
        title=strip_invisible(lead.title),
        summary=strip_invisible(tagging.summary),
        original_title=strip_invisible(lead.title),
        url=_link(lead),
        source_id=lead.source_id,
        source_name=name,
        published=lead.published,
        districts=tagging.districts,
        themes=tagging.themes,
        communities=tagging.communities,
        origin=lead.origin,
        author=lead.author,
        editor=lead.editor,
        image=_image(lead.images),
        also_in=tuple(one for one in others if one != name),
        events=list_coming(story, publishes_at),
        reasons=candidate.reasons,
        text=lead.text,
        own=lead.source_id in own_sources,
    )


def _link(article: Article) -> str:
    """Return where readers find the article, without tracking parameters; "" when nowhere."""
    addresses = (article.canonical_url, article.url)
    return next((one for one in addresses if urlsplit(one).scheme in {"http", "https"}), "")


def _image(images: tuple[Image, ...]) -> Image | None:
    """Return the first picture that a mail can show."""
    for image in images:
        if urlsplit(image.url).scheme in {"http", "https"}:
            return image
    return None


def _is_of(home: str) -> Callable[[Story], bool]:
    return lambda story: get_home(story) == home


def _names(district: str) -> Callable[[Story], bool]:
    return lambda story: district in story.tagging.districts


def make_figures(sections: Sequence[Section]) -> Section:
    """Return the section that counts the others."""
    items = [item for section in sections for item in section.items]
    districts = sum(any(name in item.districts for item in items) for name in DISTRICTS)
    members = {unit.name for item in items for unit in item.communities if unit.member}
    outlets = {item.source_name for item in items}
    note = f"本期{len(items)}条，来自{len(outlets)}个来源，覆盖{districts}个区"
    note += f"，其中有{len(members)}家联盟单位的消息。" if members else "。"
    return Section(SectionKind.FIGURES, TITLES[SectionKind.FIGURES], note=note)
