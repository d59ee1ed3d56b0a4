"""The wider vocabulary of the themes: a table of terms that people named, and how telling each is.

What this module never does: look for a term.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Row(NamedTuple):
    """One line of a vocabulary."""

    theme: str
    term: str
    points: float  # how telling people find it


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the lines of a vocabulary; those that begin with # are remarks.

    Raises:
        ConfigError: the file cannot be read, or a line is no row; it is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        if line.startswith("#") or not line.strip():
            continue
        try:
            theme, term, points = line.split("\t")
            yield Row(theme, term, float(points))
        except ValueError:
            raise ConfigError(
                f"{path.name}:{number}: expected theme, term and points, apart by tabs"
            ) from None
