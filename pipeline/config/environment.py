"""What the pipeline reads from the environment: every variable, checked, secrets wrapped.

Each function raises ConfigError, naming the variable, for a value that cannot be meant. What this
module never does: read ``feeds.yaml``, or show a secret.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from pipeline.config.addresses import is_loopback, split_url
from pipeline.config.databaseurl import read_database_url
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT: dict[str, str] = {
    "DATABASE_URL": "postgresql://…, with parameters of the connection behind a ?; SQLite in the data directory when unset",
    "SMTP_URL": "smtp://user:pass@host:port?starttls=1 or smtps://…",
    "ESP_KEY": "key of the provider that `delivery.esp` names",
    "ESP_URL": "address of its API, when it is not the usual one",
    "ESP_WEBHOOK_SECRET": "user:password of its webhooks at /hooks/NAME/tracking/; unset: none are heard",
    "SITE_URL": "address of the desk and the archive as readers reach it",
    "SECRET_KEY": "signs tokens and sessions; made and kept in the data directory when unset",
    "DKIM_KEY_FILE": "PEM private key, RSA-2048 or Ed25519; several separated by commas",
    "DKIM_SELECTOR": "selector of that key; several separated by commas",
    "DKIM_DOMAIN": "domain that signs; the sender's when unset",
    "IMAP_PASSWORD": "password of the mailbox that `bounces --imap` reads",
    "ROBOT_URLS": "group robots told of a new issue, as apprise writes them; comma separated",
    "EDITOR_ROBOT_URLS": "group robots that tell editors what is ready, due, signed, sent back or failed; comma separated",
    "PIPELINE_ALLOW_NETS": "otherwise refused networks that sources may stand in, e.g. 127.0.0.0/8",
}
"""Every variable the pipeline reads, with its meaning; ``doctor`` lists them."""

_LEAST_WEBHOOK_SECRET = 16  # characters


def split_list(value: str) -> tuple[str, ...]:
    """Return the entries of a comma-separated value."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def get_secret_url(environ: Mapping[str, str], name: str, schemes: set[str]) -> SecretStr | None:
    """Return a URL that may hold a password; None when it is unset."""
    value = environ.get(name, "").strip()
    if not value:
        return None
    parts = split_url(name, value)
    if parts.scheme not in schemes:
        raise ConfigError(f"{name}: expected {' or '.join(f'{one}://' for one in sorted(schemes))}")
    if "smtp" in schemes and not parts.hostname:
        raise ConfigError(f"{name}: names no host; expected smtp://user:pass@host:port")
    try:
        _ = parts.port
    except ValueError:
        raise ConfigError(f"{name}: the port is no number from 0 to 65535") from None
    return SecretStr(value)


def get_database_url(environ: Mapping[str, str]) -> SecretStr | None:
    """Return the URL of a PostgreSQL database; None when it is unset."""
    if value := environ.get("DATABASE_URL", "").strip():
        read_database_url(value)
    return get_secret_url(environ, "DATABASE_URL", {"postgresql", "postgres"})


def get_secret(environ: Mapping[str, str], name: str) -> SecretStr | None:
    """Return a secret; None when it is unset."""
    value = environ.get(name, "").strip()
    return SecretStr(value) if value else None


def check_esp_url(value: str) -> str:
    """Return the address of a provider's API as it was given."""
    parts = split_url("ESP_URL", value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ConfigError("ESP_URL: expected https:// and a host")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ConfigError("ESP_URL: only https:// over a network: the key would be readable")
    return value


def get_webhook_secret(environ: Mapping[str, str]) -> SecretStr | None:
    """Return ``user:password`` of a provider's webhooks; None when it is unset."""
    found = get_secret(environ, "ESP_WEBHOOK_SECRET")
    if found is not None:
        user, _, password = found.get_secret_value().partition(":")
        if not user or len(password) < _LEAST_WEBHOOK_SECRET:
            raise ConfigError(
                "ESP_WEBHOOK_SECRET: expected user:password, the password of 16 or more"
            )
    return found


def check_site_url(value: str) -> str:
    """Return the address of the site without a slash at its end."""
    value = value.strip().rstrip("/") or "http://127.0.0.1:8000"
    parts = split_url("SITE_URL", value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError(f"SITE_URL: expected http:// or https:// and a host, not {value!r}")
    return value


def read_networks(value: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Return the networks of a comma-separated value."""
    found = []
    for part in split_list(value):
        try:
            found.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            raise ConfigError(
                f"PIPELINE_ALLOW_NETS: {part!r} is no network; expected e.g. 127.0.0.0/8"
            ) from None
    return tuple(found)


def get_secret_key(environ: Mapping[str, str], data_dir: Path) -> SecretStr:
    """Return the signing secret; make one of 50 random bytes, readable by its owner only."""
    if environ.get("SECRET_KEY"):
        return SecretStr(environ["SECRET_KEY"])
    path = data_dir / "secret_key"
    try:
        if not path.exists():
            _make_secret(path)
        value = path.read_text(encoding="ascii").strip()
    except OSError as error:
        said = "cannot be read" if path.exists() else "cannot be written"
        raise ConfigError(f"{path}: {said}: {error.strerror}; see --data-dir") from None
    except UnicodeDecodeError:
        value = ""
    if not value:
        raise ConfigError(
            f"{path}: holds no secret; put it back from a backup, or remove it if there never was one"
        )
    return SecretStr(value)


def _make_secret(path: Path) -> None:
    """Put a new secret in place whole: of two that come first, both read the same one."""
    made, name = tempfile.mkstemp(prefix=".secret_key.", dir=path.parent)  # mode 600
    temporary = Path(name)
    try:
        with os.fdopen(made, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            return  # somebody else was quicker: theirs counts
        except OSError:  # a file system without hard links
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
