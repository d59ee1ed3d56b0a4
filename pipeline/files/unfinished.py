"""The note of a restore under way, in the data directory: what it puts back, and where what was is.

It stands from before anything is changed until all is settled; as long as it does nothing may be
sent, whoever was killed. What this module never does: put anything back.
"""

from __future__ import annotations

import json
import shlex
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pipeline.files.wholefile import PRIVATE, write_whole

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "restore.unfinished"


@dataclass(frozen=True, slots=True)
class Note:
    """What one restore wrote down before it changed anything."""

    backup: str = ""  # "": an earlier version was killed, which wrote nothing down
    former: str = ""  # where the database that stood there goes, or stands; "": there was none
    moved: bool = False  # it stands there for certain; False: look

    @property
    def command(self) -> str:
        """What has to be done before anything else."""
        return f"restore {shlex.quote(self.backup) if self.backup else 'PATH'}"


def read_note(data_dir: Path) -> Note | None:
    """Return the note of a restore that has not come to its end; None where there is none."""
    try:
        text = (data_dir / _NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    with suppress(ValueError, TypeError):  # empty: an earlier version's
        return Note(**json.loads(text))
    return Note()


def write_note(data_dir: Path, note: Note) -> None:
    """Put a note in place, whole even after a power cut."""
    write_whole(data_dir / _NAME, json.dumps(asdict(note)).encode(), PRIVATE)


def clear_note(data_dir: Path) -> None:
    """Remove it: all is settled, or nothing was changed."""
    (data_dir / _NAME).unlink()
