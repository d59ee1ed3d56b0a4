"""An invented issue of one item, and the register and lists that come with the product."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.calendar import SHANGHAI
from pipeline.config import load_settings
from pipeline.model import Issue, Item, Section, SectionKind
from pipeline.proof import Reference, proofread
from pipeline.week.reference import get_reference

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.model import Finding

ITEM = Item(
    key="1",
    title="示例标题",
    summary="示例摘要。",
    original_title="示例标题",
    url="https://example.org/1",
    source_id="s",
    source_name="示例来源",
    published=datetime(2026, 11, 20, 9, tzinfo=SHANGHAI),
)


def make_issue(**changes: Any) -> Issue:
    """Return an issue of one item; ``changes`` name its fields."""
    section = Section(SectionKind.DISTRICTS, "各区动态", (replace(ITEM, **changes),))
    moment = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)
    return Issue("2026-W47", 3, "示例周报", "", moment, moment, moment, (section,))


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Return what the product ships: the register, the gazetteer and the lists."""
    folder: Path = tmp_path_factory.mktemp("proof")
    (folder / "feeds.yaml").write_text(
        "newsletter: {name: 示例, sender_email: a@b.example, first_week: 2026-W45}\n",
        encoding="utf-8",
    )
    return get_reference(load_settings(folder / "feeds.yaml", folder / "var", {}))


@pytest.fixture
def read(reference: Reference) -> Callable[..., tuple[Finding, ...]]:
    """Return a function from an item's changed fields to the findings."""

    def read_(text: str = "", **changes: Any) -> tuple[Finding, ...]:
        return proofread(make_issue(text=text, **changes), reference=reference).findings

    return read_


def told(found: tuple[Finding, ...], rule: str) -> list[tuple[str, str | None]]:
    """Return what a rule found, and what it offers instead."""
    return [(one.surface, one.suggestion) for one in found if one.rule == rule]
