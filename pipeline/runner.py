"""The week's run: stage after stage, under one lock, safe to repeat and to kill.

This is the only place where one stage follows another. Every stage stores what it made before
the next begins, so a run that was killed goes on where it stopped when it is started again.
What this module never does: print, parse arguments, or know how a stage works.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.model import Preferences
from pipeline.week.reference import get_reference
from pipeline.week.report import Draft, get_report
from pipeline.week.schedule import get_schedule, move_signed
from pipeline.week.tagger import load_tagger
from pipeline.week.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pipeline.calendar import Period
    from pipeline.collect import SourceResult
    from pipeline.config import Settings
    from pipeline.model import Article, Edition, Issue, Source
    from pipeline.proof import Report
    from pipeline.store.issues import Revision, TakenIn
    from pipeline.tag import Tagger
    from pipeline.week.report import SourceLine

_BATCH = 50  # articles tagged before they are stored


def collect(
    settings: Settings,
    sources: Sequence[Source],
    on_source: Callable[[SourceLine], None],
    *,
    insist: bool = False,
) -> list[SourceLine]:
    """Read the sources and store what each one gives as soon as it is there.

    ``insist``: also those that are muted or asked not to be visited so soon.
    """
    import asyncio

    from asgiref.sync import sync_to_async

    from pipeline.collect import SourceState
    from pipeline.collect import collect as collect_sources
    from pipeline.store import sources as stored
    from pipeline.week import harvests

    lines: list[SourceLine] = []

    def keep(results: Sequence[SourceResult]) -> None:
        for line in harvests.keep(results, _now()):
            lines.append(line)
            on_source(line)

    states = {key: SourceState.from_json(value) for key, value in stored.get_states().items()}
    asyncio.run(
        collect_sources(
            sources,
            root=settings.root,
            settings=settings.collect,
            allow_nets=settings.allow_nets,
            states=states,
            now=_now,
            on_results=sync_to_async(keep, thread_sensitive=True),
            insist=insist,
            keep_picture=partial(harvests.keep_picture, settings),
        )
    )
    position = {source.id: index for index, source in enumerate(sources)}
    return sorted(lines, key=lambda line: position[line.id])


def tag(
    settings: Settings,
    *,
    everything: bool = False,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> int:
    """Tag what is not tagged, or all again; return how many articles."""
    from pipeline.store import articles, taggings

    homes = {source.id: source.home for source in settings.feeds.sources}
    tagger: Tagger | None = None
    batch: list[Article] = []
    count = 0
    stored, tagged = articles.count_articles()
    total = stored if everything else stored - tagged

    def store_batch() -> None:
        nonlocal count
        if batch and tagger:
            pairs = [
                (
                    one,
                    tagger.tag(
                        one.title, one.text, published=one.published, home=homes.get(one.source_id)
                    ),
                )
                for one in batch
            ]
            count += taggings.add_taggings(pairs, _now())
            batch.clear()
            on_progress("tag", count, total)

    for article in articles.list_untagged(everything=everything):
        tagger = tagger or load_tagger(settings)
        batch.append(article)
        if len(batch) >= _BATCH:
            store_batch()
    store_batch()
    return count


def index(settings: Settings, tagger: Tagger | None = None) -> int:
    """Bring the search index up to date with what is stored; return how many documents."""
    from pipeline.store import search

    return search.index((tagger or load_tagger(settings)).cut)


def assemble(
    settings: Settings,
    period: Period,
    watch: Watch | None = None,
    *,
    before_proof: Callable[[Issue], None] = lambda _: None,
) -> Draft:
    """Assemble and proofread the week's draft, and write its files.

    An editor's version is never replaced: then that version is rendered and proofread again.
    ``before_proof`` is called with the issue that stands, before it is judged.
    """
    from pipeline.store import articles, issues

    watch = watch or Watch(lambda *_: None)
    with watch.stage("assemble"):
        revision, stories = _choose(settings, period)
        edition = _render(settings, revision.issue)
    before_proof(revision.issue)
    with watch.stage("proof"):
        report = _proofread(settings, revision.issue, edition)
        folder = write_draft(settings, revision.issue, edition, report)
    return Draft(
        issue=revision.issue,
        edition=edition,
        report=report,
        folder=folder,
        articles=articles.count_dated(period.starts, period.ends),
        stories=stories,
        edited=issues.was_edited(period.week),
    )


def _choose(settings: Settings, period: Period) -> tuple[Revision, int]:
    """Store the week's draft unless an editor's version stands; return what counts now.

    Returns:
        The revision, and how many stories there were to choose from.
    """
    from pipeline.assemble import assemble_issue, list_heard
    from pipeline.store import asides, coverage, drafts, issues, stories

    feeds, now = settings.feeds, _now()
    material = stories.list_stories(period.starts, period.ends)
    known = {story.key for story in material}
    held = [key for key in asides.list_held_keys(period.week) if key not in known]
    material += stories.get_stories(held)
    issue = assemble_issue(
        material,
        period=period,
        number=get_schedule(settings).number(period),
        newsletter=feeds.newsletter,
        limits=feeds.issue,
        source_names=feeds.outlets,
        own_sources=feeds.own_sources,
        used_keys=issues.list_used_keys(period.week, now, (period.starts, period.ends))
        | asides.list_hidden_keys(period.week),
        silent=coverage.count_silence(period.week, list_heard(material)),
    )
    taken = issues.list_taken_in(period.week, period.starts, period.ends)
    note = _say_taken(taken)
    stands = drafts.save_draft(_with_taken(settings, issue, taken), now, note)
    new = [one for one in taken if one.is_new]
    if new and issues.was_edited(period.week) and stands.issue.status in issues.OPEN:
        # An editor's version stands: what is taken in comes on top of it, once.
        more = _with_taken(settings, stands.issue, new)
        stands = drafts.add_revision(more, author="", expected=stands.n, at=now, note=note)
    return stands, len(material)


def _with_taken(settings: Settings, issue: Issue, taken: Sequence[TakenIn]) -> Issue:
    """Return the issue with what editors made of the drafts that it takes in."""
    from pipeline.assemble import finish, take_in

    more = issue
    for one in taken:
        more = take_in(more, one.issue, one.drafted)
    return finish(issue, more, settings.newsletter) if taken else issue


def _say_taken(taken: Sequence[TakenIn]) -> str:
    """Return what the history says of drafts that are taken in; "" for none."""
    names = "、".join(one.issue.week for one in taken)
    return f"节假日并期：{names}的编辑改动一并转入" if names else ""


def write_draft(settings: Settings, issue: Issue, edition: Edition, report: Report) -> Path:
    """Write an issue's files into its folder, and return that; each whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    from pipeline.assemble import make_files, write_files

    folder = settings.data_dir / "issues" / issue.week
    files = make_files(
        issue,
        edition,
        report.to_json(),
        newsletter=settings.newsletter,
        site_url=settings.site_url,
    )
    write_files(folder, files)
    return folder


