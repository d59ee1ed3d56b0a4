"""Adding a source to feeds.yaml as a person would: at the end of the list, all else untouched.

What this module never does: write a file that cannot be read back with the source in it.
"""

from __future__ import annotations

import json
import os
from dataclasses import fields
from typing import TYPE_CHECKING

from pipeline import datafile
from pipeline.config import FeedsFile
from pipeline.errors import ConfigError
from pipeline.model import Source

if TYPE_CHECKING:
    from pathlib import Path

_WORDS = {"yes", "no", "true", "false", "null", "on", "off", "y", "n"}  # not texts in YAML


def add_source(path: Path, source: Source) -> str:
    """Write the source below the last one of ``feeds.yaml`` and return the lines as written.

    Comments, order and layout of everything else stay byte for byte.

    Raises:
        ConfigError: the file is wrong as it is, has the id already, or cannot be written.
    """
    document = datafile.read_yaml(path)
    before = datafile.validate(path, document if document is not None else {}, FeedsFile)
    if any(one.id == source.id for one in before.sources):
        raise ConfigError(f"{path}: there is a source {source.id!r} already; give another --id")
    text = path.read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    at, indent = _end_of_sources(lines)
    entry = _write_entry(source, indent)
    head = [] if at is not None else ["sources:"]
    place = len(lines) if at is None else at
    written = [*lines[:place], *head, *entry, *lines[place:]]
    if document is not None and document.get("sources") in ([], None) and at is not None:
        written[_sources_line(lines)] = "sources:"
    new = "\n".join(written) + "\n"
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(new, encoding="utf-8")
        after = datafile.load(temporary, FeedsFile)
        if after.sources != (*before.sources, source):
            raise ConfigError(f"{path}: the source cannot be added by itself; add it by hand")
        temporary.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)
    return "\n".join(entry)


def _sources_line(lines: list[str]) -> int:
    return next(n for n, line in enumerate(lines) if line.startswith("sources:"))


def _end_of_sources(lines: list[str]) -> tuple[int | None, str]:
    """Return the line after the last source, and the indent of the entries; None without a list."""
    start = next((n for n, line in enumerate(lines) if line.startswith("sources:")), None)
    if start is None:
        return None, "  "
    last, indent = start, "  "
    for number in range(start + 1, len(lines)):
        line = lines[number]
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if not line.startswith((" ", "-")):
            break
        if bare.startswith("- "):
            indent = line[: len(line) - len(line.lstrip())]
        last = number
    return last + 1, indent


def _write_entry(source: Source, indent: str) -> list[str]:
    """Return the entry's lines: the keys that differ from their defaults, in the model's order."""
    pairs = []
    for one in fields(Source):
        value = getattr(source, one.name)
        if one.name in {"id", "name", "kind", "url"} or value != one.default:
            pairs.append(f"{one.name}: {_scalar(value)}")
    return [f"{indent}{'- ' if n == 0 else '  '}{pair}" for n, pair in enumerate(pairs)]


def _scalar(value: object) -> str:
    """Return a value as YAML: JSON's form of a string or a list is YAML's too."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    text = str(value)
    plain = text.replace("-", "").replace("_", "").isalnum() and not text[:1].isdigit()
    if plain and not text.startswith("-") and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)
