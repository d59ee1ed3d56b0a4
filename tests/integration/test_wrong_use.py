"""What a user can get wrong ends in one line that says what to do, and the contract's exit code."""

import json
import socket

import pytest
from click import Group
from click.testing import CliRunner

from pipeline.cli import cli


@pytest.mark.parametrize(
    ("code", "said", "arguments"),
    [
        (2, "expected a week of 2000 to 2199", ["run", "--week", "9999-W52"]),
        (2, "no source 'none' in", ["collect", "--source", "none"]),
        (2, "--test-to: 'nobody' is no address", ["send", "--week", "2026-W47", "--test-to", "nobody"]),
        (2, "no such folder", ["backup", "/nonexistent/folder/newsroom.tar.gz"]),
        (2, "no such folder", ["subscribers", "export", "/nonexistent/folder/list.csv"]),
        (1, "--imap: 127.0.0.1: ", ["bounces", "--imap", "imap://user@127.0.0.1:1/INBOX"]),
        (2, "--host nowhere.invalid: ", ["serve", "--host", "nowhere.invalid"]),
    ],
)  # fmt: skip
def test_a_wrong_word_is_named_in_one_line(empty_newsroom, code, said, arguments):
    done = empty_newsroom(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1), done.stderr
    assert said in done.stderr


@pytest.mark.parametrize(
    "words", [["--data-dir", "folder"], ["--config", "feeds.yaml"], ["--quiet"], ["-q"]]
)
def test_an_option_of_all_commands_behind_one_is_told_where_it_stands(empty_newsroom, words):
    done = empty_newsroom("proof", *words)
    assert done.returncode == 2
    assert (
        f"{words[0]} stands before the command: run_pipeline.py {words[0]} … proof" in done.stderr
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--id", "haishu_gov"], "id: expected small letters"),
        (["--id", "Haishu_News"], "id: expected small letters"),
        (["--id", "S X"], "id: expected small letters"),
        (["--id", "a" * 200], "id: expected small letters"),
        (["--id", "seed"], "id: there is a source 'seed' already"),
        (["--home", "鄞州区"], "home: expected one of 海曙 鄞州 "),
        (["--home", "宁波"], "home: expected one of"),
        (["--home", "火星"], "home: expected one of"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--dry-run"], ["--json"]])
def test_a_source_that_feeds_yaml_could_not_hold_is_refused_unasked(
    newsroom, own_feeds, words, said, more
):
    config = own_feeds("sources: [{id: seed, name: 一, kind: file, url: samples}]\n")
    before = config.read_bytes()
    with socket.create_server(("127.0.0.1", 0)) as site:
        site.settimeout(0)
        url = f"http://127.0.0.1:{site.getsockname()[1]}/"
        done = newsroom("sources", "add", url, *words, *more, config=config)
        with pytest.raises(BlockingIOError):
            site.accept()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert said in done.stderr
    assert config.read_bytes() == before


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "ftp://x", "mailto://x", "http://", "http://["]
)
def test_an_address_that_no_source_has_is_wrong_usage(newsroom, own_feeds, url):
    done = newsroom("sources", "add", url, config=own_feeds("sources: []\n"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert "url: " in done.stderr


def test_a_port_that_is_taken_is_said_before_anything_is_announced(empty_newsroom):
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = empty_newsroom("serve", "--port", str(other.getsockname()[1]))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "Address already in use; name another --port" in done.stderr


@pytest.mark.parametrize(
    "words",
    [["subscribers", "list", "--search", "\udcc4\udcfe"], ["users", "close", "\udcc4\udcfe"]],
)
def test_a_word_that_is_not_utf_8_is_said_to_be_so(empty_newsroom, words):
    done = empty_newsroom(*words)
    said = "error: '\\udcc4\\udcfe' on the command line is not UTF-8\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_a_file_without_a_labelled_text_is_not_evaluated_as_perfect(newsroom, tmp_path):
    lines = tmp_path / "labelled.jsonl"
    lines.write_text("\nnonsense\n", encoding="utf-8")
    done = newsroom("evaluate", str(lines), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "holds no labelled text" in done.stderr
    good = {"id": "1", "title": "示例", "text": "示例。", "districts": [], "themes": []}
    lines.write_text(f"nonsense\n{json.dumps(good)}\n", encoding="utf-8")
    done = newsroom("evaluate", str(lines), "--json")
    assert (done.returncode, json.loads(done.stdout)["n"]) == (0, 1)
    assert "1 of 2 lines are broken" in done.stderr


@pytest.mark.parametrize("command", ["reprints", "tag"])
def test_nothing_but_broken_lines_has_failed_and_one_good_line_is_done(newsroom, command):
    broken, good = "nonsense\n", '{"id": "1", "title": "示例", "text": "示例。"}\n'
    for text, code in ((broken, 1), (broken + good, 0), (good, 0), ("", 0)):
        done = newsroom(command, "--file", "-", text=text)
        assert (done.returncode, len(done.stdout.splitlines())) == (code, text.count("\n"))


def test_a_quiet_run_says_nothing_of_what_was_left_out_and_names_what_failed_once(
    newsroom, tmp_path
):
    config = tmp_path / "feeds.yaml"
    config.write_text(
        "newsletter: {name: 示例, sender_email: a@b.example, first_week: 2026-W45}\n"
        "sources: [{id: gone, name: 没有, kind: feed, url: none.xml}]\n",
        encoding="utf-8",
    )
    done = newsroom("-q", "run", "--week", "2026-W47", config=config)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.count("gone:") == 1
    done = newsroom("-q", "run", "--week", "2026-W47")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def list_groups(group):
    yield group
    for command in group.commands.values():
        if isinstance(command, Group):
            yield from list_groups(command)


def test_no_command_is_introduced_by_half_a_sentence():
    for group in list_groups(cli):
        said = CliRunner().invoke(group, ["--help"]).output
        assert [line for line in said.splitlines() if line.endswith("...")][1:] == []
