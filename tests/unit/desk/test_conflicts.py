"""What several hands did to one form, woven together by one rule."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.desk.conflicts import show_conflicts, weave

NAMES = ("title", "summary", "why")
FORMS = st.fixed_dictionaries({name: st.sampled_from("甲乙丙") for name in NAMES})


@given(FORMS, FORMS, FORMS)
def test_what_one_side_changed_is_taken_and_what_both_changed_is_asked(
    base: dict[str, str], mine: dict[str, str], now: dict[str, str]
) -> None:
    woven, both = weave(base, mine, now)
    for name in NAMES:
        if mine[name] == base[name]:
            assert woven[name] == now[name]
        else:
            assert woven[name] == mine[name]
        differs = mine[name] != base[name] != now[name] != mine[name]
        assert (name in both) == differs
    shown = show_conflicts(both, mine, now)
    assert [(one.theirs, one.yours) for one in shown] == [(now[n], mine[n]) for n in both]


def test_a_field_that_a_form_does_not_have_stays_as_it_is() -> None:
    assert weave({"title": "甲", "why": "乙"}, {"title": "丙"}, {"title": "甲", "why": "丁"}) == (
        {"title": "丙", "why": "丁"},
        [],
    )
