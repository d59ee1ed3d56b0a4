"""A relay and a mailbox house of our own: Debian's Postfix and Dovecot on loopback, for one test.

Everything lies in one folder and runs under its own masters; the machine's own mail system is not
touched. What this module never does: talk to anything but loopback.
"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Callable

DOMAIN = "house.example"
PASSWORD = "xiao-xin-xiang"
_WAIT = 60.0  # seconds at the most for anything to happen

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = relay.{domain}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = error:5.4.4 no way out of this house
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {folder}/relay.pem
smtpd_tls_key_file = {folder}/relay.pem
lmtp_destination_recipient_limit = 1
smtpd_client_connection_rate_limit = 0
"""
_SERVICES = """
127.0.0.1:{smtp} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
_DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/boxes/%n
auth_mechanisms = plain
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/boxes/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""


def why_not() -> str:
    """Return why no mail house can be started here; "" when one can."""
    missing = [one for one in ("postfix", "postconf", "dovecot") if not _find(one)]
    if not missing and not Path("/usr/lib/dovecot/lmtp").exists():
        missing = ["dovecot-lmtpd"]
    if missing:
        return f"not installed: {' '.join(missing)} (.ci/system-packages)"
    return "" if os.geteuid() == 0 else "Postfix starts only as root"


class MailHouse:
    """Postfix takes mail for house.example over TLS; Dovecot keeps it for the users named."""

    def __init__(self, folder: Path, users: list[str]) -> None:
        """``users``: the local parts that have a mailbox; every other recipient bounces."""
        self.folder = folder
        self.smtp, self.lmtp, self.imap = _free_ports(3)
        self.log = folder / "mail.log"
        self._dovecot: subprocess.Popen[bytes] | None = None
        folder.chmod(0o755)
        for name in ("etc", "spool", "data", "boxes", "run"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        shutil.chown(folder / "boxes", "nobody", "nogroup")
        write_certificate(folder / "relay.pem")
        daemons = _output("postconf", "-h", "daemon_directory").strip()
        names = {
            "folder": folder, "domain": DOMAIN, "daemons": daemons,
            "smtp": self.smtp, "lmtp": self.lmtp, "imap": self.imap,
        }  # fmt: skip
        for name, text in (
            ("etc/main.cf", _MAIN), ("etc/master.cf", _SERVICES), ("dovecot.conf", _DOVECOT),
        ):  # fmt: skip
            (folder / name).write_text(text.format(**names), encoding="utf-8")
        lines = [f"{user}@{DOMAIN}:{PASSWORD}" for user in users]
        (folder / "users").write_text("\n".join(lines) + "\n", encoding="utf-8")

    @property
    def url(self) -> str:
        """What SMTP_URL has to say."""
        return f"smtp://localhost:{self.smtp}?starttls=1&ca={self.folder / 'relay.pem'}"

    def start(self) -> None:
        """Start both; return when they answer."""
        dovecot = [_find("dovecot"), "-F", "-c", str(self.folder / "dovecot.conf")]
        with (self.folder / "dovecot.out").open("wb") as out:
            self._dovecot = subprocess.Popen(dovecot, stdout=out, stderr=out)
        _output(_find("postfix"), "-c", str(self.folder / "etc"), "start")
        for port in (self.smtp, self.lmtp, self.imap):
            await_true(partial(_answers, port), f"port {port} answers")

    def stop(self) -> None:
        """Stop both; what cannot be stopped any more is none of the test's business."""
        subprocess.run(
            [_find("postfix"), "-c", str(self.folder / "etc"), "stop"],
            capture_output=True, timeout=_WAIT, check=False,
        )  # fmt: skip
        if self._dovecot is not None:
            self._dovecot.terminate()
            self._dovecot.wait(_WAIT)

    def said(self) -> str:
        """Return Postfix's log."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""


def await_true(holds: Callable[[], object], what: str) -> None:
    """Return when it holds.

    Raises:
        AssertionError: it does not within a minute.
    """
    end = time.monotonic() + _WAIT
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"in vain: {what}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def write_certificate(path: Path) -> None:
    """Write a key and a certificate for localhost that nobody but its own holder vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    path.chmod(0o600)
    ssl.create_default_context(cafile=str(path))  # a certificate that nobody can read fails here


def _find(program: str) -> str:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""


def _output(*words: str) -> str:
    done = subprocess.run(
        [_find(words[0]) or words[0], *words[1:]],
        capture_output=True, encoding="utf-8", timeout=_WAIT, check=False,
    )  # fmt: skip
    if done.returncode:
        raise AssertionError(f"{words}: {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout
