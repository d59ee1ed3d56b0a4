"""The only room that knows tables: Django models, migrations, and queries that return values.

`setup` must run before any other module of this package is imported. What this package never
does: fetch, tag, choose, render or send.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def setup(config_path: Path, data_dir: Path) -> None:
    """Start Django with the settings that ``config_path`` and ``data_dir`` give.

    Raises:
        ConfigError: the settings are wrong.
    """
    os.environ["PIPELINE_CONFIG"] = str(config_path)
    os.environ["PIPELINE_DATA_DIR"] = str(data_dir)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.django_settings")
    import django  # noqa: PLC0415 - half a second that --help need not pay

    django.setup()


def migrate() -> None:
    """Bring the tables up to date; does nothing when they are."""
    from django.core.management import call_command  # noqa: PLC0415 - needs setup() first

    call_command("migrate", verbosity=0, interactive=False)