def write_signed(settings: Settings, revision: Revision) -> None:
    """Write the files of what was signed, so that none of an earlier version lies about.

    They bear the day on which the issue goes out; the findings are those it was signed with.

    Raises:
        OSError: the folder cannot be written.
    """
    from pipeline.store import issues

    printed = issues.get_printed(revision.issue.week)
    edition, report, _ = render_revision(settings, revision)
    if printed != revision.issue:  # another day than the calendar's
        edition = _render(settings, printed)
    write_draft(settings, printed, edition, report)


def list_past_events(settings: Settings, revision: Revision) -> list[str]:
    """Return what is to say of announcements that are over by the day of sending.

    What was signed was judged by an earlier day.
    """
    from pipeline.store import issues

    printed = issues.get_printed(revision.issue.week)
    if printed.publishes_at <= revision.issue.publishes_at:
        return []
    report = render_revision(settings, replace(revision, issue=printed))[1]
    return [one.message for one in report.findings if one.rule == "event-over"]


def render_revision(settings: Settings, revision: Revision) -> tuple[Edition, Report, Path]:
    """Render a stored issue for somebody who follows everything, and proofread it."""
    edition = _render(settings, revision.issue)
    report = _proofread(settings, revision.issue, edition)
    return edition, report, settings.data_dir / "issues" / revision.issue.week


def _render(settings: Settings, issue: Issue) -> Edition:
    from pipeline.assemble import render

    return render(
        issue,
        newsletter=settings.newsletter,
        site_url=settings.site_url,
        preferences=Preferences(),
        count=settings.feeds.delivery.count,
    )


def _proofread(settings: Settings, issue: Issue, edition: Edition) -> Report:
    from pipeline.proof import proofread
    from pipeline.store import approvals, links

    return proofread(
        issue,
        reference=get_reference(settings),
        html=edition.html,
        text=edition.text,
        newsletter=settings.newsletter,
        signatures=tuple(approvals.list_signatures(issue.week)),
        links=links.get_checks(item.url for item in issue.items),
    )


def run(
    settings: Settings,
    period: Period,
    *,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
    on_source: Callable[[SourceLine], None] = lambda _: None,
) -> dict[str, Any]:
    """Collect, tag, assemble and proofread one week; return what ``run --json`` prints.

    Never sends. A second run changes nothing that an editor touched.

    Raises:
        PipelineError: a stage failed as a whole; a source that failed is a line of the report.
    """
    from pipeline.store import runs
    from pipeline.week import grouping, linkcheck

    move_signed(settings)
    watch = Watch(on_progress)
    run_id = runs.start_run(period.week, _now())
    with watch.stage("collect"):
        read = 0

        def count_source(line: SourceLine) -> None:
            nonlocal read
            read += 1
            on_progress("collect", read, len(settings.sources))
            on_source(line)

        lines = collect(settings, settings.sources, count_source)
    runs.set_stage(run_id, "tag")
    with watch.stage("tag"):
        tagged = tag(settings, on_progress=on_progress)
    with watch.stage("group"):
        grouping.group(settings, period)
    runs.set_stage(run_id, "assemble")

    def look(issue: Issue) -> None:
        with watch.stage("links"):
            linkcheck.check_links(settings, issue)
        runs.set_stage(run_id, "proof")

    draft = assemble(settings, period, watch, before_proof=look)
    with watch.stage("index"):
        index(settings)
    with watch.stage("tidy"):
        tidy(settings)
    report = get_report(period.week, lines, tagged, draft, watch.seconds)
    runs.finish_run(run_id, report, _now())
    return report


def draft(
    settings: Settings,
    period: Period,
    *,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> dict[str, Any]:
    """Assemble the week's draft again from what is stored; return what ``draft --json`` prints."""
    from pipeline.week import grouping

    move_signed(settings)
    watch = Watch(on_progress)
    with watch.stage("group"):
        grouping.group(settings, period)
    return get_report(period.week, [], 0, assemble(settings, period, watch), watch.seconds)


def tidy(settings: Settings) -> Mapping[str, int]:
    """Delete what is past its time (docs/subscribers.md lists the rules); return how much."""
    from pipeline.store import retention

    return retention.apply_retention(settings.feeds.readers, _now(), settings.secret)


def _now() -> datetime:
    return datetime.now(UTC)
