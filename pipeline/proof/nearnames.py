"""Names of communities and villages one edit away from a member's: 幸福院社区, 幸福苑社区.

What this module never does: decide whether the member was meant; that takes the words before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.proof.rule import Unit


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The members by every form one edit away from their names."""

    forms: dict[str, list[Unit]]
    characters: frozenset[str]  # of all names: what has none of them is no edit away from any

    def find_near(self, words: str, suffix: str) -> Iterator[tuple[int, Unit]]:
        """Yield (length, member) for every ending of ``words`` one edit from a member's name."""
        if self.characters.isdisjoint(words):
            return
        for length in range(2, len(words) + 1):
            stem = words[-length:]
            keys = [f"{suffix}{stem[:at]}*{stem[at + 1 :]}" for at in range(length)]
            keys += [f"{suffix}-{stem}", f"{suffix}~{''.join(sorted(stem))}"]
            keys += [f"{suffix}+{stem[:at]}{stem[at + 1 :]}" for at in range(1, length)]
            for key in keys:
                for member in self.forms.get(key, ()):
                    yield length, member


@lru_cache(maxsize=4)
def index_names(members: tuple[Unit, ...]) -> NameIndex:
    """Return the members by every form one edit away: * changed, - missing, + more, ~ swapped."""
    found: dict[str, list[Unit]] = {}
    for member in members:
        suffix = "社区" if member.name.endswith("社区") else "村"
        stem = member.name.removesuffix(suffix)
        if len(stem) < 2:  # noqa: PLR2004 - one character says nothing
            continue
        forms = [f"{suffix}{stem[:at]}*{stem[at + 1 :]}" for at in range(len(stem))]
        forms += [f"{suffix}-{stem[:at]}{stem[at + 1 :]}" for at in range(1, len(stem))]
        for form in {*forms, f"{suffix}+{stem}", f"{suffix}~{''.join(sorted(stem))}"}:
            found.setdefault(form, []).append(member)
    letters = (member.name.removesuffix("社区").removesuffix("村") for member in members)
    return NameIndex(found, frozenset().union(*letters))
