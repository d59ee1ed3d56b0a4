"""The peers of `bench_collect.py`, run by an interpreter that has them: reader and rss2email.

Usage: python bench/peer_feeds.py reader|rss2email FOLDER LIST

LIST holds one feed address a line. Prints ``{"seconds", "kept", "mb"}``: the time that reading and
storing all of them took, not the start of the program. Run twice with one FOLDER, the second time
asks with the validators of the first.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

WORKERS = 50


def by_reader(folder: Path, feeds: list[str]) -> tuple[float, int]:
    """Update all feeds with reader (its own SQLite database)."""
    from reader import make_reader  # type: ignore[import-not-found]  # noqa: PLC0415

    one: Any = make_reader(str(folder / "reader.sqlite3"))
    for address in feeds:
        one.add_feed(address, exist_ok=True)
    began = time.perf_counter()
    one.update_feeds(workers=WORKERS, scheduled=False)
    return time.perf_counter() - began, one.get_entry_counts().total


def by_rss2email(folder: Path, feeds: list[str]) -> tuple[float, int]:
    """Run all feeds with rss2email, which writes a mail an item into a maildir."""
    import rss2email.feeds  # type: ignore[import-not-found]  # noqa: PLC0415

    config, data = folder / "r2e.cfg", folder / "r2e.json"
    box = folder / "mail"
    if not config.exists():
        for part in ("cur", "new", "tmp"):
            (box / "INBOX" / part).mkdir(parents=True)
        head = "[DEFAULT]\nfrom = a@a.example\nto = b@a.example\nemail-protocol = maildir\n"
        head += f"maildir-path = {box}\nmaildir-mailbox = INBOX\nsame-server-fetch-interval = 0\n"
        parts = (f"[feed.f{n}]\nurl = {one}\n" for n, one in enumerate(feeds))
        config.write_text(head + "".join(parts), encoding="utf-8")
    known: Any = rss2email.feeds.Feeds(configfiles=[str(config)], datafile_path=str(data))
    known.load()
    began = time.perf_counter()
    for feed in known:
        feed.run()
    known.save_feeds()
    return time.perf_counter() - began, sum(1 for _ in (box / "INBOX" / "new").iterdir())


def main() -> None:
    """Run one peer."""
    name, folder, listed = sys.argv[1:]
    feeds = Path(listed).read_text(encoding="utf-8").split()
    seconds, kept = {"reader": by_reader, "rss2email": by_rss2email}[name](Path(folder), feeds)
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "kept": kept, "mb": mb}))


if __name__ == "__main__":
    main()
