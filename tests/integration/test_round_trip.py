"""The whole way with Debian's Postfix and Dovecot: sent, relayed, read by IMAP, left, bounced."""

from __future__ import annotations

import email
import imaplib
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import urllib.error
import urllib.request
from base64 import b64encode
from contextlib import contextmanager
from email import policy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from tests.mailhouse import DOMAIN, PASSWORD, MailHouse, await_true, why_not
from tests.mailroom import WEEK, Mailroom

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.mail,
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "-"),
]

SENDER = f"weekly@{DOMAIN}"
READER, SECOND, NOBODY = (f"{name}@{DOMAIN}" for name in ("jia", "yi", "gone"))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    # Not below pytest's folder: Postfix' and Dovecot's own users have to get through to it.
    path = Path(tempfile.mkdtemp(prefix="mailhouse-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def house(folder: Path) -> Iterator[MailHouse]:
    one = MailHouse(folder, ["weekly", "jia", "yi"])
    try:
        one.start()
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, str]]:
    """Return the environment that names two keys, and the DNS records that publish them."""
    folder = tmp_path_factory.mktemp("keys")
    both: dict[str, Any] = {
        "r": rsa.generate_private_key(65537, 2048),
        "e": ed25519.Ed25519PrivateKey.generate(),
    }
    records = {}
    for name, key in both.items():
        path = folder / f"{name}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )  # fmt: skip
        path.chmod(0o600)
        records[f"{name}._domainkey.{DOMAIN}"] = _record(key.public_key())
    return {
        "DKIM_KEY_FILE": f"{folder / 'r.pem'},{folder / 'e.pem'}",
        "DKIM_SELECTOR": "r,e",
        "DKIM_DOMAIN": DOMAIN,
    }, records


def _record(public: rsa.RSAPublicKey | ed25519.Ed25519PublicKey) -> str:
    kind, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if isinstance(public, rsa.RSAPublicKey):
        return "v=DKIM1; k=rsa; p=" + b64encode(public.public_bytes(kind, form)).decode()
    return "v=DKIM1; k=ed25519; p=" + b64encode(public.public_bytes_raw()).decode()


@pytest.fixture(scope="module")
def room(house, keys, signed_room, tmp_path_factory) -> Mailroom:
    folder = tmp_path_factory.mktemp("round-trip") / "room"
    shutil.copytree(signed_room, folder)
    one = Mailroom(folder, {"SMTP_URL": house.url, **keys[0]})
    text = one.config.read_text(encoding="utf-8")
    text, count = re.subn(r"sender_email: \S+", f"sender_email: {SENDER}", text)
    assert count == 1
    one.config.write_text(text, encoding="utf-8")
    one.subscribe([(READER, "海曙"), (SECOND, ""), (NOBODY, "鄞州")])
    return one


