"""The register of member units as a YAML file: read, merged with a list, written back.

The register names units and their offices, never a person's address: contacts are readers and
stand in the store, where they can be forgotten. What this module never does: guess a unit.
"""

from __future__ import annotations

import io
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from ruamel.yaml import YAML

from pipeline.errors import UsageError
from pipeline.files import datafile
from pipeline.files.wholefile import PUBLIC, replacing
from pipeline.reader.lists import to_note
from pipeline.reader.tables import split_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.config import Settings
    from pipeline.reader.choices import Choices
    from pipeline.reader.tables import Line
    from pipeline.store.imports import Note

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "members.yaml"
_HEAD = "# The register of member units, written by `members import`; edit it as you like.\n"


class Unit(BaseModel):
    """A member unit, as far as lists know it; other keys of the file are kept as they are."""

    name: str
    street: str
    district: str
    kind: str = "社区"
    aliases: tuple[str, ...] = ()
    contact: str = ""


class _Register(BaseModel):
    members: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitLine:
    """What becomes of one line's unit."""

    number: int
    result: str  # new changed same duplicate invalid
    notes: tuple[Note, ...]  # what is to say of it
    unit: Unit | None  # None: invalid


def get_path(settings: Settings) -> Path:
    """Return the register in use."""
    own = settings.feeds.members
    return settings.root / own if own else SHIPPED


def load_units(path: Path) -> tuple[Unit, ...]:
    """Return the units of a register.

    Raises:
        ConfigError: the file is wrong; line and key are named.
    """
    return datafile.load(path, _Register).members


def judge_units(lines: Iterable[Line], known: Iterable[Unit], choices: Choices) -> list[UnitLine]:
    """Return what each line would change of the register."""
    stored = {(one.name, one.district): one for one in known}
    first: dict[tuple[str, str], int] = {}
    found = []
    for line in lines:
        try:
            unit = _read_unit(line, choices, stored)
        except UsageError as error:
            found.append(UnitLine(line.number, "invalid", (to_note(error),), None))
            continue
        place = (unit.name, unit.district)
        if place in first:
            note = to_note(UsageError("与第 %(first)s 行是同一单位", first=first[place]))
            found.append(UnitLine(line.number, "duplicate", (note,), unit))
            continue
        first[place] = line.number
        before = stored.get(place)
        result = "new" if before is None else "same" if before == unit else "changed"
        found.append(UnitLine(line.number, result, (), unit))
    return found


@contextmanager
def written_units(path: Path, lines: Iterable[UnitLine]) -> Iterator[None]:
    """Write the register with the new and changed units beside it; it takes its place at the end.

    What fails within leaves the register as it was. Comments stay.

    Raises:
        UsageError: there is no such folder.
    """
    changed = [one.unit for one in lines if one.unit and one.result in {"new", "changed"}]
    document = datafile.read_yaml(path) if path.exists() else datafile.read_yaml(SHIPPED)
    document = document or {}
    members = document.setdefault("members", [])
    for unit in changed:
        for node in members:
            if (node["name"], node["district"]) == (unit.name, unit.district):
                before = _to_node(Unit.model_validate(node))
                node.update({key: one for key, one in _to_node(unit).items() if one != before[key]})
                break
        else:
            members.append(_to_node(unit, exclude_defaults=True))
    text = io.StringIO()
    yaml = YAML(typ="rt")
    yaml.width = 4096
    yaml.dump(document, text)
    head = "" if text.getvalue().startswith("#") else _HEAD
    with replacing(path, PUBLIC) as file:
        file.write((head + text.getvalue()).encode())
        file.flush()  # a full disk has to be known before anything else is stored
        yield


def _to_node(unit: Unit, *, exclude_defaults: bool = False) -> dict[str, Any]:
    values = unit.model_dump(exclude_defaults=exclude_defaults)
    return {key: list(one) if isinstance(one, tuple) else one for key, one in values.items()}


def count_by_district(units: Iterable[Unit]) -> dict[str, int]:
    """Return how many units each district has."""
    return dict(Counter(one.district for one in units))


def _read_unit(line: Line, choices: Choices, stored: dict[tuple[str, str], Unit]) -> Unit:
    values = line.values
    name = values.get("unit", "")
    if not name:
        raise UsageError("没有写单位名称")
    district = choices.find_district(values.get("district", ""))
    before = stored.get((name, district))
    street = values.get("street", "") or (before.street if before else "")
    if not street:
        raise UsageError("「%(name)s」没有写街道或镇", name=name)
    given: dict[str, Any] = {
        "kind": values.get("kind", ""),
        "aliases": tuple(split_list(values.get("aliases", ""))),
        "contact": values.get("telephone", ""),
    }
    kept = before.model_dump() if before else {}
    return Unit(**{**kept, **{key: one for key, one in given.items() if one},
                   "name": name, "street": street, "district": district})  # fmt: skip
