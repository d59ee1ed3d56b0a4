"""The article that the house was built around: what is found in it, and what is not."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]

SEED = Path(os.environ.get("SEED_DIR", Path(__file__).parents[4] / "shared" / "seed"))
TEXTS = sorted(SEED.glob("*.txt"))
pytestmark = pytest.mark.skipif(not TEXTS, reason="the seed is not here; name it by SEED_DIR")


@pytest.fixture
def seed() -> str:
    return TEXTS[0].read_text(encoding="utf-8").replace("\r\n", "\n").strip()


def test_what_a_proofreader_marks_in_the_seed_is_found(read: Read, seed: str) -> None:
    found = read(seed)
    count = Counter((one.rule, one.surface) for one in found)
    assert count["punctuation", ","] == seed.count(",") == 93  # counted by hand
    assert count["relative-date", "昨天"] + count["relative-date", "昨天下午"] == 1
    assert sum(rule == "minor" for rule, _ in count) == 2  # two children
    places = [one.surface for one in found if one.rule == "member-name"]
    assert any("鄞州东柳街道" in surface for surface in places)
    assert {one.surface for one in found if one.rule == "party-rank"} == {
        "党委书记",
        "党支部书记",
    }


def test_the_seeds_six_districts_and_six_secretaries_are_no_mistake(read: Read, seed: str) -> None:
    assert [one for one in read(seed) if one.rule == "count-mismatch"] == []


@pytest.mark.parametrize("dropped", ["海曙、", "江北、", "北仑"])
def test_dropping_one_district_of_the_seed_is_found(read: Read, seed: str, dropped: str) -> None:
    short = (
        seed.replace(dropped, "", 1)
        if dropped.endswith("、")
        else seed.replace("、北仑和奉化6个", "和奉化6个")
    )
    found = [one for one in read(short) if one.rule == "count-mismatch"]
    assert len(found) == 1
    assert "6个" in found[0].surface
