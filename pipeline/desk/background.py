"""A run started from the desk: the same command as on the command line, in a process of its own.

It goes on when the server is stopped or replaced. What this module never does: run anything in
the server's own process, or hold the run's lock.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from pipeline.desk.words import WORKS
from pipeline.errors import RefusedError
from pipeline.week import progress

if TYPE_CHECKING:
    from pipeline.config import Settings

_HOUSE = Path(__file__).resolve().parents[2]
_LOG = "progress.log"
_starting = threading.Lock()
_LAST = 400  # characters of what a process said as it failed


def start(settings: Settings, work: str, week: str, user: str) -> threading.Thread:
    """Start ``run`` or ``draft`` for a week; return the thread that waits for its end.

    Raises:
        RefusedError: a run is under way; the message says which.
    """
    with _starting:
        state = progress.read(settings.data_dir)
        if state is not None and state.alive:
            raise RefusedError(
                _("%(work)s（%(week)s）正在进行，请等它完成。")
                % {"work": WORKS.get(state.work, state.work), "week": state.week}
            )
        command = [
            sys.executable, "-m", "pipeline", "--config", str(settings.config_path.absolute()),
            "--data-dir", str(settings.data_dir.absolute()), "--quiet", work, "--week", week,
        ]  # fmt: skip
        path = os.pathsep.join(filter(None, [str(_HOUSE), os.environ.get("PYTHONPATH", "")]))
        # Into a file: a pipe would break with the server, and the run with the pipe.
        with (settings.data_dir / _LOG).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own program; work and week were checked
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=os.environ | {"PYTHONPATH": path},
                start_new_session=True,  # Ctrl-C on the server is not meant for the run
            )
        progress.announce(settings.data_dir, work, week, user, process.pid)
    waiting = threading.Thread(target=_see_out, args=(settings, process), daemon=True)
    waiting.start()
    return waiting


def _see_out(settings: Settings, process: subprocess.Popen[bytes]) -> None:
    """Wait for the process; one that ended before it began leaves its last line as the reason."""
    process.wait()
    lines = (settings.data_dir / _LOG).read_text("utf-8", "replace").strip().splitlines()
    said = lines[-1].removeprefix("error: ")[:_LAST] if lines else str(process.returncode)
    progress.fail(settings.data_dir, process.pid, said)
