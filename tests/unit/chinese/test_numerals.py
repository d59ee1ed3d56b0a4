"""Numbers as dates and hours write them."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.chinese.numerals import read_number, read_year

_DIGITS = "零一二三四五六七八九"


def _write(number: int) -> str:
    tens, units = divmod(number, 10)
    if not tens:
        return _DIGITS[number]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[units] if units else "")


@given(st.integers(0, 99))
def test_a_number_is_read_in_figures_and_in_numerals(number: int) -> None:
    assert read_number(str(number)) == number
    assert read_number(_write(number)) == number


def test_other_ways_of_writing_are_read() -> None:
    assert [read_number(one) for one in ("廿三", "零五", "05", "两", "廿")] == [23, 5, 5, 2, 20]
    assert [read_year(one) for one in ("2026", "二〇二六", "二零二六")] == [2026] * 3


@given(st.text(alphabet="零〇一二三九十廿两", min_size=1, max_size=4))
def test_what_is_no_number_is_told_apart(words: str) -> None:
    number = read_number(words)
    assert -1 <= number <= 99


def test_digits_in_a_row_are_no_number() -> None:
    assert [read_number(one) for one in ("一二", "十十", "三四十")] == [-1] * 3
