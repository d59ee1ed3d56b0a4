"""Precision and recall of proofreading on planted mistakes and clean look-alikes.

Usage: PYTHONPATH=. python bench/bench_proof_cases.py [--mistakes] [PATH...]

The cases are invented copy (``bench/data/proof-cases*.jsonl``). Each file was written without the
rules in sight and measured before it was read; what the rules learnt from it came after. A planted
mistake is found when its rule's finding touches its characters; every other finding that the case
does not name beside it is a false one.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.calendar import SHANGHAI
from pipeline.config import load_settings
from pipeline.model import Finding, Image, Issue, Item, Section, SectionKind
from pipeline.proof import Reference, Unit, proofread
from pipeline.week.reference import get_reference
from pipeline.week.tagger import load_tagger

if TYPE_CHECKING:
    from pipeline.tag import Tagger

ROOT = Path(__file__).resolve().parent.parent
CASES = sorted((ROOT / "bench" / "data").glob("proof-cases*.jsonl"))
MONDAY = "2026-11-23"
PARTIES = ("党委", "党总支", "党支部")
LEVELS = ("error", "warning")


def main() -> None:
    """Print precision and recall of every file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", type=Path, nargs="*", default=CASES)
    parser.add_argument("--mistakes", action="store_true", help="list what was missed or wrong")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(ROOT / "feeds.yaml", Path(folder), {})
        reference, tagger = get_reference(settings), load_tagger(settings)
    for path in options.paths:
        lines = path.read_text(encoding="utf-8").splitlines()
        cases = [json.loads(line) for line in lines if line.strip()]
        judge(path.stem, cases, reference, tagger, tell=options.mistakes)


def judge(
    name: str, cases: list[dict[str, Any]], reference: Reference, tagger: Tagger, *, tell: bool
) -> None:
    """Print the table of one file."""
    hit: Counter[tuple[str, str]] = Counter()
    missed: Counter[tuple[str, str]] = Counter()
    wrong: Counter[tuple[str, str]] = Counter()
    planted = sum("rule" in case for case in cases)
    for case in cases:
        found = proofread(
            make_issue(case, tagger), reference=make_reference(case, reference)
        ).findings
        target = case.get("rule")
        if target:
            key = (target, case["level"])
            is_found = any(one.rule == target and touches(one, case) for one in found)
            (hit if is_found else missed)[key] += 1
            if tell and not is_found:
                print(f"  missed {case['id']} {target}: {case['surface']!r} in {case['text']}")
        for one in found:
            if one.rule not in {target, *case.get("also", ())}:
                wrong[one.rule, str(one.level)] += 1
                if tell:
                    print(f"  wrong  {case['id']} {one.rule}: {one.surface!r} ({one.message})")
    print(f"{name}: {planted} planted mistakes, {len(cases) - planted} clean texts")
    for level in LEVELS:
        totals = [sum(n for (_, at), n in c.items() if at == level) for c in (hit, missed, wrong)]
        print(f"  {level + 's':<18}{_score(*totals)}")
    for rule in sorted({rule for rule, _ in (*hit, *missed, *wrong)}):
        totals = [sum(n for (at, _), n in c.items() if at == rule) for c in (hit, missed, wrong)]
        print(f"    {rule:<16}{_score(*totals)}")


def touches(found: Finding, case: dict[str, Any]) -> bool:
    """Say whether a finding lies on the planted characters, or on no characters at all."""
    if found.field == "events" or not case["surface"]:
        return True
    text = case["title"] if found.field == "title" else case["text"]
    start = text.find(case["surface"])
    return bool(start >= 0) and found.start < start + len(case["surface"]) and found.end > start


def make_issue(case: dict[str, Any], tagger: Tagger) -> Issue:
    """Return the issue that a case describes; its events are those that the tagger finds."""
    moment = datetime.combine(
        date.fromisoformat(case.get("issue_date", MONDAY)), time(8), tzinfo=SHANGHAI
    )
    published = case.get("published")
    item = Item(
        key="1", title=case["title"], summary="", original_title=case["title"],
        url="https://a.example/1", source_id="a", source_name="示例", text=case["text"],
        published=_moment(published) if published else None,
        events=tagger.tag(
            case["title"], case["text"], published=_moment(published) if published else None
        ).events,
    )  # fmt: skip
    changes = dict(case.get("item", {}))
    if changes.get("image"):
        changes["image"] = Image(**changes["image"])
    item = replace(item, **changes)
    section = Section(SectionKind.DISTRICTS, "各区动态", (item,))
    start = moment - timedelta(days=7)
    return Issue("2026-W47", 3, "示例周报", "", moment, start, moment, (section,))


def make_reference(case: dict[str, Any], reference: Reference) -> Reference:
    """Return the reference with the case's own register entries."""
    if not case.get("register"):
        return reference
    units = dict(reference.units)
    for one in case["register"]:
        posts = " ".join(contact.get("title", "") for contact in one.get("contacts", ()))
        party = one.get("party") or next((p for p in PARTIES if f"{p}书记" in posts), "")
        unit = Unit(one["name"], one["street"], one["district"], member=True, party=party)
        others = [other for other in units.get(unit.name, ()) if other.street != unit.street]
        units[unit.name] = (unit, *others)
    return replace(reference, units=units)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _score(hit: int, missed: int, wrong: int) -> str:
    precision = hit / (hit + wrong) if hit + wrong else 1.0
    recall = hit / (hit + missed) if hit + missed else 1.0
    return f"P {precision:5.3f}  R {recall:5.3f}   {hit} found, {missed} missed, {wrong} wrong"


if __name__ == "__main__":
    main()
