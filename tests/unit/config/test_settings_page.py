"""docs/settings.md says what the settings say, and every command has its example.

``UPDATE_GOLDEN=1`` writes the page anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic import BaseModel

from pipeline.cli import cli
from pipeline.config import FeedsFile
from pipeline.config.environment import ENVIRONMENT

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"
HEAD = """# Settings

Every key of `feeds.yaml` and every environment variable, as the program itself describes them. The keys
of a source stand in [sources.md](sources.md). Secrets come from the environment only.
"""


def write_page() -> str:
    parts = [HEAD]
    for name, field in FeedsFile.model_fields.items():
        shape: Any = field.annotation
        parts.append(f"## {name}\n\n{field.description}.\n")
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            rows = ["| key | default | meaning |", "| --- | --- | --- |"]
            for key, one in shape.model_fields.items():
                default = "required" if one.is_required() else f"`{one.default!r}`"
                rows.append(f"| `{key}` | {default} | {one.description} |")
            parts.append("\n".join(rows) + "\n")
    rows = ["| variable | meaning |", "| --- | --- |"]
    rows += [f"| `{name}` | {meaning} |" for name, meaning in ENVIRONMENT.items()]
    parts.append("## Environment\n\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def test_the_page_of_settings_says_what_the_settings_say() -> None:
    page = write_page()
    if os.environ.get("UPDATE_GOLDEN") == "1":
        PAGE.write_text(page, encoding="utf-8", newline="\n")
    assert page == PAGE.read_text(encoding="utf-8")


def list_commands(group: click.Group, path: str = "") -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name, command in group.commands.items():
        where = f"{path} {name}".strip()
        found.append((where, command))
        if isinstance(command, click.Group):
            found += list_commands(command, where)
    return found


@pytest.mark.parametrize(("name", "command"), list_commands(cli), ids=str)
def test_every_command_explains_itself_with_an_example(name: str, command: click.Command) -> None:
    assert command.help or command.short_help, name
    assert "Example:" in (command.epilog or ""), name
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name}"


def test_every_setting_describes_itself() -> None:
    for field in FeedsFile.model_fields.values():
        assert field.description
        shape: Any = field.annotation
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            assert all(one.description for one in shape.model_fields.values())
