"""Every form and every parameter of desk and readers' pages, sent with what no browser would send.

Run as a program on a newsroom with a draft (``PIPELINE_CONFIG``, ``PIPELINE_DATA_DIR``): prints one
JSON line for each answer that is a fault of ours. What this module never does: judge what an
answer says.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEK = "2026-W47"
HOSTILE = {
    "nul": "a\0b", "nul alone": "\0", "half": "a\ud800b", "20 digits": "9" * 20,
    "5000 digits": "9" * 5000, "negative": "-1", "fraction": "1.5", "full-width": "１２",
    "first day": "0001-01-01", "last day": "9999-12-31", "first hour": "0001-01-01T00:00",
    "last hour": "9999-12-31T23:59", "brackets": "[]{}%s{{1}}\\", "100 letters": "x" * 100,
    "a megabyte": "甲" * 350_000, "an address": "a\0@example.org",
}  # fmt: skip
_ALONE = ("nul", "half", "20 digits", "5000 digits", "negative", "100 letters")
_LAST = ("first day", "last day", "first hour", "last hour")


def list_gets(key: str, reader: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield addresses, with ``*`` where a part of theirs goes, and the parameters they know."""
    week = f"/desk/weeks/{WEEK}"
    yield f"{week}/", ("district", "theme", "member", "source", "text", "all")
    yield (
        "/desk/search/",
        ("q", "district", "theme", "member", "source", "kind", "since", "until", "page"),
    )
    yield f"{week}/history/", ("n",)
    yield f"{week}/preview/", ("part", "district", "theme", "scheme")
    yield f"{week}/preview/mail/", ("part", "district", "theme", "scheme")
    yield "/desk/work/", ("week",)
    yield "/desk/login/", ("next",)
    yield "/desk/subscribers/", ("search", "status", "district", "theme", "after")
    yield "/desk/subscribers/1/", ("fault",)
    yield f"/p/{reader}", ("done",)
    for path in ("/desk/articles/*/", f"{week}/items/*/", f"{week}/stories/*/", "/desk/weeks/*/",
                 "/desk/subscribers/*/", "/p/*", "/p/*/data", "/c/*", "/u/*", f"/g/{WEEK}/*", "/g/*/1",
                 "/o/*.gif", "/issues/*", "/media/*", "/desk/*"):  # fmt: skip
        yield path, ()
    for week_ in ("0000-W00", "0001-W01", "9999-W52", "9999-W53", "２０２６-W４７"):
        yield f"/desk/weeks/{week_}/", ()
        yield f"/g/{week_}/{key}", ()


