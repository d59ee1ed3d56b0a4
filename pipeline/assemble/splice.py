"""Splicing: one document that holds every variant of every part, taken apart and joined anew.

A *master* is rendered and inlined once. Marks (comments that carry a secret of the issue's own
content) say where an item stands in full and where as one line, and which group of items may
move. An edition is then a walk over the parts. What this module never does: render or inline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Marks:
    """Writes the marks of one master. ``nonce``: what no outsider's text can contain."""

    nonce: str

    def variant(self, key: str, *, full: bool) -> Markup:
        """Open the form of item ``key`` (letters, digits) in full or as one line."""
        return self._mark(f"{'full' if full else 'line'} {key}")

    def group(self, name: str) -> Markup:
        """Open a group that may change its place with others."""
        return self._mark(f"group {name.encode().hex()}")

    def end(self, what: str) -> Markup:
        """Close an ``item`` or a ``group``."""
        return self._mark(f"end {what}")

    def _mark(self, body: str) -> Markup:
        return Markup(f"<!--{self.nonce} {body}-->")  # noqa: S704 - hexadecimal digits and keys


@dataclass(frozen=True, slots=True)
class _Choice:
    """One item in both forms."""

    key: str
    full: str
    line: str


@dataclass(frozen=True, slots=True)
class _Group:
    """A group of parts with a name by which editions order it."""

    name: str
    parts: tuple[str | _Choice, ...]


@dataclass(frozen=True, slots=True)
class Master:
    """A master taken apart."""

    parts: tuple[str | _Choice | _Group, ...]

    def join(self, *, in_full: Callable[[str], bool], order: Callable[[str], int]) -> str:
        """Return an edition: each item in one form, the groups sorted by ``order``.

        What stands between the groups stays where it is; equal groups keep their order.
        """
        pieces: list[str] = []
        for part in _sorted(self.parts, order):
            if isinstance(part, _Group):
                pieces += [_take(one, in_full) for one in part.parts]
            else:
                pieces.append(_take(part, in_full))
        return "".join(pieces)


def take_apart(text: str, nonce: str) -> Master:
    """Return the parts of a rendered master."""
    pieces = re.split(rf"<!--{re.escape(nonce)} ([a-z]+) ([^ >]+)-->", text)
    parts: list[str | _Choice | _Group] = [pieces[0]]
    inside: list[str | _Choice] | None = None  # the parts of the open group
    name = full = line = key = ""
    for kind, value, follows in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        here: list[str | _Choice] | list[str | _Choice | _Group]
        here = parts if inside is None else inside
        if kind == "full":
            key, full = value, follows
        elif kind == "line":
            line = follows
        elif kind == "group":
            name, inside = bytes.fromhex(value).decode(), [follows]
        elif value == "item":
            here.append(_Choice(key, full, line))
            here.append(follows)
        else:
            parts.append(_Group(name, tuple(inside or ())))
            parts.append(follows)
            inside = None
    return Master(tuple(part for part in parts if part != ""))


def _take(part: str | _Choice, in_full: Callable[[str], bool]) -> str:
    if isinstance(part, str):
        return part
    return part.full if in_full(part.key) else part.line


def _sorted(
    parts: Sequence[str | _Choice | _Group], order: Callable[[str], int]
) -> list[str | _Choice | _Group]:
    """Return the parts with the groups in their places sorted (stable)."""
    groups = iter(
        sorted(
            (part for part in parts if isinstance(part, _Group)), key=lambda one: order(one.name)
        )
    )
    return [next(groups) if isinstance(part, _Group) else part for part in parts]
