"""Findings as an editor reads them: one fault where the summary says the text's words again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.desk.faults import count_faults, find_fault, list_faults
from pipeline.errors import NotFoundError
from pipeline.model import Finding, Level
from pipeline.store.waivers import Waiver, fingerprint

WORD = Finding(
    "vague-time",
    Level.WARNING,
    "请写明日期。",
    "7",
    "text",
    9,
    11,
    "近日",
    None,
    "记者获悉，\0近日\0开了门",
)
SUMMARY = replace(WORD, field="summary", start=0, end=2, content="\0近日\0开了门")


def waive(*findings):
    at = datetime(2026, 11, 18, tzinfo=UTC)
    return {fingerprint(one): Waiver(fingerprint(one), "anna", "引语", at) for one in findings}


def test_the_summary_and_its_sentence_in_the_text_are_one_fault_and_the_summary_is_shown():
    (fault,) = list_faults([WORD, SUMMARY], {})
    assert (fault.finding, fault.fields) == (SUMMARY, ("summary", "text"))


@pytest.mark.parametrize(
    "other",
    [
        replace(WORD, content="散场后\0近日\0又开了门"),  # another sentence of the text
        replace(SUMMARY, content="\0近日\0又开了门"),
        replace(SUMMARY, item="8"),
        replace(SUMMARY, field="title"),
        replace(SUMMARY, message="请改。"),
        replace(SUMMARY, suggestion="11月17日"),
    ],
)
def test_other_findings_are_faults_of_their_own(other):
    assert len(list_faults([WORD, other], {})) == 2


def test_findings_without_words_are_never_joined_over_two_fields():
    whole = replace(WORD, surface="", content="")
    assert len(list_faults([whole, replace(whole, field="summary")], {})) == 2


def test_a_fault_is_waived_only_where_all_of_it_is():
    assert list_faults([WORD, SUMMARY], waive(WORD))[0].waiver is None
    assert list_faults([WORD, SUMMARY], waive(SUMMARY))[0].waiver is None
    (fault,) = list_faults([WORD, SUMMARY], waive(WORD, SUMMARY))
    assert fault.waiver is not None
    assert fault.waiver.reason == "引语"


def test_a_fault_is_found_by_the_mark_of_each_of_its_findings():
    assert find_fault([WORD, SUMMARY], fingerprint(WORD)) == find_fault(
        [WORD, SUMMARY], fingerprint(SUMMARY)
    )
    with pytest.raises(NotFoundError):
        find_fault([WORD], fingerprint(SUMMARY))


def test_an_item_has_as_many_faults_as_its_page_lists():
    slip = replace(WORD, level=Level.ERROR)
    whole = replace(WORD, item=None)
    found = list_faults([WORD, SUMMARY, slip, whole], waive(WORD))
    assert count_faults(found) == {"7": (1, 1), "": (0, 1)}
    assert count_faults(list_faults([WORD, SUMMARY], waive(WORD, SUMMARY))) == {"7": (0, 0)}
