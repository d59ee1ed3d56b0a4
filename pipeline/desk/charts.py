"""Figures as SVG drawn on the server: positions and classes, no style, no script.

What this module never does: count; it is given rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHADES = 4  # classes c1 … c4; c0 is nothing


@dataclass(frozen=True, slots=True)
class Cell:
    """One square of a grid."""

    x: int
    y: int
    shade: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows by columns, each square shaded by its value."""

    width: int
    height: int
    rows: tuple[tuple[int, str], ...]  # (y of the text, name)
    columns: tuple[tuple[int, str], ...]  # (x of the text, name)
    cells: tuple[Cell, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of a chart: errors below, warnings on top."""

    x: int
    label: str
    errors: int
    warnings: int
    y_errors: float
    h_errors: float
    y_warnings: float
    h_warnings: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Stacked bars over weeks."""

    width: int
    height: int
    base: int
    most: int
    bars: tuple[Bar, ...]
    size: int


def make_grid(rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[int]]) -> Grid:
    """Return a grid; ``values[r][c]`` is 0 or more, shaded in four steps of the greatest."""
    size, left, top = 34, 84, 24
    most = max((value for row in values for value in row), default=0)
    cells = []
    for r, (name, row) in enumerate(zip(rows, values, strict=True)):
        for c, (column, value) in enumerate(zip(columns, row, strict=True)):
            shade = -(-value * _SHADES // most) if most else 0
            cells.append(
                Cell(
                    left + c * size,
                    top + r * size,
                    f"c{shade}",
                    _("%(name)s %(column)s：%(value)s条")
                    % {"name": name, "column": column, "value": value},
                    str(value) if value else "",
                )
            )
    return Grid(
        width=left + len(columns) * size + 4,
        height=top + len(rows) * size + 4,
        rows=tuple((top + r * size + size // 2 + 5, name) for r, name in enumerate(rows)),
        columns=tuple((left + c * size + size // 2, name) for c, name in enumerate(columns)),
        cells=tuple(cells),
        size=size - 4,
    )


def make_bars(rows: Sequence[tuple[str, int, int]]) -> Bars:
    """Return stacked bars of (week, errors, warnings), oldest first."""
    step, height, base = 44, 150, 122
    most = max((errors + warnings for _, errors, warnings in rows), default=0)
    scale = (base - 16) / most if most else 0.0
    bars = []
    for n, (week, errors, warnings) in enumerate(rows):
        h_errors, h_warnings = round(errors * scale, 1), round(warnings * scale, 1)
        bars.append(
            Bar(
                x=30 + n * step,
                label=week[5:],
                errors=errors,
                warnings=warnings,
                y_errors=base - h_errors,
                h_errors=h_errors,
                y_warnings=round(base - h_errors - h_warnings, 1),
                h_warnings=h_warnings,
            )
        )
    return Bars(
        width=30 + max(1, len(rows)) * step + 6, height=height, base=base, most=most,
        bars=tuple(bars), size=step - 14,
    )  # fmt: skip
