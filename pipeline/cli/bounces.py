"""The command that reads what came back."""

from __future__ import annotations

import base64
import os
import re
import sys
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import click

from pipeline.cli.context import Context, json_option, print_json

if TYPE_CHECKING:
    import imaplib
    from collections.abc import Callable, Iterator

    Message = tuple[str, bytes, Callable[[], None]]  # its name, its bytes, what to do when stored

_TIMEOUT = 30  # seconds of one IMAP step


@click.command(
    short_help="Read bounce messages and act on them.",
    epilog="Example: python run_pipeline.py bounces --maildir /var/mail/bounces",
)
@click.option(
    "--maildir",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Read new messages of a maildir; bounces move to cur/, letters from people stay new.",
)
@click.option("--imap", metavar="URL", help="imaps://user@host/FOLDER; password in IMAP_PASSWORD.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@json_option
@click.pass_obj
def bounces(
    context: Context,
    maildir: Path | None,
    imap: str | None,
    files: tuple[Path, ...],
    *,
    as_json: bool,
) -> int:
    """Read bounce messages and complaints, and act on them; - reads one from standard input.

    A report that calls an address dead counts for little when it names no mail of ours (unproven):
    anybody could have written it.

    What is neither is left unread: where bounces come to the address that readers answer to, it
    may be a letter.
    """
    settings = context.open_store()
    from pipeline.deliver.bounces import BounceKind, read_bounce
    from pipeline.store.bounces import add_bounce

    if not maildir and not imap and not files and sys.stdin.isatty():
        raise click.UsageError("name --maildir, --imap or files; - is standard input")
    counted: Counter[str] = Counter()
    with _messages(maildir, imap, files) as found:
        for name, data, done in found:
            one = read_bounce(data)
            result = add_bounce(
                secret=settings.secret, kind=str(one.kind), recipient=one.recipient,
                message_id=one.message_id, rule=one.rule, words=one.words, digest=one.digest,
                at=datetime.now(UTC),
            ) if one.kind is not BounceKind.UNKNOWN else "left unread"  # fmt: skip
            # What we cannot read may be a reader's answer: it stays as new as it was, for a person.
            if one.kind is not BounceKind.UNKNOWN:
                done()
            counted["read"] += 1
            counted[str(one.kind)] += 1
            counted[result] += 1
            if not as_json:
                said = one.words[:120] or "neither a report of a delivery nor a complaint"
                context.console().print(f"{name}: {one.kind} ({one.rule}), {result}: {said}")
    keys = ("read", *(str(kind) for kind in BounceKind), "new", "known", "unproven", "stranger")
    report = {key.replace("-", "_"): counted[key] for key in keys}
    if as_json:
        print_json(report)
    else:
        context.console().print("  ".join(f"{key} {count}" for key, count in report.items()))
    return 0


@contextmanager
def _messages(
    maildir: Path | None, imap: str | None, files: tuple[Path, ...]
) -> Iterator[Iterator[Message]]:
    if maildir:
        yield _of_maildir(maildir)
    elif imap:
        with _mailbox(imap) as box:
            yield _of_imap(box, urlsplit(imap).hostname or "")
    else:
        yield _of_files(files or (Path("-"),))


def _of_maildir(maildir: Path) -> Iterator[Message]:
    for path in sorted((maildir / "new").glob("*")):
        target = maildir / "cur" / f"{path.name}:2,S"

        def move(path: Path = path, target: Path = target) -> None:
            target.parent.mkdir(exist_ok=True)
            path.replace(target)

        yield path.name, path.read_bytes(), move


def _of_files(files: tuple[Path, ...]) -> Iterator[Message]:
    from pipeline.errors import UsageError

    for path in files:
        if str(path) == "-":
            yield "-", sys.stdin.buffer.read(), lambda: None
            continue
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from None
        yield str(path), data, lambda: None


@contextmanager
def _mailbox(url: str) -> Iterator[imaplib.IMAP4]:
    """Open the folder that the URL names.

    Raises:
        UsageError: it is no IMAP address.
        PipelineError: the server cannot be reached, or refuses; the password is never shown.
    """
    import imaplib
    import ssl

    from pipeline.config.addresses import is_loopback, split_url
    from pipeline.errors import ConfigError, PipelineError, UsageError

    try:
        parts = split_url("--imap", url)
        port = parts.port
    except (ConfigError, ValueError):  # whatever it holds is not shown
        raise UsageError(
            "--imap: cannot be read as imaps://user@host:PORT/FOLDER; other signs than letters, "
            "figures and .-_ in name and password are written as %40 and the like"
        ) from None
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname:
        raise UsageError("--imap: expected imaps://user@host/FOLDER")
    if parts.scheme == "imap" and not is_loopback(parts.hostname):
        raise UsageError("--imap: only imaps:// over a network: the password would be readable")
    user = unquote(parts.username or "")
    password = unquote(parts.password or os.environ.get("IMAP_PASSWORD", ""))
    try:
        if parts.scheme == "imaps":
            proven = ssl.create_default_context()
            box: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                parts.hostname, port or 993, timeout=_TIMEOUT, ssl_context=proven
            )
        else:
            box = imaplib.IMAP4(parts.hostname, port or 143, timeout=_TIMEOUT)
        if user.isascii() and password.isascii():
            box.login(user, password)
        else:  # LOGIN knows ASCII only (RFC 3501, 6.2.3); PLAIN knows UTF-8 (RFC 4616)
            box.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        state, _ = box.select(to_mailbox(unquote(parts.path.lstrip("/")) or "INBOX"))
    except ssl.SSLCertVerificationError as error:
        raise PipelineError(
            f"--imap: {parts.hostname}: its certificate is not trusted: {error.verify_message}; an "
            "authority of one's own is named by SSL_CERT_FILE=PATH"
        ) from None
    except (imaplib.IMAP4.error, OSError) as error:
        raise PipelineError(
            f"--imap: {parts.hostname}: {error}".replace(password or "\0", "…")
        ) from None
    try:
        if state != "OK":
            raise UsageError(
                f"--imap: {parts.hostname}: there is no folder {parts.path.lstrip('/')!r}"
            )
        yield box
    finally:
        with suppress(imaplib.IMAP4.error, OSError):  # it may have hung up
            box.logout()


