"""The web archive as files: pages by number, district and theme, cards of stories, and feeds.

A pure function from the published issues to paths and bytes; any web server can serve them. What
this module never does: write a file, or show an issue that it was not given.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from pipeline.assemble.feeds import Entry, write_atom, write_json_feed, write_rss
from pipeline.assemble.headings import get_number
from pipeline.assemble.links import get_page, is_printed
from pipeline.assemble.outputs import event_ics, events_ics
from pipeline.assemble.sections import list_groups
from pipeline.assemble.templates import TEMPLATES, fill, get_day, get_short_day
from pipeline.model import DISTRICTS, SectionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.config import Newsletter
    from pipeline.model import Issue, Item, Section

SLUGS: dict[str, str] = dict(
    zip(DISTRICTS, ("haishu", "yinzhou", "jiangbei", "zhenhai", "beilun", "fenghua"), strict=True)
)
"""The districts' names in addresses."""

_IN_FEED = 30  # entries of a feed


@dataclass(frozen=True, slots=True)
class _Placed:
    """An item and where it appeared."""

    item: Item
    issue: Issue
    section: Section


def build_archive(
    issues: Sequence[Issue], *, newsletter: Newsletter, site_url: str, pictures: bool = False
) -> dict[str, bytes]:
    """Return every file of the archive by its path below ``/issues/``.

    ``issues`` are the published ones, in any order. ``pictures``: each issue has an ``og.png``
    beside its page (drawn elsewhere), which the pages then name.

    Raises:
        RenderError: naming the template and its line.
    """
    ordered = sorted(issues, key=lambda issue: issue.week, reverse=True)
    shelf = _Shelf(newsletter, site_url.rstrip("/"), pictures=pictures)
    placed = [
        _Placed(item, issue, section)
        for issue in ordered
        for section in issue.sections
        for item in section.items
    ]
    files = {"archive.css": (TEMPLATES / "archive" / "archive.css").read_bytes()}
    files["index.html"] = shelf.index(ordered, placed)
    for position, issue in enumerate(ordered):
        earlier = ordered[position + 1].week if position + 1 < len(ordered) else None
        later = ordered[position - 1].week if position else None
        files[f"{issue.week}/index.html"] = shelf.issue(issue, earlier, later)
        files[f"{issue.week}/events.ics"] = events_ics(
            issue, newsletter=newsletter, site_url=site_url
        )
    for one in placed:
        folder = f"{one.issue.week}/{one.item.key}"
        files[f"{folder}/index.html"] = shelf.story(one)
        for number in range(1, len(one.item.events) + 1):
            files[f"{folder}/{number}.ics"] = event_ics(
                one.issue, one.item, number, newsletter=newsletter, site_url=site_url
            )
    for name, slug in SLUGS.items():
        there = [one for one in placed if name in one.item.districts]
        files |= shelf.shelf(f"{slug}", f"{name}的消息", there)
    themes = Counter(theme for one in placed for theme in one.item.themes)
    files["themes/index.html"] = shelf.themes(themes)
    for name in themes:
        there = [one for one in placed if name in one.item.themes]
        files |= shelf.shelf(f"themes/{name}", f"主题：{name}", there)
    return files | shelf.feeds(ordered)


