"""Communities and villages that texts name and no table knows: offered to editors, never added.

Only what stands directly behind a known street or town is offered: 下应街道新名社区.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.chinese.simplify import simplify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.tag.gazetteer import Gazetteer

_UNIT = re.compile(r"([一-龥]{1,7}?)(社区|村)(?!民|委|里|口|庄|落|级|道|集体|镇|干|头)")
_NOT_NAMES = (
    "各", "全", "本", "该", "每个", "多个", "所有", "所辖", "下辖", "辖区",
    "的", "和", "与", "等", "及",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unknown:
    """A unit that texts name, with the street it stands behind."""

    name: str
    street: str
    district: str
    texts: int  # in how many texts
    sample: str  # the words around its first mention


def find_unknown(texts: Iterable[str], gazetteer: Gazetteer) -> list[Unknown]:
    """Return the units that the gazetteer does not know, those named most often first."""
    streets = sorted(gazetteer.streets, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, streets)))
    counted: Counter[tuple[str, str]] = Counter()
    samples: dict[tuple[str, str], str] = {}
    for text in texts:
        plain = simplify(text)
        found: set[tuple[str, str]] = set()
        for street in pattern.finditer(plain):
            unit = _UNIT.match(plain, street.end())
            if not unit or unit[1].startswith(_NOT_NAMES) or unit[1].endswith("的"):
                continue
            name = unit[1] + unit[2]
            if not gazetteer.get_places(name):
                key = (name, street.group())
                found.add(key)
                around = plain[max(0, street.start() - 8) : unit.end() + 12]
                samples.setdefault(key, " ".join(around.split()))
        counted.update(found)
    return [
        Unknown(name, street, gazetteer.streets[street], count, samples[name, street])
        for (name, street), count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