def to_mailbox(name: str) -> str:
    """Return a folder's name as IMAP has it: modified UTF-7 within quotes (RFC 3501, 5.1.3)."""
    made = ""
    for part in re.findall(r"[ -~]+|[^ -~]+", name):
        if part.isascii() and part.isprintable():
            made += part.replace("&", "&-")
        else:
            packed = base64.b64encode(part.encode("utf-16-be")).decode("ascii")
            made += f"&{packed.rstrip('=').replace('/', ',')}-"
    escaped = made.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _of_imap(box: imaplib.IMAP4, host: str) -> Iterator[Message]:
    (found, *_) = _ask(box, host, "SEARCH", "UNSEEN") or [b""]
    for raw in (found or b"").split():
        uid = raw.decode("ascii", "replace")
        parts = _ask(box, host, "FETCH", uid, "(BODY.PEEK[])")
        data = next((one[1] for one in parts if isinstance(one, tuple)), b"")

        def mark(uid: str = uid) -> None:
            _ask(box, host, "STORE", uid, "+FLAGS", "(\\Seen)")

        yield uid, data, mark


def _ask(box: imaplib.IMAP4, host: str, *words: str) -> list[Any]:
    """Return the answer to one command; one message that is refused keeps no other back.

    Raises:
        PipelineError: the server refuses to search, does not understand, or is gone.
    """
    import imaplib

    from pipeline.errors import PipelineError

    try:
        state, answer = box.uid(*words)
    except (imaplib.IMAP4.error, OSError) as error:
        raise PipelineError(f"--imap: {host}: {words[0]}: {error}") from None
    if state != "OK" and words[0] == "SEARCH":
        said = b" ".join(one for one in answer if isinstance(one, bytes)).decode("utf-8", "replace")
        raise PipelineError(f"--imap: {host}: {words[0]}: {state} {said}")
    return answer