@pytest.fixture(scope="module")
def site(room) -> Iterator[str]:
    """Serve the readers' pages; every link of the mail leads there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    room.environ["SITE_URL"] = f"http://127.0.0.1:{port}"
    command = room.command("serve", "--port", str(port))
    log = (room.folder / "serve.log").open("wb")
    with (
        log,
        subprocess.Popen(command, stdout=log, stderr=log, env=room.environment()) as server,
    ):
        try:
            await_true(lambda: server.poll() is not None or _opens(port), "the site answers")
            yield room.environ["SITE_URL"]
        finally:
            server.terminate()
            server.wait(20)


def _opens(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def mailbox(house: MailHouse, user: str) -> Iterator[imaplib.IMAP4]:
    box = imaplib.IMAP4("127.0.0.1", house.imap, timeout=30)
    try:
        box.login(user, PASSWORD)
        box.select("INBOX")
        yield box
    finally:
        box.logout()


def read_mails(house: MailHouse, user: str) -> list[bytes]:
    with mailbox(house, user) as box:
        numbers = box.search(None, "ALL")[1][0].split()
        fetched: list[Any] = [box.fetch(one.decode(), "(BODY.PEEK[])")[1][0] for one in numbers]
        return [content for _, content in fetched]


def parse(content: bytes) -> Any:
    return email.message_from_bytes(content, policy=policy.default)


@pytest.fixture(scope="module")
def sent(room, site, house) -> dict[str, Any]:
    assert room.environ["SITE_URL"] == site, "every link of the mail leads there"
    room.publish_ago(0)
    report: dict[str, Any] = json.loads(room.must("send", "--week", WEEK, "--json"))
    for user in (READER, SECOND, SENDER):  # the bounce comes back to the sender
        await_true(partial(read_mails, house, user), f"{user} has mail")
    return report


def test_the_relay_takes_all_over_tls_and_readers_have_one_mail_each(sent, house):
    assert (sent["recipients"], sent["delivered"], sent["uncertain"]) == (3, 3, 0)
    for user in (READER, SECOND):
        (content,) = read_mails(house, user)
        message = parse(content)
        assert message["To"] == user
        assert message["Return-Path"] == f"<{SENDER}>"
        assert any("ESMTPS" in one for one in message.get_all("Received")), "without TLS"
        assert message.get_body(("plain",)).get_content().strip()
        assert "</html>" in message.get_body(("html",)).get_content()


@pytest.mark.usefixtures("sent")
def test_both_signatures_hold_for_dkimpy_after_the_relay(house, keys):
    records = {f"{name}.".encode(): text.encode() for name, text in keys[1].items()}
    (content,) = read_mails(house, READER)
    judge = dkim.DKIM(content)
    for index, algorithm in enumerate((b"rsa-sha256", b"ed25519-sha256")):
        assert judge.verify(idx=index, dnsfunc=lambda name, **_: records.get(name, b""))
        assert dict(judge.signature_fields)[b"a"] == algorithm
    broken = content.replace(b"Subject: ", b"Subject: X", 1)
    assert not dkim.verify(broken, dnsfunc=lambda name, **_: records.get(name, b""))


@pytest.mark.usefixtures("sent")
def test_the_signature_holds_for_opendkim(house, keys, tmp_path):
    program = shutil.which("opendkim", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("opendkim is not installed (.ci/system-packages)")
    public = tmp_path / "public"
    public.write_text("".join(f"{name} {text}\n" for name, text in keys[1].items()))
    config = tmp_path / "opendkim.conf"
    config.write_text(f"Mode v\nTestPublicKeys {public}\nUserID {os.getuid()}\n")
    (content,) = read_mails(house, READER)
    good, bad = tmp_path / "good.eml", tmp_path / "bad.eml"
    good.write_bytes(content.replace(b"\r\n", b"\n"))
    bad.write_bytes(good.read_bytes().replace(b"Subject: ", b"Subject: X", 1))
    said = {}
    for path in (good, bad):
        done = subprocess.run(
            [program, "-x", str(config), "-t", str(path), "-vv"],
            capture_output=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip
        said[path] = done.stdout + done.stderr
    passed = re.findall(r"dkim=pass[^;]*header\.a=([\w-]+)", said[good])
    assert passed == ["rsa-sha256", "ed25519-sha256"], said[good]
    assert "dkim=fail" in said[bad]
    assert "dkim=pass" not in said[bad]


@pytest.mark.usefixtures("sent")
def test_one_click_leaves_without_a_login_and_a_scanner_changes_nothing(house, room, site):
    message = parse(read_mails(house, SECOND)[0])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (address,) = re.findall(r"<(http[^>]+)>", message["List-Unsubscribe"])
    assert address.startswith(site)
    html = message.get_body(("html",)).get_content()
    for link in sorted({*re.findall(rf'"({re.escape(site)}/[^"]*)"', html), address}):
        with urllib.request.urlopen(link, timeout=30):  # noqa: S310 - our own site
            pass
    states = "SELECT email, status FROM subscriber ORDER BY email"
    assert dict(room.sql(states))[SECOND] == "active"
    data = b"List-Unsubscribe=One-Click"
    post = urllib.request.Request(address, data=data)  # noqa: S310 - our own site
    with urllib.request.urlopen(post, timeout=30) as answer:  # noqa: S310 - likewise
        assert answer.status == 200
        assert not answer.headers.get_all("Set-Cookie")
    assert dict(room.sql(states))[SECOND] == "left"
    assert dict(room.sql(states))[READER] == "active"


@pytest.mark.usefixtures("sent")
def test_a_bounce_comes_back_by_imap_and_is_counted_once(house, room):
    url = f"imap://{SENDER.replace('@', '%40')}@127.0.0.1:{house.imap}/INBOX"
    room.environ["IMAP_PASSWORD"] = PASSWORD
    first = json.loads(room.must("bounces", "--imap", url, "--json"))
    assert (first["read"], first["hard"], first["new"]) == (1, 1, 1)
    again = json.loads(room.must("bounces", "--imap", url, "--json"))
    assert again["new"] == 0
    ((note,),) = room.sql("SELECT note FROM suppression WHERE reason = 'hard'")
    assert "5.1.1" in str(note)


@pytest.fixture
def copy(room, sent, tmp_path) -> Mailroom:
    """The room after sending, to change at will."""
    assert sent["delivered"] == 3
    with sqlite3.connect(room.data / "pipeline.sqlite3") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(room.folder, tmp_path / "copy")
    one = Mailroom(tmp_path / "copy", dict(room.environ))
    one.sql("UPDATE issue SET status = 'sending'")
    return one


def test_after_a_kill_the_relays_own_log_tells_who_has_it(house, copy):
    copy.sql("UPDATE delivery SET status = 'sending', reply = ''")  # what a kill leaves behind
    before = {user: len(read_mails(house, user)) for user in (READER, SECOND)}
    copy.must("send", "--week", WEEK, "--json", "--relay-log", str(house.log))
    lines = copy.must("deliveries", "--week", WEEK, "--json").splitlines()
    rows = [json.loads(one) for one in lines]
    assert {one["status"] for one in rows} == {"delivered"}
    assert all("relay's log" in one["reply"] for one in rows)
    assert {user: len(read_mails(house, user)) for user in (READER, SECOND)} == before


def test_a_strangers_certificate_is_refused_and_nothing_is_lost(house, copy):
    copy.sql("UPDATE delivery SET status = 'pending', attempts = 0")
    strange = {"SMTP_URL": f"smtp://localhost:{house.smtp}?starttls=1"}
    done = copy.call("send", "--week", WEEK, env=strange)
    assert done.returncode == 1
    assert "certificate" in done.stderr
    assert done.stderr.count("\n") == 1
    states = {one for (one,) in copy.sql("SELECT DISTINCT status FROM delivery")}
    assert states <= {"pending", "suppressed"}  # suppressed: who has left or bounced by now
