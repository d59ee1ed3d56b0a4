"""What comes back is read once, kept with its evidence, and acted on."""

from __future__ import annotations

import base64
import json
import socketserver
import ssl
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.cli.bounces import to_mailbox
from pipeline.model import DeliveryStatus, Preferences
from pipeline.store.bounces import add_bounce
from pipeline.store.models import BounceRow, DeliveryRow, IssueRow, SuppressionRow
from tests.mailhouse import write_certificate
from tests.readers import add_subscriber

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

AT = datetime(2026, 11, 24, tzinfo=UTC)
SECRET = b"secret"
HARD = (
    b"From: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\n"
    b"Content-Type: text/plain\r\n\r\n<nobody@mail.example>: 550 5.1.1 User unknown\r\n"
)


def deliver(reader: int, week: str) -> DeliveryRow:
    issue, _ = IssueRow.objects.get_or_create(
        week=week,
        defaults={"number": 1, "publishes_at": AT, "starts": AT, "ends": AT, "created_at": AT},
    )
    return DeliveryRow.objects.create(
        issue=issue, subscriber_id=reader, edition_key="all", status=DeliveryStatus.DELIVERED,
        message_id=f"<{week}.{reader}@news.example>", queued_at=AT,
    )  # fmt: skip


def bounce(
    kind: str, message_id: str = "", digest: str = "d", recipient: str = "", rule: str = "r"
) -> str:
    return add_bounce(
        secret=SECRET, kind=kind, recipient=recipient, message_id=message_id, rule=rule,
        words="550 示例", digest=digest, at=AT,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_hard_bounce_ends_the_delivery_and_suppresses_with_its_words() -> None:
    reader = add_subscriber("a@mail.example", preferences=Preferences(), at=AT, confirmed=True)
    row = deliver(reader.id, "2026-W47")
    assert bounce("hard", row.message_id) == "new"
    assert bounce("hard", row.message_id) == "known"
    row.refresh_from_db()
    assert (row.status, row.reply) == ("failed", "550 示例")
    (suppressed,) = SuppressionRow.objects.all()
    assert (suppressed.reason, suppressed.note) == ("hard", "r: 550 示例")
    assert list(
        BounceRow.objects.filter(subscriber_id=reader.id).values_list("kind", flat=True)
    ) == ["hard"]


@pytest.mark.django_db
def test_who_names_no_mail_of_ours_calls_nobody_dead_at_once() -> None:
    reader = add_subscriber("a@mail.example", preferences=Preferences(), at=AT, confirmed=True)
    assert bounce("hard", recipient="a@mail.example", digest="before any mail") == "unproven"
    forged = {"recipient": "a@mail.example", "message_id": "<guessed@news.example>"}
    for week in ("2026-W45", "2026-W46"):
        row = deliver(reader.id, week)
        for number in range(5):
            assert bounce("hard", digest=f"{week} {number}", **forged) == "unproven"
        row.refresh_from_db()
        assert row.status == "delivered"
    assert SuppressionRow.objects.count() == 0
    assert set(BounceRow.objects.values_list("kind", flat=True)) == {"soft"}
    deliver(reader.id, "2026-W47")
    assert bounce("hard", digest="the third issue", **forged) == "unproven"
    assert SuppressionRow.objects.get().reason == "soft"


@pytest.mark.django_db
def test_a_dead_address_that_a_reader_passes_their_mail_on_to_is_not_theirs() -> None:
    reader = add_subscriber("alive@a.example", preferences=Preferences(), at=AT, confirmed=True)
    row = deliver(reader.id, "2026-W47")
    assert bounce("hard", row.message_id, recipient="dead@elsewhere.example") == "unproven"
    row.refresh_from_db()
    assert row.status == "delivered"
    assert SuppressionRow.objects.count() == 0
    assert BounceRow.objects.get().delivery_id == row.pk
    assert bounce("hard", row.message_id, recipient="ALIVE@a.example", digest="own") == "new"
    assert SuppressionRow.objects.get().reason == "hard"


@pytest.mark.django_db
def test_soft_bounces_suppress_after_three_issues_in_a_row_only() -> None:
    reader = add_subscriber("b@mail.example", preferences=Preferences(), at=AT, confirmed=True)
    for number, week in enumerate(("2026-W45", "2026-W46", "2026-W47")):
        assert SuppressionRow.objects.count() == 0
        row = deliver(reader.id, week)
        assert bounce("soft", row.message_id, digest=str(number)) == "new"
    assert SuppressionRow.objects.get().reason == "soft"


@pytest.mark.django_db
def test_warnings_that_a_mail_is_late_are_kept_and_count_for_nothing() -> None:
    reader = add_subscriber("b@mail.example", preferences=Preferences(), at=AT, confirmed=True)
    for week in ("2026-W45", "2026-W46", "2026-W47"):
        row = deliver(reader.id, week)
        assert bounce("soft", row.message_id, digest=week, rule="delayed") == "new"
    assert bounce("soft", row.message_id, digest="at last") == "new"
    assert BounceRow.objects.count() == 4
    assert SuppressionRow.objects.count() == 0


@pytest.mark.django_db
def test_blocks_and_people_who_are_away_suppress_nobody() -> None:
    reader = add_subscriber("c@mail.example", preferences=Preferences(), at=AT, confirmed=True)
    row = deliver(reader.id, "2026-W47")
    for kind in ("block", "auto-reply"):
        assert bounce(kind, row.message_id, digest=kind) == "new"
    assert SuppressionRow.objects.count() == 0
    assert bounce("complaint", recipient="C@mail.example", digest="c") == "new"
    assert SuppressionRow.objects.get().reason == "complaint"
    assert bounce("hard", recipient="stranger@mail.example", digest="s") == "stranger"


def test_a_maildir_is_read_once_and_a_file_may_come_by_standard_input(
    empty_newsroom, tmp_path: Path
):
    new = tmp_path / "mail" / "new"
    new.mkdir(parents=True)
    (new / "1.M1.host").write_bytes(HARD)
    done = empty_newsroom("bounces", "--maildir", str(tmp_path / "mail"), "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["read"], report["hard"], report["stranger"]) == (1, 1, 1)
    assert list(new.iterdir()) == []
    assert len(list((tmp_path / "mail" / "cur").iterdir())) == 1

    again = json.loads(
        empty_newsroom("bounces", "--maildir", str(tmp_path / "mail"), "--json").stdout
    )
    assert again["read"] == 0
    piped = json.loads(empty_newsroom("bounces", "-", "--json", text=HARD.decode()).stdout)
    assert piped["hard"] == 1
    assert empty_newsroom("bounces", str(tmp_path / "none.eml")).returncode == 2
    refused = empty_newsroom("bounces", "--imap", "imap://user:geheim@mail.example/INBOX")
    assert refused.returncode == 2
    assert "geheim" not in refused.stderr


def test_a_readers_answer_in_the_same_mailbox_stays_unread(empty_newsroom, tmp_path):
    new = tmp_path / "mail" / "new"
    new.mkdir(parents=True)
    letter = "From: reader@mail.example\nSubject: 回复\n\n（示例）第三条的日期写错了。\n"
    (new / "1").write_text(letter, encoding="utf-8")
    done = empty_newsroom("bounces", "--maildir", str(new.parent))
    assert done.returncode == 0, done.stderr
    assert "1: unknown (none), left unread" in done.stdout
    assert [one.name for one in new.iterdir()] == ["1"]
    assert json.loads(empty_newsroom("bounces", "--maildir", str(new.parent), "--json").stdout)[
        "unknown"
    ]


class Box:
    """A mailbox by IMAP on loopback; what is wrong with it can be set."""

    def __init__(self, messages: dict[str, bytes], keys: ssl.SSLContext | None = None) -> None:
        """``keys``: its certificate, when it is to be spoken to over TLS."""
        self.messages = messages
        self.heard: list[str] = []
        self.seen: list[str] = []
        self.wrong: dict[str, str] = {}  # command -> what is answered; "": hangs up
        self.refused = ""  # the message that is not given
        self.signed_in = ""  # the words of AUTHENTICATE
        outer = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                while words := self.rfile.readline().decode().split():
                    tag, verb = words[0], words[2] if words[1] == "UID" else words[1]
                    outer.heard.append(verb)
                    said = outer.wrong.get(verb, "OK done")
                    if not said:
                        return
                    if verb == "AUTHENTICATE":
                        self.wfile.write(b"+ \r\n")
                        outer.signed_in = base64.b64decode(self.rfile.readline()).decode()
                    if verb == "FETCH" and words[3] == outer.refused:
                        said = "NO such message"
                    if said.startswith("OK"):
                        self.wfile.write(outer.answer(verb, words[3:]))
                    self.wfile.write(f"{tag} {said}\r\n".encode())

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def get_request(self) -> tuple[socket.socket, object]:
                found, address = super().get_request()
                return (keys.wrap_socket(found, server_side=True) if keys else found), address

        self.server = Server(("127.0.0.1", 0), Talk)
        self.url = (
            f"imap{'s' if keys else ''}://weekly@127.0.0.1:{self.server.server_address[1]}/INBOX"
        )
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, verb: str, words: list[str]) -> bytes:
        if verb == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if verb == "SELECT":
            return f"* {len(self.messages)} EXISTS\r\n".encode()
        if verb == "SEARCH":
            new = [uid for uid in self.messages if uid not in self.seen]
            return f"* SEARCH {' '.join(new)}\r\n".encode()
        if verb == "FETCH":
            data = self.messages[words[0]]
            head = f"* {words[0]} FETCH (UID {words[0]} BODY[] {{{len(data)}}}\r\n"
            return head.encode() + data + b")\r\n"
        if verb == "STORE":
            self.seen.append(words[0])
        return b""


def test_a_mailbox_over_tls_is_asked_only_where_its_certificate_is_trusted(
    empty_newsroom, tmp_path: Path, monkeypatch
):
    certificate = tmp_path / "box.pem"
    write_certificate(certificate)
    keys = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    keys.load_cert_chain(certificate)
    one = Box({"1": HARD}, keys)
    try:
        done = empty_newsroom("bounces", "--imap", one.url)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert "certificate is not trusted: self-signed certificate; " in done.stderr
        assert "SSL_CERT_FILE" in done.stderr
        assert one.heard == [], "neither the name nor the password"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        done = empty_newsroom("bounces", "--imap", one.url, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["hard"] == 1
        done = empty_newsroom("bounces", "--imap", one.url.replace("127.0.0.1", "127.1"))
        assert "certificate is not trusted" in done.stderr, "it is another one's name"
    finally:
        one.close()


@pytest.fixture
def box() -> Iterator[Box]:
    one = Box({"1": b"From: a:; x\r\nSubject: hello\r\n\r\nx\r\n", "2": HARD})
    yield one
    one.close()


def test_a_mail_with_a_broken_header_keeps_no_later_bounce_from_being_read(
    empty_newsroom, box: Box
):
    done = empty_newsroom("bounces", "--imap", box.url, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["read"], report["unknown"], report["hard"]) == (2, 1, 1)
    assert box.seen == ["2"], "the other is left to a person"


@pytest.mark.parametrize(
    ("command", "said"),
    [("SEARCH", ""), ("FETCH", ""), ("STORE", ""), ("SEARCH", "NO not now"), ("STORE", "BAD what")],
)
def test_a_mailbox_that_fails_in_the_midst_is_one_line(
    empty_newsroom, box: Box, command: str, said: str
):
    box.wrong = {command: said}
    done = empty_newsroom("bounces", "--imap", box.url)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert done.stderr.startswith(f"error: --imap: 127.0.0.1: {command}: ")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("imaps://weekly:geheim＠box.example/INBOX", "cannot be read as imaps://"),
        ("imaps://weekly@box.example:abc/", "cannot be read as imaps://"),
        ("imap://weekly@box.example/INBOX", "only imaps:// over a network"),
        ("pop3://weekly@box.example/", "expected imaps://user@host/FOLDER"),
    ],
)
def test_an_address_that_is_none_is_one_line_without_the_password(empty_newsroom, url, said):
    done = empty_newsroom("bounces", "--imap", url)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert said in done.stderr
    assert "geheim" not in done.stderr


def test_folders_and_passwords_may_be_chinese(empty_newsroom, box: Box):
    url = box.url.replace("weekly@", "weekly:%E5%AF%86@").replace("/INBOX", "/退信")
    done = empty_newsroom("bounces", "--imap", url, "--json")
    assert done.returncode == 0, done.stderr
    assert box.signed_in == "\0weekly\0密"
    assert json.loads(done.stdout)["hard"] == 1


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("INBOX", '"INBOX"'),
        ("Sent Items", '"Sent Items"'),
        ("退信", '"&kABP4Q-"'),
        ("A&B/台北", '"A&-B/&U,BTFw-"'),
        ('say "hi"', '"say \\"hi\\""'),
    ],
)
def test_a_folder_is_named_as_imap_has_it(name, folder):
    assert to_mailbox(name) == folder


def test_a_message_that_the_mailbox_does_not_give_keeps_no_other_back(empty_newsroom, box: Box):
    box.refused = "1"
    done = empty_newsroom("bounces", "--imap", box.url, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["hard"] == 1
    assert box.seen == ["2"]
