"""Gives every test process a data directory of its own, before anything reads Django's settings.

A plugin named in ``pyproject.toml``: conftest files are read after pytest-django has looked at the
settings, and processes of pytest-xdist would all take over the first one's folder.
"""

import os
import tempfile
from pathlib import Path

_DATA = tempfile.TemporaryDirectory(prefix="newsroom-test-", ignore_cleanup_errors=True)
os.environ["PIPELINE_DATA_DIR"] = _DATA.name
os.environ.setdefault("PIPELINE_CONFIG", str(Path(__file__).resolve().parent.parent / "feeds.yaml"))
