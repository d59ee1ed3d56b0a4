"""Traditional characters in a Simplified text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.chinese.simplify import find_traditional, simplify

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


def _found(read: Read, text: str) -> list[tuple[str, str | None]]:
    return [(one.surface, one.suggestion) for one in read(text) if one.rule == "traditional"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("菜場门口的老人笑了。", [("場", "场")]),
        ("菜場門口的老人笑了。", [("場門", "场门")]),
        ("照片裡的人，是她的老同事，如今还在老厂後面住。", [("裡", "里"), ("後", "后")]),
        ("乾坤、瞭望、慰藉都照这样写。", []),
        ("广昇村的魏徵纪念馆开门了。", []),
        ("著名的老街口，台上台下都是人。", []),
    ],
)
def test_each_stretch_is_a_finding_with_its_simplified_form(
    read: Read, text: str, found: list[tuple[str, str]]
) -> None:
    assert _found(read, text) == found


def test_a_text_in_traditional_characters_is_one_finding(read: Read) -> None:
    text = "老街的燈會搬進了祠堂，漁燈都是村民自己紮的，最大的一盞長三米，由兩個後生抬著走。"
    ((surface, plain),) = _found(read, text)
    assert text.startswith(surface, 3)
    assert plain == simplify(surface)


@given(st.text(max_size=60) | st.text(alphabet="乾坤菜場門口裡裏後后\ud800𠮷㐀", max_size=30))
def test_any_text_has_its_places_within_it(text: str) -> None:
    places = find_traditional(text)
    assert places == sorted(set(places))
    assert all(0 <= at < len(text) for at in places)
