"""Choosing: which stories stand in the issue, and in which section.

Deterministic for the same input; every district that has material appears; nothing stands twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.assemble.score import get_reasons, total
from pipeline.model import DISTRICTS, Image, Issue, Item, Section, SectionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.calendar import Period
    from pipeline.config import IssueSettings, Newsletter
    from pipeline.model import Reason, Story

TITLES: dict[SectionKind, str] = {
    SectionKind.LEAD: "头条",
    SectionKind.DISTRICTS: "各区动态",
    SectionKind.CASES: "取经",
    SectionKind.EXCHANGE: "资源对接",
    SectionKind.EVENTS: "活动预告",
    SectionKind.ECHO: "回音",
    SectionKind.HONOURS: "荣誉榜",
    SectionKind.FIGURES: "数字看联盟",
    SectionKind.CORRECTIONS: "勘误",
}
_METHOD = ("经验", "做法", "模式", "机制", "工作法", "取经", "三网融合", "探索", "试点", "公约")
_METHOD_THEMES = {"社区治理", "党建引领", "数字赋能", "文明创建", "城市更新"}
_OFFER = ("共享", "征集", "招募", "结对", "求助", "免费提供", "场地", "捐赠", "认领", "供需")
_SOLVED = ("居民反映", "投诉", "烦心事", "难题解决", "有了回音", "整改", "终于", "盼了", "不再")
_ENOUGH_METHOD = 2  # words of method that make a case
_SHOWN_TITLE = 60  # characters of a title in the subject


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

    ``used_keys`` are stories of other issues: they never come again. ``silent`` maps districts
    and units to the issues since they last appeared.
    """
    pool = [
        (get_reasons(story, period, silent), story)
        for story in stories
        if story.key not in used_keys
    ]
    pool = [(reasons, story) for reasons, story in pool if total(reasons) > 0]
    pool.sort(key=lambda pair: (-total(pair[0]), int(pair[1].key) if pair[1].key.isdigit() else 0))
    chooser = _Chooser(pool, source_names, own_sources)
    local = chooser.take(limits.lead_items, _is_local)
    lead = tuple(with_why(item) for item in local)
    sections = [
        Section(SectionKind.LEAD, TITLES[SectionKind.LEAD], lead),
        Section(SectionKind.DISTRICTS, TITLES[SectionKind.DISTRICTS], ()),
    ]
    # One story of every district is set aside first, so that no section crowds a district out.
    first = chooser.one_of_each()
    tests: tuple[tuple[SectionKind, Callable[[Story], bool]], ...] = (
        (SectionKind.EVENTS, lambda story: _has_future(story, period)),
        (SectionKind.HONOURS, lambda story: "荣誉表彰" in story.tagging.themes[:2]),
        (SectionKind.CASES, _is_case),
        (SectionKind.EXCHANGE, lambda story: _counts(story, _OFFER) >= _ENOUGH_METHOD),
        (SectionKind.ECHO, lambda story: _counts(story, _SOLVED) >= _ENOUGH_METHOD),
    )
    for kind, test in tests:
        items = chooser.take(limits.section_items, test)
        sections.append(Section(kind, TITLES[kind], items))
    sections[1] = Section(
        SectionKind.DISTRICTS,
        TITLES[SectionKind.DISTRICTS],
        chooser.districts(first, limits.district_items),
    )
    order = list(SectionKind)
    kept = [section for section in sections if section.items]
    if kept:
        kept.append(make_figures(kept))
    kept.sort(key=lambda section: order.index(section.kind))
    return Issue(
        week=period.week,
        number=number,
        subject=make_subject(newsletter, number, kept),
        preheader=make_preheader(kept),
        publishes_at=period.publishes_at,
        starts=period.starts,
        ends=period.ends,
        sections=tuple(kept),
    )


class _Chooser:
    """Hands stories out, each once."""

    def __init__(
        self,
        pool: list[tuple[tuple[Reason, ...], Story]],
        source_names: Mapping[str, str],
        own_sources: frozenset[str],
    ) -> None:
        self._pool = pool
        self._names = source_names
        self._own = own_sources
        self._taken: set[str] = set()

    def take(self, most: int, test: Callable[[Story], bool]) -> tuple[Item, ...]:
        """Return up to ``most`` of the best stories that pass."""
        chosen: list[Item] = []
        for reasons, story in self._pool:
            if len(chosen) == most:
                break
            if story.key not in self._taken and test(story):
                self._taken.add(story.key)
                chosen.append(make_item(story, reasons, self._names, self._own))
        return tuple(chosen)

    def one_of_each(self) -> dict[str, Item]:
        """Set the best remaining story of every district aside."""
        found = {}
        for district in DISTRICTS:
            items = self.take(1, _at_home(district))
            if items:
                found[district] = items[0]
        return found

    def districts(self, first: dict[str, Item], most: int) -> tuple[Item, ...]:
        """Return the districts' items in the districts' order, then the city's."""
        items: list[Item] = []
        for district in DISTRICTS:
            own = [first[district]] if district in first else []
            rest = self.take(
                most - len(own),
                _at_home(district),
            )
            items += [*own, *rest]
        return tuple(items)


