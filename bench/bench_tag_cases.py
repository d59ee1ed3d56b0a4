"""Precision and recall of the tagger on invented texts written without its rules in sight.

Usage: PYTHONPATH=. python bench/bench_tag_cases.py

Every file was measured before anybody read its mistakes; docs/tagging.md has those first figures.
Rules and the model have learnt from them since, so this prints an upper bound; but the model has
learnt neither from unseen, dry, voices, four, days, heirs and agenda nor from the development set
of the product's owner, which is read where it is.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from pipeline.config import load_settings
from pipeline.runner import load_tagger
from pipeline.tag.evaluate import evaluate

ROOT = Path(__file__).resolve().parent.parent
SETS = (
    "scenes", "cases", "blind", "more", "fresh", "last", "unseen", "dry", "voices", "owners",
    "four", "days", "heirs", "agenda",
)  # fmt: skip
OWNERS = ROOT.parent / "shared" / "data" / "labelled-dev.jsonl"


def read(path: Path) -> list[str]:
    """Return the lines of a labelled file; none when it is not there."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip()]


def main() -> None:
    """Print a line of figures for each set."""
    sets = {"owner's development set": read(OWNERS)}
    for name in SETS:
        sets[name] = read(ROOT / "bench" / "data" / f"tag-{name}.jsonl")
    print(f"{'':<26}{'n':>4} district masked communities resolved events themes(micro macro)")
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
                    f" {theme['micro']['f1']:>11.3f} {theme['macro_f1']:>6.3f}"
                )


if __name__ == "__main__":
    main()
