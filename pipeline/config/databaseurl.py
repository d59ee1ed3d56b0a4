"""``DATABASE_URL`` as PostgreSQL's own clients read it: place, user, parameters of the connection.

Each function raises ConfigError for what cannot be meant, and never shows a value. What this module
never does: connect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pipeline.config.addresses import split_url
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

# PostgreSQL 18, 32.1.2 "Parameter Key Words", without those that the address says by itself, that
# the program needs otherwise, and secrets: other users of the machine see how pg_dump was called.
_PARAMETERS = frozenset({
    "application_name", "channel_binding", "connect_timeout", "fallback_application_name",
    "gssdelegation", "gssencmode", "gsslib", "keepalives", "keepalives_count", "keepalives_idle",
    "keepalives_interval", "krbsrvname", "load_balance_hosts", "max_protocol_version",
    "min_protocol_version", "options", "passfile", "require_auth", "requirepeer", "sslcert",
    "sslcertmode", "sslcompression", "sslcrl", "sslcrldir", "sslkey", "sslmode", "sslnegotiation",
    "sslrootcert", "sslsni", "ssl_max_protocol_version", "ssl_min_protocol_version",
    "target_session_attrs", "tcp_user_timeout",
})  # fmt: skip
_PLACE = frozenset({"dbname", "host", "port", "user"})  # allowed there too: a socket has no other
_SECRET = frozenset({"password", "sslpassword"})
_NAME = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Database:
    """Where a PostgreSQL database is, and how to connect to it."""

    name: str
    user: str
    password: str
    host: str  # a name, an address, or the folder of a socket; "": the usual socket
    port: str
    parameters: Mapping[str, str]  # sslmode, connect_timeout …, as libpq names them


def read_database_url(url: str) -> Database:
    """Return what the URL of a PostgreSQL database says.

    Raises:
        ConfigError: it is no address or another one's, names no database, or has a parameter that
            is not known.
    """
    parts = split_url("DATABASE_URL", url)
    if parts.scheme.startswith("sqlite"):
        raise ConfigError(
            "DATABASE_URL: expected postgresql://…; SQLite's file stands in the data directory "
            "(--data-dir) and needs no address: leave it unset"
        )
    try:
        port = str(parts.port or "")
    except ValueError:
        raise ConfigError("DATABASE_URL: the port is no number from 0 to 65535") from None
    given = _read_query(parts.query)
    name = given.pop("dbname", "") or unquote(parts.path.lstrip("/"))
    if not name:
        raise ConfigError("DATABASE_URL: names no database; expected postgresql://user@host/name")
    return Database(
        name=name,
        user=given.pop("user", "") or unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=given.pop("host", "") or unquote(parts.hostname or ""),
        port=given.pop("port", "") or port,
        parameters=given,
    )


def _read_query(query: str) -> dict[str, str]:
    """Return the parameters; a plus is a plus, as in PostgreSQL's clients."""
    found = {}
    for pair in filter(None, query.split("&")):
        name, has_value, value = pair.partition("=")
        if name in _SECRET:
            raise ConfigError(
                f"DATABASE_URL: {name} may not stand behind the question mark, where a list of "
                "processes shows it; a password stands before the host, or in a file that passfile "
                "names"
            )
        if name not in _PARAMETERS | _PLACE or not has_value:
            # What is no name may be the rest of a password that was not percent-encoded.
            shown = f" {name}" if _NAME.fullmatch(name) else ""
            raise ConfigError(
                f"DATABASE_URL: behind the question mark stands a parameter{shown} that is not "
                "known; expected such as sslmode=verify-full&connect_timeout=10"
            )
        found[name] = unquote(value)
    return found