def list_posts(
    key: str, other: str, tokens: dict[str, str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield addresses and forms as a browser would send them."""
    week, number = f"/desk/weeks/{WEEK}", "00000000-0000-0000-0000-000000000001"
    yield f"{week}/act/", {"op": "up", "key": key, "index": "1", "section": "districts"}
    yield f"{week}/act/", {"op": "move", "key": key, "index": "1", "section": "districts"}
    yield f"{week}/act/", {"op": "take-back", "key": key}
    yield f"{week}/act/", {"op": "hold", "key": other, "reason": "等一周"}
    yield f"{week}/act/", {"op": "intro", "intro": "卷首语", "before": ""}
    yield f"{week}/act/", {"op": "corrections", "corrections": "更正", "before": ""}
    item = {"title": "示例", "summary": "示例", "text": "示例", "revision": "1", "url": "https://a.example/",
            "source_name": "示例", "picture": "", "event1_title": "示例", "event1_day": "2026-11-28",
            "event1_time": "14:00", "event1_last": "", "event1_until": "", "event1_place": "", "then": ""}  # fmt: skip
    yield f"{week}/items/{key}/", item
    yield f"{week}/items/{key}/typed/", item
    yield f"{week}/items/*/typed/", {"title": "示例", "revision": "1"}
    yield f"{week}/items/{key}/discard/", {}
    yield f"{week}/items/{key}/picture/", {"picture": "x"}
    yield f"{week}/items/{key}/waive/", {"op": "", "finding": "x", "reason": "可以"}
    yield f"{week}/items/issue/waive/", {"op": "undo", "finding": "x"}
    yield f"{week}/items/{key}/suggest/", {"finding": "x"}
    yield f"{week}/stories/{key}/tags/", {"districts": "鄞州", "themes": "x"}
    yield f"{week}/stories/{key}/group/", {"op": "split", "article": "1"}
    yield f"{week}/stories/{key}/group/", {"op": "merge", "into": "x"}
    yield f"{week}/write/", {"number": number, "title": "示例", "text": "示例", "author": "", "origin": "",
                             "day": "2026-11-20", "caption": "", "credit": "", "section": "", "kept": "x",
                             "op": ""}  # fmt: skip
    yield f"{week}/preview/test/", {"address": "a@example.org"}
    yield (
        f"{week}/review/sign/",
        {"step": "first", "box": "x", "content_hash": "x", "note": "", "send_at": ""},
    )
    yield f"{week}/review/back/", {"reason": "再看"}
    yield f"{week}/review/schedule/", {"send_at": "2026-11-30T08:00"}
    yield f"{week}/history/undo/", {"n": "1"}
    yield "/desk/work/start/", {"work": "x", "week": WEEK}
    yield "/desk/work/start/", {"work": "draft", "week": "2026-W99"}
    yield "/desk/second-step/change/", {"do": "x", "code": "1", "password": "x"}
    yield "/desk/password/", {"old_password": "x", "new_password1": "x", "new_password2": "x"}
    yield "/desk/login/", {"username": "zoe", "password": "x", "next": ""}
    yield "/desk/login/code/", {"code": "1"}
    yield "/desk/subscribers/1/stop/", {"reason": "可以", "do": "stop"}
    yield "/subscribe", {"email": "n@example.org", "district": "鄞州", "theme": "x", "stamp": "x", "meant": "",
                         "homepage": ""}  # fmt: skip
    yield "/subscribe/links", {"email": "n@example.org", "stamp": "x"}
    yield f"/p/{tokens['p']}", {"district": "鄞州", "theme": "x", "section": "cases"}
    yield f"/p/{tokens['p']}/pause", {"for": "", "until": "2026-12-24", "do": ""}
    yield f"/p/{tokens['p']}/data", {"do": "", "format": "csv"}
    yield f"/u/{tokens['u']}", {"List-Unsubscribe": "x"}
    yield f"/u/{tokens['u']}/reason", {"reason": "often", "words": "太多了"}
    yield f"/u/{tokens['u']}/back", {}


def vary(form: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the form with every field hostile at once, and with one of them."""
    for name, value in HOSTILE.items():
        yield f"all {name}", dict.fromkeys(form, value)
    for field in form:
        for name in _ALONE if len(form) > 3 else _ALONE + _LAST:
            yield f"{field} {name}", form | {field: HOSTILE[name]}
    yield "nothing", {}


class Walk:
    """One editor's and one reader's way through all pages; faults are printed."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.asked = self.faults = 0

    def get(self, path: str, name: str, **asked: str) -> None:
        shown = f"GET {path[:60]!r} {name}"
        self._see(shown, lambda: self._client.get(quote(path, errors="surrogatepass"), asked))

    def post(self, path: str, name: str, form: dict[str, str]) -> None:
        """Send a form as browsers do; halves of characters as only a program could."""
        shown = f"POST {path[:60]!r} {form.get('op', '')} {name}"
        if any("\ud800" in value for value in form.values()):
            parts = "".join(
                f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
                for key, value in form.items()
            )
            body = (parts + "--b--\r\n").encode("unicode_escape").replace(b"\\r\\n", b"\r\n")
            kind = "multipart/form-data; boundary=b; charset=unicode_escape"
            self._see(shown, lambda: self._client.post(path, body, content_type=kind))
        else:
            self._see(shown, lambda: self._client.post(path, form))

    def _see(self, shown: str, ask: Any) -> None:
        self.asked += 1
        error: object = None
        try:
            answer = ask()
            status = answer.status_code
            if answer.streaming:
                answer.close()
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is what is looked for
            status, error = 500, raised
        if status >= 500:
            self.faults += 1
            error = error or self._client.exc_info
            say(asked=shown, status=status, error=str(error)[-300:])


def say(**values: object) -> None:
    """Print one line."""
    sys.stdout.write(json.dumps(values) + "\n")


def main() -> None:
    """Walk."""
    from pipeline import store  # noqa: PLC0415 - Django reads the environment

    store.setup(Path(os.environ["PIPELINE_CONFIG"]), Path(os.environ["PIPELINE_DATA_DIR"]))
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.core.signals import got_request_exception  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from pipeline.model import Preferences  # noqa: PLC0415
    from pipeline.reader.guard import make_stamp  # noqa: PLC0415
    from pipeline.store import issues, stories  # noqa: PLC0415
    from pipeline.tokens import Claim, Purpose, make_token, to_day  # noqa: PLC0415
    from tests.readers import add_subscriber  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    settings.READER_POSTMAN = False
    settings.ALLOWED_HOSTS.append("testserver")
    settings.AXES_ENABLED = True
    # The hash of a wrong password takes a tenth of a second, and says nothing of the form.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def keep(**_given: Any) -> None:
        last = traceback.extract_tb(sys.exc_info()[2])
        ours = [
            f"{one.filename.rpartition('/')[2]}:{one.lineno}"
            for one in last
            if "pipeline" in one.filename
        ]
        client.exc_info = f"{sys.exc_info()[1]!r} at {' '.join(ours[-3:])}"

    got_request_exception.connect(keep, weak=False)
    now = datetime.now(UTC)
    reader = add_subscriber("n1@example.org", preferences=Preferences(), at=now, confirmed=True)
    secret = settings.PIPELINE.secret
    claim = Claim(reader.id, reader.epoch, to_day(now))
    tokens = {
        "p": make_token(secret, Purpose.PREFERENCES, claim),
        "u": make_token(secret, Purpose.UNSUBSCRIBE, claim),
    }
    stamp = make_stamp(settings.PIPELINE, now - timedelta(seconds=60))
    issue = issues.get_revision(WEEK).issue
    key, other = issue.items[0].key, issue.items[1].key
    client: Any = Client(raise_request_exception=False)
    client.exc_info = ""
    user = User.objects.get(username="anna")

    def enter() -> None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    enter()
    walk = Walk(client)
    assert stories.get_stories([key])
    for path, known in list_gets(key, tokens["p"]):
        walk.get(path.replace("*", "1"), "as it is")
        for name, value in HOSTILE.items():
            if "*" in path:
                walk.get(path.replace("*", value[:3000]), name)
            for one in known:
                walk.get(path, f"{one} {name}", **{one: value[:3000].replace("\ud800", "")})
    for path, form in list_posts(key, other, tokens):
        given = form | ({"stamp": stamp} if "stamp" in form else {})
        enter()
        for name, hostile in vary(given):
            walk.post(path.replace("*", "99"), name, hostile)
    for cookie in ('"\\000aaaaaaaaaaaaaaaa"', "x" * 5000):
        client.cookies["sessionid"] = "x"
        client.cookies["sessionid"].set("sessionid", cookie, cookie)
        walk.get("/desk/", "cookie")
    say(asked=walk.asked, faults=walk.faults)


if __name__ == "__main__":
    main()
