"""PostgreSQL's dumps, by its own clients: one is written, one is put back.

What stood in the database before is moved into a schema beside in the same transaction: a restore
that fails half-way has changed nothing, and one that succeeds has lost nothing. What this module
never does: drop anything, or show a password.
"""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_ASIDE = "before_restore"  # and the moment: the schema of what stood there before
_FAULT = re.compile(r"\b(?:error|fatal|panic):\s+(.+)", re.IGNORECASE)

# Ours is what belongs, in the schema where tables are looked for, to whom our list of migrations
# belongs, but for what an extension brought. What hangs on a table goes with it. An owner needs to
# own no schema for this, as he would to rename one (before PostgreSQL 15 `public` is not his).
_MOVE = """
SET lock_timeout = '60s';
DO $move$
DECLARE
    here CONSTANT name := current_schema();
    whose CONSTANT oid := (
        SELECT relowner FROM pg_class WHERE oid = to_regclass(format('%I.django_migrations', here))
    );
    words text;
BEGIN
    IF whose IS NULL THEN RETURN; END IF;
    CREATE SCHEMA {aside};
    FOR words IN
        SELECT format('TABLE %I.%I', here, relname) FROM pg_class AS one
        WHERE relnamespace = here::text::regnamespace AND relowner = whose
            AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
            AND NOT EXISTS (
                SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = one.oid
                AND (deptype = 'e' OR relkind = 'S' AND deptype IN ('a', 'i'))
            )
        UNION ALL
        SELECT format('ROUTINE %s', oid::regprocedure) FROM pg_proc AS one
        WHERE pronamespace = here::text::regnamespace AND proowner = whose
            AND NOT EXISTS (
                SELECT FROM pg_depend
                WHERE classid = 'pg_proc'::regclass AND objid = one.oid AND deptype = 'e'
            )
    LOOP
        EXECUTE format('ALTER %s SET SCHEMA {aside}', words);
    END LOOP;
END $move$;
"""
_CHECK = """
RESET search_path;
DO $check$ BEGIN
    IF to_regclass(format('%I.django_migrations', current_schema())) IS NULL THEN
        RAISE EXCEPTION 'the backup holds no tables for the schema %', current_schema();
    END IF;
END $check$;
"""


def dump(url: str, target: Path) -> None:
    """Write the database of ``url`` into ``target``, without what restores have set aside.

    Raises:
        PipelineError: ``pg_dump`` is missing or failed.
    """
    _run(["pg_dump", "--format=custom", f"--exclude-schema={_ASIDE}_*", f"--file={target}"], url)


def list_aside(url: str) -> frozenset[str]:
    """Return the schemas in which restores have set aside what stood there.

    Raises:
        PipelineError: ``psql`` is missing or failed.
    """
    found = _ask(url, f"SELECT nspname FROM pg_namespace WHERE nspname LIKE '{_ASIDE}%'")  # noqa: S608 - our own word
    return frozenset(found.split())


def name_aside(taken: Collection[str]) -> str:
    """Return the name of a schema for what stands there now, other than those that are taken."""
    name = f"{_ASIDE}_{datetime.now(UTC):%Y%m%d_%H%M%S}"
    more = (f"{name}_{n}" for n in count(2))
    return name if name not in taken else next(one for one in more if one not in taken)


def has_tables(url: str) -> bool:
    """Say whether tables of ours stand where they are looked for.

    Raises:
        PipelineError: ``psql`` is missing or failed.
    """
    known = "to_regclass(format('%I.django_migrations', current_schema()))"
    return _ask(url, f"SELECT {known} IS NOT NULL") == "t"


def put_back(url: str, source: Path, aside: str) -> str:
    """Put a dump in place, and return ``aside`` where something stood there, which is in it now.

    All of it is one transaction. ``source`` stands in a folder where its SQL can be written too;
    ``aside`` is the name of a schema that there is not (`name_aside`).

    Raises:
        PipelineError: ``pg_restore`` or ``psql`` is missing or failed; nothing was changed.
    """
    here = _ask(url, "SELECT current_schema()")
    if not here:
        raise PipelineError("DATABASE_URL: there is no schema in which its user's tables stand")
    scripts = [source.with_name(f"{name}.sql") for name in ("move", "tables", "check")]
    move, tables, check = scripts
    move.write_text(_MOVE.format(aside=aside), encoding="utf-8")
    check.write_text(_CHECK, encoding="utf-8")
    _run(["pg_restore", "--no-owner", f"--schema={here}", f"--file={tables}", str(source)])
    words = [f"--file={one}" for one in scripts]
    _run(["psql", *_PLAINLY, "--single-transaction", "--output=/dev/null", *words], url)
    return aside if aside in list_aside(url) else ""


# Nobody's .psqlrc, no notices, and the first mistake ends it.
_PLAINLY = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"]


def _ask(url: str, query: str) -> str:
    return _run(["psql", *_PLAINLY, f"--command={query}"], url).strip()


def _run(command: list[str], url: str = "") -> str:
    """Run a client on the database of ``url``, whose password no list of processes shows."""
    parts = urlsplit(url)
    environ = dict(os.environ)
    if parts.password is not None:
        environ["PGPASSWORD"] = unquote(parts.password)
        place = parts.netloc.replace(f":{parts.password}@", "@")
        url = parts._replace(netloc=place).geturl()
    database = [f"--dbname={url}"] if url else []
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [*command, *database], check=True, capture_output=True, text=True, env=environ
        )
    except FileNotFoundError:
        raise PipelineError(
            f"{command[0]} is not installed: PostgreSQL's client is needed"
        ) from None
    except subprocess.CalledProcessError as error:
        said = _find_fault(str(error.stderr)) or "failed"
        raise PipelineError(
            f"{command[0]}: {said.replace(url, 'DATABASE_URL') if url else said}"
        ) from None
    return done.stdout


def _find_fault(said: str) -> str:
    """Return what went wrong of what a client said: the first error, not what follows of it."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for line in lines:
        if found := _FAULT.search(line):
            inner = _FAULT.search(found[1])  # a client's error that tells the server's
            return inner[1] if inner else found[1]
    return lines[0] if lines else ""
