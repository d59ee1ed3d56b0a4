"""Settings: ``feeds.yaml`` and the environment, read once into frozen values.

Secrets come only from the environment and never appear in a message. What this module never
does: open a database, a socket or a log.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr, model_validator

from pipeline.config.environment import (
    check_esp_url,
    check_site_url,
    get_database_url,
    get_secret,
    get_secret_key,
    get_secret_url,
    get_webhook_secret,
    read_networks,
    split_list,
)
from pipeline.config.sections import CollectSettings, FeedsFile, Frozen, Newsletter
from pipeline.config.sourcerules import find_mistakes
from pipeline.errors import ConfigError, SourceNotFoundError
from pipeline.files import datafile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model import Source


class Settings(Frozen):
    """Everything the pipeline was told, read once and never changed."""

    config_path: Path
    data_dir: Path
    feeds: FeedsFile
    database_url: SecretStr | None
    smtp_url: SecretStr | None
    esp_key: SecretStr | None = None
    esp_url: str = ""
    esp_webhook_secret: SecretStr | None = None
    site_url: str
    secret_key: SecretStr
    dkim_key_files: tuple[Path, ...]
    dkim_selectors: tuple[str, ...]
    dkim_domain: str
    robot_urls: tuple[SecretStr, ...]
    editor_robot_urls: tuple[SecretStr, ...] = ()
    allow_nets: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

    @model_validator(mode="after")
    def _dkim_pairs(self) -> Settings:
        if len(self.dkim_key_files) != len(self.dkim_selectors):
            raise ValueError("DKIM_KEY_FILE and DKIM_SELECTOR need the same number of entries")
        return self

    @property
    def root(self) -> Path:
        """The folder of ``feeds.yaml``; relative paths in it start here."""
        return self.config_path.parent

    @property
    def secret(self) -> bytes:
        """The key that signs tokens and hashes addresses.

        It must outlive every mail and every suppression: with another one old links are void and
        the suppressed are not recognised.
        """
        return self.secret_key.get_secret_value().encode()

    @property
    def newsletter(self) -> Newsletter:
        """The masthead."""
        return self.feeds.newsletter

    @property
    def collect(self) -> CollectSettings:
        """Manners towards the web; site owners reach the sender where no other contact is set."""
        given = self.feeds.collect
        contact = given.contact or self.newsletter.sender_email
        return given.model_copy(update={"contact": contact})

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that are switched on."""
        return tuple(source for source in self.feeds.sources if source.enabled)

    def get_source(self, source_id: str) -> Source:
        """Return the source of that id, switched on or not.

        Raises:
            SourceNotFoundError: naming the ids there are.
        """
        for source in self.feeds.sources:
            if source.id == source_id:
                return source
        known = ", ".join(source.id for source in self.feeds.sources)
        raise SourceNotFoundError(
            f"no source {source_id!r} in {self.config_path}; there are: {known}"
        )


def load_settings(
    config_path: Path, data_dir: Path, environ: Mapping[str, str] | None = None
) -> Settings:
    """Read ``feeds.yaml`` and the environment; make the data directory and the secret if missing.

    Raises:
        ConfigError: every mistake at once, each with file, line and key.
    """
    environ = os.environ if environ is None else environ
    feeds = datafile.load(config_path, FeedsFile)
    mistakes = [
        (("sources", index, key), f"sources.{index}.{key}: {said}")
        for index, source in enumerate(feeds.sources)
        for key, said in find_mistakes(source)
    ]
    known = [source.id for source in feeds.sources]
    mistakes += [
        (
            ("sources", index, "id"),
            f"sources.{index}.id: {one!r} stands twice; every source needs its own",
        )
        for index, one in enumerate(known)
        if one in known[:index]
    ]
    if mistakes:
        document = datafile.read_yaml(config_path)  # once more, for the lines
        lines = [
            f"{config_path}:{datafile.line_of(document, keys)}: {said}" for keys, said in mistakes
        ]
        raise ConfigError("\n".join(lines))
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{data_dir}: cannot be made: {error.strerror}; see --data-dir") from None
    keys = split_list(environ.get("DKIM_KEY_FILE", ""))
    selectors = split_list(environ.get("DKIM_SELECTOR", ""))
    if len(keys) != len(selectors):
        raise ConfigError("DKIM_KEY_FILE and DKIM_SELECTOR need the same number of entries")
    return Settings(
        config_path=config_path,
        data_dir=data_dir,
        feeds=feeds,
        database_url=get_database_url(environ),
        smtp_url=get_secret_url(environ, "SMTP_URL", {"smtp", "smtps"}),
        esp_key=get_secret(environ, "ESP_KEY"),
        esp_url=check_esp_url(environ.get("ESP_URL", "").strip()),
        esp_webhook_secret=get_webhook_secret(environ),
        site_url=check_site_url(environ.get("SITE_URL", "")),
        secret_key=get_secret_key(environ, data_dir),
        dkim_key_files=tuple(Path(key) for key in keys),
        dkim_selectors=selectors,
        dkim_domain=environ.get("DKIM_DOMAIN", "")
        or feeds.newsletter.sender_email.rpartition("@")[2],
        robot_urls=tuple(SecretStr(url) for url in split_list(environ.get("ROBOT_URLS", ""))),
        editor_robot_urls=tuple(
            SecretStr(url) for url in split_list(environ.get("EDITOR_ROBOT_URLS", ""))
        ),
        allow_nets=read_networks(environ.get("PIPELINE_ALLOW_NETS", "")),
    )
