"""Members that are neither community nor village, by their registered names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.model import Level
from pipeline.proof import Reference, Unit, proofread
from tests.unit.proof.conftest import make_issue

NAME = "宁波市甬悦养老服务中心"


@pytest.fixture(scope="module")
def registered(reference: Reference) -> Reference:
    house = Unit(NAME, "百丈街道", "鄞州", member=True)
    return replace(reference, units={**reference.units, NAME: (house,)})


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("宁波市甬乐养老服务中心派出三辆车。", Level.ERROR),
        ("宁波市甬悦养老服务中中心派出三辆车。", Level.ERROR),
        ("甬悦养服老务中心派出三辆车。", Level.ERROR),
        ("百丈街道的甬悦养老中心里有木工角。", Level.WARNING),
        ("宁波市甬悦养老服务中心派出三辆车。", None),
        ("甬悦养老服务中心派出三辆车。", None),
        ("江北区的一家养老服务中心派出三辆车。", None),
    ],
)
def test_a_house_is_held_against_its_registered_name(
    registered: Reference, text: str, level: Level | None
) -> None:
    found = proofread(make_issue(text=text), reference=registered).findings
    assert [one.level for one in found if one.rule == "member-name"] == ([level] if level else [])
