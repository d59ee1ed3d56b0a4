"""What ships with the product and is shown to people is set as Chinese is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DATA = sorted((ROOT / "pipeline" / "data").rglob("*.yaml"))
TEMPLATES = sorted(one for one in (ROOT / "templates").rglob("*.*") if one.suffix != ".css")
_HALF_WIDTH = re.compile(r"[一-龥][,;:?!]|[,;:?!][一-龥]")
_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>|<style.*?</style>", re.DOTALL)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from strings(key)
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.name)
def test_no_word_of_a_data_file_has_half_width_marks(path: Path) -> None:
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert [one for one in strings(document) if _HALF_WIDTH.search(one)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-2:]))
def test_no_template_has_half_width_marks(path: Path) -> None:
    assert _HALF_WIDTH.findall(_CODE.sub("\n", path.read_text(encoding="utf-8"))) == []
