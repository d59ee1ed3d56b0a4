"""What an editor does to an issue, as pure functions: an issue in, another out.

Nothing here reads or stores; what cannot be done is refused with a Chinese sentence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.assemble.choose import make_figures
from pipeline.assemble.headings import get_preheader, get_subject, get_why
from pipeline.assemble.sections import TITLES, get_card
from pipeline.assemble.typography import space
from pipeline.errors import NotFoundError, RefusedError
from pipeline.model import Section, SectionKind

if TYPE_CHECKING:
    from pipeline.config import Newsletter
    from pipeline.model import Issue, Item

EDITABLE: tuple[SectionKind, ...] = tuple(
    kind for kind in SectionKind if kind is not SectionKind.FIGURES
)
"""The sections an item may stand in; 数字看联盟 is counted, never edited."""

EDITED = (
    "title", "summary", "why", "text", "image", "events", "details",
    "source_name", "origin", "author", "editor", "url",
)  # fmt: skip
"""An item's fields that editors write."""


def get_item(issue: Issue, key: str) -> Item:
    """Return the item of that key.

    Raises:
        NotFoundError: the issue does not hold it.
    """
    for item in issue.items:
        if item.key == key:
            return item
    raise NotFoundError("这条稿件已不在本期，可能刚被移走，请刷新后再看。")


def find_place(issue: Issue, key: str) -> tuple[SectionKind, int]:
    """Return the section an item stands in and its place there, from 0.

    Raises:
        NotFoundError: the issue does not hold it.
    """
    for section in issue.sections:
        for index, item in enumerate(section.items):
            if item.key == key:
                return section.kind, index
    raise NotFoundError("这条稿件已不在本期，可能刚被移走，请刷新后再看。")


def place(issue: Issue, item: Item, kind: SectionKind, index: int) -> Issue:
    """Put an item at a place of a section, taking it from where it stood.

    ``index`` counts without the item; beyond the end means the end. A new lead gets its
    为何重要, a new case its card.

    Raises:
        RefusedError: the section is counted, not edited.
    """
    if kind not in EDITABLE:
        raise RefusedError("“%(kind)s”由系统统计，不能放稿件。", kind=TITLES[kind])
    if kind is SectionKind.LEAD and not item.why:
        item = replace(item, why=get_why(item))
    if kind is SectionKind.CASES and not item.details:
        item = replace(item, details=get_card(item.text))
    sections = {section.kind: section for section in remove(issue, item.key).sections}
    section = sections.get(kind, Section(kind, TITLES[kind]))
    items = list(section.items)
    items.insert(max(0, min(index, len(items))), item)
    sections[kind] = replace(section, items=tuple(items))
    return replace(issue, sections=_ordered(sections))


def bring_back(item: Item, first: Item, last: Item) -> Item:
    """Return an item with what editors made of it while it stood in an issue before.

    ``first`` is how it came into that issue, ``last`` how it left. What nobody touched is as the
    story has it now; a card and a 为何重要 that the system wrote are made anew where they belong.
    """
    ours = {"details": get_card(last.text), "why": get_why(last)}
    return replace(item, **{
        name: value
        for name in EDITED
        if (value := getattr(last, name)) not in (getattr(first, name), ours.get(name))
    })  # fmt: skip


def take_in(issue: Issue, earlier: Issue, drafted: Issue) -> Issue:
    """Return the issue with what editors made of an earlier one that it takes in.

    ``drafted``: the earlier one as the pipeline had made it. Items that they wrote, changed or
    added go along, those they took out go; foreword and 勘误 stand before the issue's own.
    """
    before = {item.key: item for item in drafted.items}
    after = {item.key: item for item in earlier.items}
    changed = {key: item for key, item in after.items() if before.get(key) != item}
    for key in before.keys() - after.keys():
        if any(item.key == key for item in issue.items):
            issue = remove(issue, key)
    sections = (
        replace(section, items=tuple(changed.get(item.key, item) for item in section.items))
        for section in issue.sections
    )
    issue = replace(issue, sections=tuple(sections))
    for section in earlier.sections:
        for item in section.items:
            if item.key in changed and all(one.key != item.key for one in issue.items):
                issue = place(issue, item, section.kind, len(issue.items))
    words = [one for one in (get_corrections(earlier), get_corrections(issue)) if one]
    if words:
        issue = write_corrections(issue, "\n".join(dict.fromkeys(words)))
    intro = [one for one in (earlier.intro, issue.intro) if one]
    return replace(issue, intro="\n".join(dict.fromkeys(intro)))


