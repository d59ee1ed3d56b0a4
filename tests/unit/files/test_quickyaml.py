"""Quick YAML reads what the careful reader reads, or says that it cannot tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline.files import quickyaml
from pipeline.files.datafile import _plain as plain

ROOT = Path(__file__).parents[3]
SHIPPED = sorted([*(ROOT / "pipeline" / "data").rglob("*.yaml"), ROOT / "feeds.yaml"])


def read_carefully(text: str) -> Any:
    return plain(YAML(typ="rt").load(text))


@pytest.mark.parametrize(
    "path", [one for one in SHIPPED if one.name != "confusable.yaml"], ids=lambda one: one.name
)
def test_the_shipped_files_are_read_alike_by_both(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert quickyaml.read(text) == read_carefully(text)


@pytest.mark.parametrize(
    "text",
    ["a: 1\na: 2", "a: 010", "a: 1_000", "a: 0x1F", "a: 2026-11-23", "a: !!set {b}", "a: .inf", "a: 1e3",
     "a: [1", "<<: {a: 1}", "a: 12:30", "? [a]\n: 1"],
)  # fmt: skip
def test_what_may_be_read_otherwise_is_left_to_the_careful_reader(text: str) -> None:
    with pytest.raises(quickyaml.DoubtError):
        quickyaml.read(text)


@given(st.from_regex(r"[-+]?[0-9a-fxoyYnNtTrue~.:_eE-]{0,8}", fullmatch=True))
def test_a_scalar_is_never_read_otherwise(scalar: str) -> None:
    text = f"key: {scalar}"
    try:
        quick = quickyaml.read(text)
    except quickyaml.DoubtError:
        return
    try:
        assert quick == read_carefully(text)
        assert type(quick["key"]) is type(read_carefully(text)["key"])
    except YAMLError:
        pytest.fail(f"{text!r} is no YAML for the careful reader")
