"""How good the tagging is, on a labelled file."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.chinese.simplify import simplify
from pipeline.model import DISTRICTS, OUTER_DISTRICTS
from pipeline.tag.jsonlines import LineError, read_line, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.tag.tagger import Tagger

_NAMES = "|".join(DISTRICTS + OUTER_DISTRICTS)
_MASK = re.compile(rf"(?:{_NAMES}|江东)(区|县|市)?")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What was missed and what was wrongly said of one text."""

    id: str
    title: str
    missed: tuple[str, ...]  # district:鄞州, theme:养老助残, community:东兴社区 …
    wrong: tuple[str, ...]


def evaluate(
    lines: Iterable[str | bytes], tagger: Tagger, mistakes: list[Mistake] | None = None
) -> dict[str, Any]:
    """Return precision, recall and F1 as ``evaluate --json`` prints them.

    Broken lines are passed over. ``mistakes`` takes those of every text, the worst first.
    """
    tallies = {name: Counter[str]() for name in ("district", "masked", "community", "event")}
    themes: dict[str, Counter[str]] = {name: Counter() for name in tagger.theme_names}
    resolved: Counter[str] = Counter()
    count = characters = 0
    began = time.perf_counter()
    for line in lines:
        if not line.strip():
            continue
        try:
            one = read_line(line)
        except LineError:
            continue
        count += 1
        characters += len(one.title) + len(one.text)
        said = to_json(one.id, tagger.tag(one.title, one.text, published=one.published))
        label = one.payload
        wanted = _districts(label, said["districts"])
        _tally(tallies["district"], wanted, set(said["districts"]))
        hidden = tagger.tag(_mask(one.title), _mask(one.text), published=one.published)
        _tally(tallies["masked"], _districts(label, list(hidden.districts)), set(hidden.districts))
        names = {simplify(name) for name in label.get("communities", ())}
        _tally(tallies["community"], names, {unit["name"] for unit in said["communities"]})
        by_name = {unit["name"]: unit for unit in said["communities"]}
        for name, place in (label.get("resolved") or {}).items():
            unit = by_name.get(simplify(name))
            right = unit is not None and [unit["district"], unit["street"]] == (
                place or [None, None]
            )
            resolved["right" if right else "wrong"] += 1
        _tally(tallies["event"], _starts(label.get("events", ())), _starts(said["events"]))
        if mistakes is not None:
            mistakes += _mistakes(one.id, one.title, label, said, wanted, names)
        for name, tally in themes.items():
            _tally(tally, {name} & set(label.get("themes", ())), {name} & set(said["themes"]))
    seconds = time.perf_counter() - began
    if mistakes is not None:
        mistakes.sort(key=lambda one: -len(one.missed) - len(one.wrong))
    micro: Counter[str] = sum(themes.values(), Counter())
    per_theme = {name: _scores(tally) for name, tally in themes.items() if tally}
    total = resolved.total()
    return {
        "n": count,
        "district": _scores(tallies["district"]),
        "district_masked": _scores(tallies["masked"]),
        "theme": {
            "micro": _scores(micro),
            "macro_f1": round(sum(one["f1"] for one in per_theme.values()) / len(per_theme), 4)
            if per_theme
            else 0.0,
            "per_theme": per_theme,
        },
        "community": _scores(tallies["community"]),
        "resolved": {"accuracy": round(resolved["right"] / total, 4) if total else 1.0},
        "event": _scores(tallies["event"]),
        "chars_per_second": round(characters / seconds) if seconds else 0,
    }


def _mistakes(
    text_id: str,
    title: str,
    label: dict[str, Any],
    said: dict[str, Any],
    districts: set[str],
    communities: set[str],
) -> list[Mistake]:
    wanted = {f"district:{name}" for name in districts}
    wanted |= {f"community:{name}" for name in communities}
    wanted |= {f"theme:{name}" for name in label.get("themes", ())}
    found = {f"district:{name}" for name in said["districts"]}
    found |= {f"community:{unit['name']}" for unit in said["communities"]}
    found |= {f"theme:{name}" for name in said["themes"]}
    if wanted == found:
        return []
    return [Mistake(text_id, title, tuple(sorted(wanted - found)), tuple(sorted(found - wanted)))]


def _starts(events: Iterable[dict[str, Any]]) -> set[str]:
    """Return when events start; a whole day is its date, with or without a midnight."""
    return {str(event["start"]).removesuffix("T00:00") for event in events}


def _districts(label: dict[str, Any], said: list[str]) -> set[str]:
    """Return the labelled districts, or the acceptable alternative that was said."""
    for other in label.get("districts_alt") or ():
        alternative = [other] if isinstance(other, str) else other
        if set(alternative) == set(said):
            return set(alternative)
    return set(label.get("districts", ()))


def _mask(text: str) -> str:
    return _MASK.sub(lambda match: "某区" if match[1] else "某地", text)


def _tally(tally: Counter[str], wanted: set[str], said: set[str]) -> None:
    tally["hit"] += len(wanted & said)
    tally["missed"] += len(wanted - said)
    tally["false"] += len(said - wanted)


def _scores(tally: Counter[str]) -> dict[str, float]:
    """Return precision, recall and F1; all 1 when there was nothing to find and nothing said."""
    hit, missed, false = tally["hit"], tally["missed"], tally["false"]
    if not hit + missed + false:
        return {"p": 1.0, "r": 1.0, "f1": 1.0}
    precision = hit / (hit + false) if hit + false else 0.0
    recall = hit / (hit + missed) if hit + missed else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"p": round(precision, 4), "r": round(recall, 4), "f1": round(f1, 4)}
