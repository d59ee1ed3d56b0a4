from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from pipeline.config import load_settings
from pipeline.config.databaseurl import Database, read_database_url
from pipeline.config.environment import get_secret_key
from pipeline.errors import ConfigError

HEAD = "newsletter: {name: 示例, sender_email: a@example.org, first_week: 2026-W45}\n"


def load(tmp_path: Path, text: str = HEAD, **environ: str):
    path = tmp_path / "feeds.yaml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, tmp_path / "var", environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root:secret@host/db"), ("SMTP_URL", "http://user:secret@host"),
        ("SMTP_URL", "smtp://user:secret@host:mail"), ("SMTP_URL", "smtp://"),
        ("DATABASE_URL", "postgresql://user:secret@host:99999/db"),
        ("DATABASE_URL", "postgresql://user:secret@host"),
        ("DATABASE_URL", "postgresql://user@host/db?sslmode=require&password=secret"),
        ("DATABASE_URL", "postgresql://user@host/db?sslpassword=secret"),
        ("DATABASE_URL", "postgresql://user@host/db?ssl_mode=secret"),
        ("DATABASE_URL", "postgresql://user:@host/db?sslmode"),
        ("DATABASE_URL", "postgresql://user@se?secret@host/db"),
        ("DATABASE_URL", "sqlite:////srv/secret.sqlite3"), ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgresql://user:[secret]@host/db"),
        ("DATABASE_URL", "postgresql://user:se]cret@host/db"),
        ("DATABASE_URL", "postgresql://user@[::1/db"), ("SMTP_URL", "smtp://user:se[cret@host"),
        ("ESP_URL", "https://[secret"), ("SITE_URL", "https://[::1"),
        ("SITE_URL", "example.org"), ("PIPELINE_ALLOW_NETS", "127.0.0.0/99"), ("DKIM_KEY_FILE", "a.pem"),
    ],
)  # fmt: skip
def test_a_wrong_variable_is_named_and_its_secret_is_not(tmp_path, name, value):
    with pytest.raises(ConfigError, match=name) as caught:
        load(tmp_path, **{name: value})
    assert "secret" not in str(caught.value)


def test_the_address_of_a_database_says_how_to_connect_to_it():
    url = (
        "postgresql://keeper:p%40ss@db.example:6432/news%20room?sslmode=verify-full"
        "&sslrootcert=/etc/ca+1.pem&connect_timeout=10&options=-c%20statement_timeout%3D9s"
    )
    assert read_database_url(url) == Database(
        "news room", "keeper", "p@ss", "db.example", "6432",
        {"sslmode": "verify-full", "sslrootcert": "/etc/ca+1.pem", "connect_timeout": "10",
         "options": "-c statement_timeout=9s"},
    )  # fmt: skip
    socket = read_database_url("postgres:///news?host=/run/postgresql&user=keeper&port=5433")
    assert socket == Database("news", "keeper", "", "/run/postgresql", "5433", {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "keys and values"),
        (HEAD + "sources: [\n", "not valid YAML"),
        (HEAD.replace("2026-W45", "soon"), "first_week: expected a week"),
        (HEAD.replace("2026-W45", "2026-W99"), "first_week: the year 2026 has no week 99"),
        (HEAD.replace("示例", '"示例\\nBcc: b@example.org"'), "name: expected one line of text"),
        (HEAD.replace("示例", '" "'), "name: expected the newsletter's name"),
        (HEAD.replace("a@example.org", "nobody"), "expected an e-mail address"),
        (HEAD + "colect: {}\n", "did you mean 'collect'?"),
        (HEAD + "issue: {section_items: 0}\n", "issue.section_items: expected 1 or more, not 0"),
        (HEAD + "issue: {lead_items: 9}\n", "issue.lead_items: expected 3 or less, not 9"),
        (HEAD + "collect: {timeout: 0}\n", "collect.timeout: expected more than 0, not 0"),
        (HEAD + "delivery: {uncertain: maybe}\n", "expected 'hold' or 'resend', not 'maybe'"),
        (HEAD + "? [a]\n: b\n", "expected keys that are words"),
        (HEAD + "collect: {workers: many}\n", "collect.workers: expected a whole number, not 'many'"),
        (HEAD + "sources:\n- {id: a, name: b, kind: file, url: 'http://x'}\n", "needs a path"),
        (HEAD + "sources:\n- {id: a, name: b, kind: feed, url: 'ftp://x'}\n", "expected http://"),
        (HEAD + "sources:\n- {id: a, name: b, kind: feed, url: 'http://u:p@x/'}\n", "password"),
        (HEAD + "sources:\n- {id: a, name: b, kind: feed, url: x, home: 上海}\n", "expected one of"),
        (HEAD + "sources:\n- {id: a, name: b, kind: feed, url: x, pages: 0}\n", "expected 1 to 500"),
        (HEAD + "sources:\n- {id: a, name: b, kind: page, url: x, list: 'li[['}\n", "list: 'li[[' is no CSS"),
        (HEAD + "sources:\n- {id: a, name: b, kind: page, url: x, drop: ['::b(']}\n", "drop: '::b(' is no CSS"),
        (HEAD + "sources:\n- {id: a, name: b, kind: page, url: x, encoding: foo}\n", "expected a charset"),
        (HEAD + "sources:\n- &a {id: a, name: b, kind: feed, url: x}\n- *a\n", "stands twice"),
        (HEAD + "sources:\n- {name: b, kind: feed, url: x}\n", "id: this key is required"),
    ],
)  # fmt: skip
def test_a_mistake_gives_file_line_and_what_was_expected(tmp_path, text, said):
    with pytest.raises(ConfigError, match=r"feeds\.yaml:\d+: ") as caught:
        load(tmp_path, text)
    assert said in str(caught.value)