def move(issue: Issue, key: str, by: int) -> Issue:
    """Move an item up (negative) or down within its section, as far as there is room.

    Raises:
        NotFoundError: the issue does not hold it.
    """
    kind, index = find_place(issue, key)
    return place(issue, get_item(issue, key), kind, max(0, index + by))


def remove(issue: Issue, key: str) -> Issue:
    """Take an item out; a section left empty goes."""
    sections = {
        section.kind: replace(
            section, items=tuple(item for item in section.items if item.key != key)
        )
        for section in issue.sections
    }
    return replace(issue, sections=_ordered(sections))


def change(issue: Issue, key: str, /, **fields: Any) -> Issue:
    """Give an item other values.

    Raises:
        NotFoundError: the issue does not hold it.
    """
    changed = replace(get_item(issue, key), **fields)
    sections = tuple(
        replace(
            section,
            items=tuple(changed if item.key == key else item for item in section.items),
        )
        for section in issue.sections
    )
    return replace(issue, sections=sections)


def merge(issue: Issue, keep: str, gone: str, *, key: str) -> Issue:
    """Make two items one: ``keep`` stays and names the outlets of ``gone`` too.

    ``key`` is the merged story's key.

    Raises:
        NotFoundError: the issue does not hold ``keep``.
    """
    kept = get_item(issue, keep)
    other = next((item for item in issue.items if item.key == gone), None)
    outlets = (other.source_name, *other.also_in) if other else ()
    also = tuple(
        name for name in dict.fromkeys((*kept.also_in, *outlets)) if name != kept.source_name
    )
    return change(remove(issue, gone) if other else issue, keep, key=key, also_in=also)


def get_corrections(issue: Issue) -> str:
    """Return the issue's 勘误: what earlier issues had wrong; "" without any."""
    kind = SectionKind.CORRECTIONS
    return next((one.note for one in issue.sections if one.kind is kind), "")


def write_corrections(issue: Issue, words: str) -> Issue:
    """Return the issue with that 勘误; "" leaves it out."""
    kind = SectionKind.CORRECTIONS
    sections = {one.kind: one for one in issue.sections}
    section = sections.get(kind, Section(kind, TITLES[kind]))
    return replace(issue, sections=_ordered({**sections, kind: replace(section, note=words)}))


def set_type(item: Item) -> Item:
    """Return the item with our own words spaced; a title still as its source has it is quoted."""
    image = item.image
    return replace(
        item,
        title=item.title if item.title == item.original_title else space(item.title),
        summary=space(item.summary),
        why=space(item.why),
        image=replace(image, caption=space(image.caption)) if image else None,
    )


def finish(before: Issue, after: Issue, newsletter: Newsletter) -> Issue:
    """Return ``after`` with what is counted or derived made anew.

    The subject and the preheader follow the items as long as nobody has written their own.
    """
    kept = tuple(one for one in after.sections if one.kind is not SectionKind.FIGURES)
    if kept:
        sections = {one.kind: one for one in (*kept, make_figures(kept))}
        kept = _ordered(sections)
    derived: dict[str, Any] = {"sections": kept}
    old = before.sections
    if after.subject == get_subject(newsletter, before.number, old):
        derived["subject"] = get_subject(newsletter, after.number, kept)
    if after.preheader in {"", get_preheader(old)}:
        derived["preheader"] = get_preheader(kept)
    return replace(after, **derived)


def _ordered(sections: dict[SectionKind, Section]) -> tuple[Section, ...]:
    """Return the sections in the mail's order, without empty ones."""
    return tuple(
        sections[kind]
        for kind in SectionKind
        if kind in sections and (sections[kind].items or sections[kind].note)
    )
