"""What people read on a terminal: lines, tables, and the help of every command."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from rich.table import Table

from pipeline.cli import cli
from pipeline.cli.context import Console

ROOT = Path(__file__).resolve().parents[3]
PROBE = """
import sys
from pipeline.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
heavy = {'imaplib', 'rich', 'ruamel.yaml', 'jieba', 'lxml', 'aiohttp', 'cryptography'}
print(sorted(heavy & set(sys.modules)))
"""


def test_a_line_is_printed_as_it_stands_without_what_would_steer_the_terminal(capsys):
    Console(quiet=False).print("[bold]示例[/bold] :smile:\x1b[2J\x9b1m\r\x07\t完")
    assert capsys.readouterr().out == "[bold]示例[/bold] :smile:[2J1m\t完\n"


def test_a_table_is_drawn(capsys):
    table = Table("名称")
    table.add_row("东兴社区")
    Console(quiet=False).print(table)
    assert "东兴社区" in capsys.readouterr().out


def test_nothing_is_printed_when_quiet_is_asked_for(capsys):
    Console(quiet=True).print("示例")
    assert capsys.readouterr().out == ""


def test_status_loads_nothing_that_it_does_not_use(tmp_path):
    command = [sys.executable, "-c", PROBE, "--data-dir", str(tmp_path / "var"), "status"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout + done.stderr


def list_commands(group, words=()):
    """Yield the words of every command there is, groups included."""
    for name, command in group.commands.items():
        if name == "manage":
            continue  # its help is Django's
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from list_commands(command, (*words, name))


@pytest.mark.parametrize("words", list(list_commands(cli)), ids=" ".join)
def test_every_command_has_help_with_an_example(words):
    done = CliRunner().invoke(cli, [*words, "--help"])
    assert done.exit_code == 0
    assert re.search(r"Example: (?:DATABASE_URL=\S+ )?python run_pipeline\.py", done.output)


def test_the_list_of_commands_is_whole():
    named = {words[0] for words in list_commands(cli)}
    assert named >= {
        "run", "collect", "tag", "reprints", "evaluate", "draft", "proof", "approve", "send",
        "deliveries", "bounces", "subscribers", "users", "members", "sources", "serve", "worker",
        "status", "doctor", "backup", "restore",
    }  # fmt: skip
