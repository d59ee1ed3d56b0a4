"""Figures of forms and addresses."""

from __future__ import annotations

import pytest

from pipeline.desk.numbers import read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), ("999999999", 999_999_999), ("9" * 10, None), ("9" * 5000, None),
     ("", None), ("-1", None), ("1.5", None), ("１２", None), (" 1", None), ("x", None)],
)  # fmt: skip
def test_a_figure_is_small_or_none(text: str, number: int | None) -> None:
    assert read_number(text) == number
