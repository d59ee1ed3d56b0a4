"""Precision and recall of the tagger on invented texts written without its rules in sight.

Usage: PYTHONPATH=. python bench/bench_tag_cases.py

Every file was measured before anybody read its mistakes; docs/tagging.md has those first figures.
Rules and the model have learnt from them since, so this prints an upper bound; but the model has
learnt neither from dry, four, agenda, features, notices, onward, county, valley, plain, again,
ferry, yards, gates, harbour, lantern, crossing and jetty nor from the development set of the
product's owner, which is read where it is.
Places: of the events found on their day whose place is labelled, the share that tells the same
place (one within the other).
"""

from __future__ import annotations

import json
import math
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.chinese.simplify import simplify
from pipeline.config import load_settings
from pipeline.tag.evaluate import evaluate
from pipeline.week.tagger import load_tagger

if TYPE_CHECKING:
    from pipeline.tag import Tagger

ROOT = Path(__file__).resolve().parent.parent
SETS = (
    "scenes", "cases", "blind", "more", "fresh", "last", "unseen", "dry", "voices", "owners",
    "four", "days", "heirs", "agenda", "features", "third", "weeks", "thread", "notices",
    "onward", "county", "valley", "plain", "again", "ferry", "yards",
    "gates", "harbour", "lantern", "crossing", "jetty",
)  # fmt: skip
OWNERS = ROOT.parent / "shared" / "data" / "labelled-dev.jsonl"


def read(path: Path) -> list[str]:
    """Return the lines of a labelled file; none when it is not there."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip()]


def plain(place: str) -> str:
    """Return a place as it is compared: 老渡口边的大晒场 is 老渡口边大晒场."""
    return simplify(place).replace("的", "")


def get_share_of_places(rows: list[str], tagger: Tagger) -> float:
    """Return the share of labelled places that the events of the same day tell; nan for none."""
    right = []
    for case in map(json.loads, rows):
        wanted = {one["start"][:10]: plain(one.get("place") or "") for one in case["events"]}
        day = datetime.fromisoformat(case["published"]).replace(tzinfo=UTC)
        for event in tagger.tag(case["title"], case["text"], published=day).events:
            place = wanted.get(f"{event.start:%Y-%m-%d}")
            if place:
                told = plain(event.place)
                right.append(bool(told) and (told in place or place in told))
    return sum(right) / len(right) if right else math.nan


def main() -> None:
    """Print a line of figures for each set."""
    sets = {"owner's development set": read(OWNERS)}
    for name in SETS:
        sets[name] = read(ROOT / "bench" / "data" / f"tag-{name}.jsonl")
    print(
        f"{'':<26}{'n':>4} district masked communities resolved events places themes(micro macro)"
    )
    with tempfile.TemporaryDirectory() as folder:
        tagger = load_tagger(load_settings(ROOT / "feeds.yaml", Path(folder), {}))
        for name, rows in sets.items():
            if rows:
                found = evaluate(rows, tagger)
                theme = found["theme"]
                print(
                    f"{name:<26}{found['n']:>4} {found['district']['f1']:>8.3f}"
                    f" {found['district_masked']['f1']:>6.3f} {found['community']['f1']:>11.3f}"
                    f" {found['resolved']['accuracy']:>8.3f} {found['event']['f1']:>6.3f}"
                    f" {get_share_of_places(rows, tagger):>6.3f}"
                    f" {theme['micro']['f1']:>11.3f} {theme['macro_f1']:>6.3f}"
                )


if __name__ == "__main__":
    main()
