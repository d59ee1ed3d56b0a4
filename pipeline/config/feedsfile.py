"""Adding a source to feeds.yaml as a person would: at the end of the list, all else untouched.

What this module never does: write a file that cannot be read back with the source in it.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import fields
from typing import TYPE_CHECKING

from pipeline.config import FeedsFile
from pipeline.config.sourcerules import find_mistakes
from pipeline.errors import ConfigError, UsageError
from pipeline.files import datafile
from pipeline.files.wholefile import find_target, replacing
from pipeline.model import Source

if TYPE_CHECKING:
    from pathlib import Path

_WORDS = {"yes", "no", "true", "false", "null", "on", "off", "y", "n"}  # not texts in YAML
_EMPTY = re.compile(r"^sources:[ \t]*(?:\[[ \t]*\]|~|null|Null|NULL)")


def refuse_mistakes(source: Source) -> None:
    """Let a source pass that may stand in ``feeds.yaml``.

    Raises:
        UsageError: with one line for every mistake, as its keys are called there.
    """
    if mistakes := find_mistakes(source):
        raise UsageError("\n".join(f"{key}: {said}" for key, said in mistakes))


def add_source(path: Path, source: Source) -> str:
    """Write the source below the last one of ``feeds.yaml`` and return the lines as written.

    Comments, order, layout and line ends of everything else stay byte for byte.

    Raises:
        UsageError: the source may not stand there as it is.
        ConfigError: the file is wrong as it is, has the id already, or cannot be written.
    """
    refuse_mistakes(source)
    if find_target(path) is None:
        raise ConfigError(f"{path}: is no file that a source can be written into")
    before = datafile.load(path, FeedsFile)
    if any(one.id == source.id for one in before.sources):
        raise ConfigError(f"{path}: there is a source {source.id!r} already; give another --id")
    try:
        data = path.read_bytes()
        bare = data.removeprefix(codecs.BOM_UTF8)
        entry, new = _insert(bare.decode("utf-8"), source)
        after = datafile.read(path, new, FeedsFile)
        if after.sources != (*before.sources, source):
            raise ConfigError(f"{path}: the source cannot be added by itself; add it by hand")
        with replacing(path) as file:
            file.write(data[: len(data) - len(bare)] + new.encode())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
    return "\n".join(entry)


def _insert(text: str, source: Source) -> tuple[list[str], str]:
    """Return the lines of the source's entry, and the file's text with them in it."""
    lines = text.split("\n")  # a carriage return stays at the end of its line
    end = "\r" if lines[0].endswith("\r") else ""
    at, indent = _end_of_sources(lines)
    entry = _write_entry(source, indent)
    if at is None:
        at, added = len(lines), ["sources:", *entry]
    else:
        start = _sources_line(lines)
        lines[start] = _EMPTY.sub("sources:", lines[start])
        added = entry
    if at == len(lines):
        if lines[-1].strip():  # without an end of its own
            lines[-1] += end
            lines.append("")
        at = len(lines) - 1
    lines[at:at] = [line + end for line in added]
    return entry, "\n".join(lines)


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
