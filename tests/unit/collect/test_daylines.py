"""Days that stand between the entries of a list, and days that only programs are told."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.daylines import read_days, state_day

from .conftest import NOW


def days(markup: str, entry: str = "li") -> list[str]:
    soup = BeautifulSoup(f"<div>{markup}</div>", "lxml")
    return read_days(soup.select(entry), NOW)


def test_a_day_above_counts_for_all_entries_down_to_the_next_one() -> None:
    markup = (
        "<h3><span>2026年11月16日</span> 星期一</h3><ul><li>甲</li><li>乙</li></ul>"
        "<h3>2026年11月13日</h3><ul><li>丙</li></ul>"
    )
    assert days(markup) == ["2026年11月16日 星期一", "2026年11月16日 星期一", "2026年11月13日"]


def test_each_entry_may_have_its_day_below_it() -> None:
    markup = "<dl><dt>甲</dt><dd>2026-11-16</dd><dt>乙</dt><dd>[2026-11-13]</dd></dl>"
    assert days(markup, "dt") == ["2026-11-16", "[2026-11-13]"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p>2026-11-16</p><li>甲</li><li>乙</li>",  # one day: today's, of the page
        "<li>甲</li><p>2026-11-16</p><li>乙</li><li>丙</li><p>2026-11-13</p>",  # not every entry
        "<p>11月16日起开放</p><li>甲</li><p>11月13日停水</p><li>乙</li>",  # days of other things
        "<li>甲</li><li>乙</li>",
    ],
)
def test_what_may_be_another_day_says_nothing(markup: str) -> None:
    assert not any(days(markup))


def test_the_full_date_for_programs_counts_before_the_words() -> None:
    soup = BeautifulSoup("<p><span title='2026-11-20 08:30'>周五</span> 甲</p>", "lxml")
    assert soup.p is not None
    assert state_day(soup.p) == "2026-11-20 08:30"


@given(
    st.lists(
        st.sampled_from(
            ["<li>甲</li>", "<p>2026-11-1</p>", "<p>2026-11-2</p>", "<b>", "</b>", "乙"]
        ),
        max_size=12,
    )
)
def test_every_entry_gets_one_answer(parts: list[str]) -> None:
    markup = "".join(parts)
    assert len(days(markup)) == markup.count("<li>")
