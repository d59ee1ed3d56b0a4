"""The week's stories that are not in the issue, scored, with the editors' filters on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.assemble import choose, list_heard
from pipeline.store import asides, coverage, issues, stories

if TYPE_CHECKING:
    from pipeline.calendar import Period
    from pipeline.config import IssueSettings
    from pipeline.model import Issue, Reason, Story
    from pipeline.store.asides import Aside

_LATE = timedelta(days=14)  # what is older when it comes is no news any more


@dataclass(frozen=True, slots=True)
class Candidate:
    """One story an editor may take."""

    story: Story
    reasons: tuple[Reason, ...]
    score: float
    aside: Aside | None  # None: neither held nor dropped
    late: bool = False  # of an earlier week, but first seen when that issue had been drafted


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of the list; empty means anything."""

    district: str = ""
    theme: str = ""
    member: str = ""
    source: str = ""
    text: str = ""

    def takes(self, story: Story) -> bool:
        """Say whether a story passes."""
        tagging, lead = story.tagging, story.lead
        if self.district and self.district not in (tagging.districts or ("none",)):
            return False
        if self.theme and self.theme not in tagging.themes:
            return False
        if self.member and all(one.name != self.member for one in tagging.communities):
            return False
        if self.source and all(one.article.source_id != self.source for one in story.members):
            return False
        return not self.text or self.text.casefold() in f"{lead.title}\n{lead.text}".casefold()


@dataclass(frozen=True, slots=True)
class Candidates:
    """The list, what was set aside, and what the filters may be set to."""

    listed: tuple[Candidate, ...]
    aside: tuple[Candidate, ...]
    count: int  # before the filters
    themes: tuple[str, ...]
    members: tuple[str, ...]
    sources: tuple[str, ...]


def list_candidates(
    issue: Issue, period: Period, limits: IssueSettings, wanted: Wanted
) -> Candidates:
    """Return the stories of the period that stand in no issue, best first.

    With them those that were held, and those that came too late for their own issue: a source
    that was down for a week loses nothing.

    The number of queries does not depend on the number of stories.
    """
    set_aside = asides.list_asides()
    material = stories.list_stories(period.starts, period.ends)
    known = {story.key for story in material}
    held = [key for key in asides.choose_held(set_aside, period.week) if key not in known]
    known.update(held)
    now = datetime.now(UTC)
    came = stories.list_late_keys(period.week, period.starts - _LATE, period.starts, now)
    late = [key for key in came if key not in known]
    if held or late:
        material += stories.get_stories([*held, *late])
    used = {item.key for item in issue.items} | issues.list_used_keys(issue.week, now)
    silent = coverage.count_silence(issue.week, list_heard(material))
    scored = choose.list_candidates(
        material, period=period, limits=limits, used_keys=frozenset(used), silent=silent
    )
    free = [
        Candidate(
            one.story,
            one.reasons,
            one.score,
            next((set_aside[key] for key in one.story.keys if key in set_aside), None),
            one.story.key in late,
        )
        for one in scored
    ]
    waiting = [one for one in free if not _is_aside(one, issue.week)]
    return Candidates(
        listed=tuple(one for one in waiting if wanted.takes(one.story)),
        aside=tuple(one for one in free if _is_aside(one, issue.week)),
        count=len(waiting),
        themes=tuple(sorted({name for one in free for name in one.story.tagging.themes})),
        members=tuple(
            sorted({
                unit.name for one in free for unit in one.story.tagging.communities if unit.member
            })
        ),
        sources=tuple(
            sorted({part.article.source_id for one in free for part in one.story.members})
        ),
    )  # fmt: skip


def score(story: Story, period: Period, limits: IssueSettings) -> choose.Candidate:
    """Return one story with the terms of its score."""
    silent = coverage.count_silence(period.week, list_heard([story]))
    return choose.list_candidates(
        [story], period=period, limits=limits, used_keys=frozenset(), silent=silent
    )[0]


def _is_aside(one: Candidate, week: str) -> bool:
    """Say whether a story waits for another week or is dropped; what was held earlier is back."""
    return one.aside is not None and (one.aside.kind == "dropped" or one.aside.week >= week)
