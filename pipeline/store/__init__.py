"""The only room that knows tables: Django models, migrations, and queries that return values.

`setup` must run before any other module of this package is imported. What this package never
does: fetch, tag, choose, render or send.
"""

from __future__ import annotations

import os
import pkgutil
from contextlib import suppress
from pathlib import Path

from pipeline.errors import PipelineError


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
    _make_private()


def _make_private() -> None:
    """Make a new SQLite file one that only its owner reads: readers' addresses stand in it."""
    from django.conf import settings  # noqa: PLC0415 - the same

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        with suppress(OSError):  # whoever connects says it
            os.close(os.open(database["NAME"], os.O_RDONLY | os.O_CREAT, 0o600))


def migrate() -> None:
    """Bring the tables up to date; does nothing when they are.

    Raises:
        PipelineError: a newer version of the program has changed them.
    """
    done, known = _list_applied(), _list_known()
    # Other apps may have joined migrations of theirs; ours are never taken away.
    newer = sorted(name for app, name in done - known if app == "store")
    if newer:
        raise PipelineError(
            f"the database was used by a newer version of this program ({newer[-1]}): install that "
            "version again, or restore a backup made before it"
        )
    if known - done:
        from django.core.management import call_command  # noqa: PLC0415 - needs setup() first

        call_command("migrate", verbosity=0, interactive=False)


def _list_applied() -> set[tuple[str, str]]:
    """Return (app, migration) of what the database has been through; none for an empty one."""
    from django.db import DatabaseError, connection  # noqa: PLC0415 - needs setup() first

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return set(cursor.fetchall())
    except DatabaseError:  # no such table yet; what else is wrong, the migration says
        return set()


def _list_known() -> set[tuple[str, str]]:
    """Return (app, migration) of what the program brings; asking Django takes longer."""
    from django.apps import apps  # noqa: PLC0415 - needs setup() first

    return {
        (app.label, found.name)
        for app in apps.get_app_configs()
        for found in pkgutil.iter_modules([str(Path(app.path, "migrations"))])
        if found.name[0] not in "_~"
    }
