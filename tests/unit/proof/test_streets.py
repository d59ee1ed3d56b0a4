"""Streets and districts by the gazetteer, and names that are one edit away from the register's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.proof import Reference, Unit
from pipeline.proof.lookalikes import is_alike
from pipeline.proof.nearnames import index_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]

MEMBER = Unit("幸福苑社区", "东柳街道", "鄞州", member=True)
STEM = "幸福苑"
OTHER = "阳光里"


@pytest.mark.parametrize(
    ("text", "surface", "suggestion"),
    [
        ("海曙区东柳街道开会。", "海曙区东柳街道", None),
        ("新砌街道开会。", "新砌街道", "新碶街道"),
        ("江东区开会。", "江东区", "鄞州区"),
        ("鄞县开会。", "鄞县", "鄞州区"),
    ],
)
def test_a_street_or_district_is_held_against_the_gazetteer(
    read: Read, text: str, surface: str, suggestion: str | None
) -> None:
    found = [(one.rule, one.surface, one.suggestion) for one in read(text)]
    assert found == [("member-name", surface, suggestion)]


@pytest.mark.parametrize(
    "text",
    ["鄞州区东柳街道开会。", "武汉市新砌街道开会。", "1998年的江东区。", "鄞县大道通车。"],
)
def test_what_is_elsewhere_or_of_another_time_stays(read: Read, text: str) -> None:
    assert [one for one in read(text) if one.rule == "member-name"] == []


def edits() -> set[str]:
    """Return every name one edit from the member's that the rule knows: ends never go missing."""
    places = range(len(STEM))
    changed = {STEM[:at] + one + STEM[at + 1 :] for at in places for one in OTHER}
    missing = {STEM[:at] + STEM[at + 1 :] for at in range(1, len(STEM))}
    more = {STEM[:at] + one + STEM[at:] for at in places if at for one in OTHER}
    swapped = {"福幸苑", "幸苑福"}
    return changed | missing | more | swapped


@pytest.mark.parametrize("said", sorted(edits()))
def test_every_name_one_edit_from_a_members_is_found(said: str) -> None:
    found = index_names((MEMBER,)).find_near(f"东柳街道{said}", "社区")
    assert (len(said), MEMBER) in set(found)


@given(st.text("幸福苑阳光里", max_size=9), st.sampled_from(sorted(edits())))
def test_a_name_that_is_found_has_at_most_one_character_of_its_own(before: str, said: str) -> None:
    words = before + said
    found = list(index_names((MEMBER,)).find_near(words, "社区"))
    assert found
    for length, _ in found:
        said = words[len(words) - length :]
        assert abs(length - len(STEM)) <= 1
        assert len([one for one in said if one not in STEM]) <= 1


def test_nothing_is_found_before_another_suffix() -> None:
    assert list(index_names((MEMBER,)).find_near("幸福院", "村")) == []


def test_names_are_alike_by_sound_or_shape_of_one_character(reference: Reference) -> None:
    assert is_alike("新砌街道", "新碶街道", reference)
    assert is_alike("幸福院社区", "幸福苑社区", reference)
    assert not is_alike("幸福苑社区", "幸福苑社区", reference)
    assert not is_alike("幸福村社区", "幸福苑社区", reference)
    assert not is_alike("辛福院社区", "幸福苑社区", reference)