class _Shelf:
    """Draws pages with what all of them share."""

    def __init__(self, newsletter: Newsletter, base: str, *, pictures: bool) -> None:
        self._newsletter = newsletter
        self._base = base
        self._pictures = pictures

    def index(self, issues: Sequence[Issue], placed: Sequence[_Placed]) -> bytes:
        years: dict[int, list[dict[str, Any]]] = {}
        for issue in issues:
            years.setdefault(issue.publishes_at.year, []).append(
                {
                    "week": issue.week,
                    "number": get_number(issue.number),
                    "headline": issue.items[0].title if issue.items else "本期暂无稿件",
                    "date": get_day(issue.publishes_at),
                    "count": len(issue.items),
                }
            )
        return self._page(
            "index.html",
            "",
            f"{self._newsletter.name}　往期",
            self._newsletter.slogan or self._newsletter.name,
            years=list(years.items()),
            bar=_bar([one.item for one in placed]),
        )

    def issue(self, issue: Issue, earlier: str | None, later: str | None) -> bytes:
        return self._page(
            "issue.html",
            f"{issue.week}/",
            issue.subject,
            issue.preheader or issue.subject,
            issue=issue,
            number=get_number(issue.number),
            date=get_day(issue.publishes_at),
            covers=f"{get_short_day(issue.starts)}—{get_short_day(issue.ends, back=1)}",
            bar=_bar(issue.items),
            groups=list_groups,
            earlier=earlier,
            later=later,
            SectionKind=SectionKind,
        )

    def story(self, one: _Placed) -> bytes:
        return self._page(
            "story.html",
            f"{one.issue.week}/{one.item.key}/",
            f"{one.item.title}　{self._newsletter.name}",
            one.item.summary or one.item.title,
            issue=one.issue,
            item=one.item,
            section=one.section.title,
            leads=one.section.kind is SectionKind.LEAD,
            printed=is_printed(one.item),
            number=get_number(one.issue.number),
        )

    def themes(self, counted: Counter[str]) -> bytes:
        ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        title = f"{self._newsletter.name}　主题"
        return self._page("themes.html", "themes/", title, title, themes=ranked)

    def shelf(self, folder: str, heading: str, there: Sequence[_Placed]) -> dict[str, bytes]:
        address = f"{quote(folder)}/"
        entries = [(one.item, one.issue.week, get_number(one.issue.number)) for one in there]
        title = f"{heading}　{self._newsletter.name}"
        page = self._page(
            "list.html",
            address,
            title,
            title,
            heading=heading,
            entries=entries,
            feed=f"{urlsplit(self._base).path}/issues/{address}atom.xml",
        )
        feed = [
            Entry(
                address=get_page(self._base, one.issue.week, one.item.key),
                title=one.item.title,
                summary=one.item.summary,
                at=one.issue.publishes_at,
            )
            for one in there[:_IN_FEED]
        ]
        atom = write_atom(title, f"{self._base}/issues/{address}", "atom.xml", feed)
        return {f"{folder}/index.html": page, f"{folder}/atom.xml": atom}

    def feeds(self, issues: Sequence[Issue]) -> dict[str, bytes]:
        home = f"{self._base}/issues/"
        entries = [
            Entry(
                address=f"{home}{issue.week}/",
                title=issue.subject,
                summary="；".join(item.title for item in issue.items),
                at=issue.publishes_at,
            )
            for issue in issues[:_IN_FEED]
        ]
        name = self._newsletter.name
        return {
            "atom.xml": write_atom(name, home, "atom.xml", entries),
            "rss.xml": write_rss(name, home, "rss.xml", entries),
            "feed.json": write_json_feed(name, home, "feed.json", entries),
        }

    def _page(
        self, template: str, address: str, title: str, description: str, **values: Any
    ) -> bytes:
        issue = values.get("issue")
        home = f"{self._base}/issues/"
        picture = f"{home}{issue.week}/og.png" if issue and self._pictures else ""
        shared = {
            "newsletter": self._newsletter,
            "base": urlsplit(self._base).path,  # pages work under whatever name they are reached
            "site": self._base,
            "address": home + address,
            "page_title": title,
            "description": description[:200],
            "picture": picture,
            "issue": issue,
            "slugs": SLUGS,
        }
        text = fill(TEMPLATES, f"archive/{template}", shared | values)
        return text.encode("utf-8", "replace")


def _bar(items: Sequence[Item]) -> list[tuple[str, str, int]]:
    return [
        (name, slug, sum(name in item.districts for item in items)) for name, slug in SLUGS.items()
    ]
