"""Lists of readers and of members' contacts as CSV: rows to entries, and readers to rows.

What this module never does: touch the store; it maps values.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from pipeline.calendar import SHANGHAI
from pipeline.errors import UsageError
from pipeline.model import Preferences
from pipeline.reader.addresses import read_address
from pipeline.reader.choices import SECTIONS
from pipeline.reader.tables import split_list
from pipeline.reader.words import HOW, SUPPRESSED
from pipeline.store.imports import Entry, Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.reader.choices import Choices
    from pipeline.reader.tables import Line
    from pipeline.store.audience import Standing

READERS: dict[str, tuple[str, ...]] = {
    "email": ("邮箱", "邮箱地址", "电子邮箱", "电子邮件", "邮件地址", "e-mail", "mail"),
    "name": ("姓名", "名字", "称呼"),
    "districts": ("区", "区县", "关注的区", "district"),
    "themes": ("主题", "关注的主题", "theme"),
    "consent_at": ("同意日期", "同意时间", "consent date"),
    "consent": ("同意方式", "同意依据", "consent note"),
}
"""Columns of a list of readers; the English names are what an export writes."""

MEMBERS: dict[str, tuple[str, ...]] = {
    "unit": ("单位", "社区", "名称", "单位名称", "name"),
    "street": ("街道", "镇街", "街道（镇）", "街道(镇)"),
    "district": ("区", "区县", "所在区"),
    "kind": ("类型", "类别"),
    "aliases": ("别名", "又名", "曾用名"),
    "telephone": ("电话", "联系电话", "单位电话", "contact"),
    "person": ("联系人", "书记", "姓名"),
    "email": READERS["email"],
    "consent_at": READERS["consent_at"],
    "consent": READERS["consent"],
}
"""Columns of a list of member units with their contacts."""

EXPORT = (
    "email", "name", "status", "districts", "themes", "sections", "units", "paused_until",
    "created_at", "confirmed_at", "left_at", "consent_at", "consent", "suppressed",
)  # fmt: skip


def read_readers(
    lines: Iterable[Line], choices: Choices, *, consent: str, today: date
) -> Iterator[Entry]:
    """Yield an entry for every line; what is wrong with it stands in ``fault``."""
    for line in lines:
        try:
            yield _read_reader(line, choices, consent, today)
        except UsageError as error:
            yield Entry(line.number, fault=to_note(error))


def read_contacts(
    lines: Iterable[Line], choices: Choices, *, consent: str, today: date
) -> Iterator[Entry]:
    """Yield an entry for every line of a members' list that names an address.

    A contact gets their own district, 取经 and 资源对接 in full unless they choose otherwise.
    """
    for line in lines:
        if not line.values.get("email"):
            continue
        try:
            district = choices.find_district(line.values.get("district", ""))
            yield Entry(
                number=line.number,
                email=read_address(line.values["email"]),
                name=_name(line.values["person"]) if "person" in line.values else None,
                defaults=Preferences(frozenset({district}), frozenset(), frozenset(SECTIONS)),
                units=(line.values.get("unit", ""),),
                **_consent(line, consent, today),
            )
        except UsageError as error:
            yield Entry(line.number, fault=to_note(error))


def to_note(error: UsageError) -> Note:
    """Return what is wrong with a line, its sentence and its values apart."""
    return Note(error.template, {name: str(value) for name, value in error.values.items()})


def write_reader(
    standing: Standing, consent_at: datetime | None, how: str, consent: str
) -> list[str]:
    """Return a reader as a row of `EXPORT`; an import reads it back."""
    reader = standing.reader
    chosen = reader.preferences
    return [
        reader.email, standing.name, standing.status,
        *("、".join(sorted(part)) for part in (chosen.districts, chosen.themes, chosen.sections)),
        "、".join(reader.units),
        reader.paused_until.isoformat() if reader.paused_until else "",
        *map(_stamp, (reader.created_at, reader.confirmed_at, reader.left_at, consent_at)),
        consent or str(HOW.get(how, "")), str(SUPPRESSED.get(standing.stopped, "")),
    ]  # fmt: skip


def _read_reader(line: Line, choices: Choices, consent: str, today: date) -> Entry:
    values = line.values
    email = read_address(values.get("email", ""))
    preferences = None
    if "districts" in values or "themes" in values:
        everything = {"全部", "全市", "all", "不限"}
        districts = [
            one for one in split_list(values.get("districts", "")) if one not in everything
        ]
        themes = [one for one in split_list(values.get("themes", "")) if one not in everything]
        preferences = choices.pick(
            [choices.find_district(one) for one in districts],
            [choices.find_theme(one) for one in themes],
        )
    return Entry(
        number=line.number,
        email=email,
        name=_name(values["name"]) if "name" in values else None,
        preferences=preferences,
        **_consent(line, consent, today),
    )


def _consent(line: Line, consent: str, today: date) -> dict[str, Any]:
    stated = line.values.get("consent", "") or consent
    if not stated:
        raise UsageError("没有写同意依据：请加「同意方式」一列，或用 --consent 说明")
    at = _moment(line.values.get("consent_at", ""), today)
    return {"consent": stated[:500], "consent_at": at}


def _moment(value: str, today: date) -> datetime | None:
    if not value:
        return None
    plain = (
        value.strip()
        .replace("年", "-")
        .replace("月", "-")
        .rstrip("日")
        .replace("/", "-")
        .replace(".", "-")
    )
    try:
        if "T" in value or ":" in value:
            found = datetime.fromisoformat(value)
            found = found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
        else:
            year, month, day = (int(part) for part in plain.split("-"))
            found = datetime.combine(date(year, month, day), time(), SHANGHAI)
    except ValueError:
        raise UsageError(
            "同意日期「%(value)s」看不懂，请写成 2026-03-01", value=value[:30]
        ) from None
    if found.astimezone(SHANGHAI).date() > today:
        raise UsageError("同意日期「%(value)s」在今天之后", value=value[:30])
    return found


def _name(value: str) -> str:
    if len(value) > 100:  # noqa: PLR2004 - the column's length
        raise UsageError("姓名超过 100 个字，是不是列错位了？")
    return value


def _stamp(at: datetime | None) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else ""