def test_the_second_of_two_sources_of_one_name_is_pointed_at(tmp_path):
    text = (
        HEAD
        + "sources:\n"
        + "".join(f"- id: {one}\n  name: 示例\n  kind: feed\n  url: x\n" for one in ("a", "b", "a"))
    )
    with pytest.raises(ConfigError, match=r"feeds\.yaml:11: sources\.2\.id: 'a' stands twice"):
        load(tmp_path, text)


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(ConfigError, match="no such file"):
        load_settings(tmp_path / "none.yaml", tmp_path)
    path = tmp_path / "feeds.yaml"
    path.write_bytes(b"newsletter: \xff\n")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_settings(path, tmp_path)


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = load(tmp_path).secret_key.get_secret_value()
    assert load(tmp_path).secret_key.get_secret_value() == first
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert first not in repr(load(tmp_path))


@pytest.mark.parametrize("spoilt", [b"", b"\n", b"\xff\xfe"])
def test_a_spoilt_secret_is_said_and_not_used(tmp_path, spoilt):
    load(tmp_path)
    (tmp_path / "var" / "secret_key").write_bytes(spoilt)
    with pytest.raises(ConfigError, match="secret_key: holds no secret"):
        load(tmp_path)


def test_several_that_start_at_once_agree_on_the_secret(tmp_path):
    gate = Barrier(8)

    def start(_number: int) -> str:
        gate.wait(20)
        return get_secret_key({}, tmp_path).get_secret_value()

    with ThreadPoolExecutor(8) as starters:
        (found,) = set(starters.map(start, range(8)))
    assert len(found) > 60
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_secret_that_somebody_wrote_is_kept(tmp_path):
    (tmp_path / "secret_key").write_text("示例".encode().hex(), encoding="ascii")
    assert get_secret_key({}, tmp_path).get_secret_value() == "示例".encode().hex()


def test_site_owners_reach_the_sender_where_no_other_contact_is_set(tmp_path):
    assert load(tmp_path).collect.contact == "a@example.org"
    other = HEAD + "collect: {contact: 'https://news.example/about'}\n"
    assert load(tmp_path, other).collect.contact == "https://news.example/about"