def make_item(
    story: Story,
    reasons: tuple[Reason, ...],
    source_names: Mapping[str, str],
    own_sources: frozenset[str],
) -> Item:
    """Return the story as it first stands in an issue."""
    lead, tagging = story.lead, story.tagging
    name = source_names.get(lead.source_id, lead.source_id)
    others = dict.fromkeys(
        source_names.get(one.article.source_id, one.article.source_id) for one in story.members
    )
    return Item(
        key=story.key,
        title=lead.title,
        summary=tagging.summary,
        original_title=lead.title,
        url=lead.url if urlsplit(lead.url).scheme in {"http", "https"} else "",
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
        events=tagging.events,
        reasons=reasons,
        text=lead.text,
        own=lead.source_id in own_sources,
    )


def _image(images: tuple[Image, ...]) -> Image | None:
    """Return the first picture that a mail can show."""
    for image in images:
        if urlsplit(image.url).scheme in {"http", "https"}:
            return image
    return None


def _at_home(district: str) -> Callable[[Story], bool]:
    return lambda story: _home(story) == district


def _home(story: Story) -> str | None:
    """Return the district a story stands under: its first of the six."""
    return next((name for name in story.tagging.districts if name in DISTRICTS), None)


def _is_local(story: Story) -> bool:
    return _home(story) is not None and bool(story.tagging.summary)


def _is_case(story: Story) -> bool:
    return bool(_METHOD_THEMES & set(story.tagging.themes)) and (
        _counts(story, _METHOD) >= _ENOUGH_METHOD and _home(story) is not None
    )


def _counts(story: Story, words: tuple[str, ...]) -> int:
    text = story.lead.title + story.lead.text
    return sum(word in text for word in words)


def _has_future(story: Story, period: Period) -> bool:
    return _home(story) is not None and any(
        (event.end or event.start) >= period.publishes_at - timedelta(hours=8)
        for event in story.tagging.events
    )


def with_why(item: Item) -> Item:
    """Return the lead item with 为何重要, made of facts only."""
    facts = []
    members = [unit.name for unit in item.communities if unit.member]
    if members:
        facts.append(f"涉及联盟单位{'、'.join(members[:3])}")
    if item.also_in:
        facts.append(f"另有{len(item.also_in)}家刊载")
    if item.themes:
        facts.append(f"关乎{'、'.join(item.themes[:2])}")
    places = [name for name in item.districts if name in DISTRICTS]
    if places:
        facts.append(f"发生在{'、'.join(places[:3])}")
    return replace(item, why="，".join(facts) + "。" if facts else "")


def make_figures(sections: Sequence[Section]) -> Section:
    """Return the section that counts the others."""
    items = [item for section in sections for item in section.items]
    districts = sum(any(name in item.districts for item in items) for name in DISTRICTS)
    members = {unit.name for item in items for unit in item.communities if unit.member}
    outlets = {item.source_name for item in items}
    note = f"本期{len(items)}条，来自{len(outlets)}个来源，覆盖{districts}个区"
    note += f"，其中有{len(members)}家联盟单位的消息。" if members else "。"
    return Section(SectionKind.FIGURES, TITLES[SectionKind.FIGURES], note=note)


def make_subject(newsletter: Newsletter, number: int, sections: Sequence[Section]) -> str:
    """Return the mail's subject: the newsletter, the number, the first title."""
    label = f"第{number}期" if number else "试刊"
    head = sections[0].items[0].title if sections and sections[0].items else "本周暂无新稿"
    if len(head) > _SHOWN_TITLE:
        head = head[: _SHOWN_TITLE - 1] + "…"
    sign = "广告｜" if newsletter.commercial else ""
    return " ".join(f"{sign}{newsletter.name} {label}｜{head}".split())


def make_preheader(sections: Sequence[Section]) -> str:
    """Return what mail programs show after the subject: the titles that follow the first."""
    items = [item for section in sections for item in section.items][1:4]
    return "；".join(item.title[:40] for item in items)
