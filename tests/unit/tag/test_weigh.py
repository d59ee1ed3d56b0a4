"""Weights of terms, corrected by labelled texts."""

import json
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.tag.themes import SHIPPED, ThemeFinder, read_rows
from pipeline.tag.weigh import Lesson, read_lessons, weigh

_RIGHT, _WRONG = ("甲", "对的词"), ("甲", "错的词")


def test_labelled_texts_move_a_term_and_leave_the_editors_own_word() -> None:
    lessons = [Lesson({_RIGHT: 1.0}, frozenset({"甲"}))] * 5
    lessons += [Lesson({_WRONG: 1.0, ("甲", "定的词"): 1.0}, frozenset())] * 5
    found = weigh({_RIGHT: 1.0, _WRONG: 1.0}, {("甲", "定的词"): 2.0}, lessons)
    assert set(found) == {_RIGHT, _WRONG}
    assert found[_RIGHT] > 1.0 > found[_WRONG] >= 0.0


def test_a_term_that_no_text_holds_keeps_what_people_said() -> None:
    assert weigh({_RIGHT: 1.2}, {}, [Lesson({}, frozenset({"甲"}))]) == {_RIGHT: 1.2}


def test_lessons_count_what_fires_in_title_and_text(tmp_path: Path) -> None:
    (tmp_path / "themes.yaml").write_text(
        "themes:\n  - {name: 甲, terms: {义诊: 2}}\n", encoding="utf-8"
    )
    path = tmp_path / "lessons.jsonl"
    lesson = {"title": "义诊", "text": "今天義診。", "themes": ["甲"]}
    path.write_text(json.dumps(lesson, ensure_ascii=False) + "\n", encoding="utf-8")
    (one,) = read_lessons([path], ThemeFinder(tmp_path / "themes.yaml"))
    assert one.counts == {("甲", "义诊"): pytest.approx(2.35)}


def test_the_shipped_vocabulary_names_themes_terms_and_sane_weights() -> None:
    finder = ThemeFinder()
    rows = list(read_rows(SHIPPED.with_name(finder.vocabulary)))
    assert {row.theme for row in rows} <= set(finder.names)
    assert len({(row.theme, row.term) for row in rows}) == len(rows) > 5000
    assert all(len(row.term) > 1 and 0 <= row.weight <= 3 for row in rows)


@pytest.mark.parametrize("line", ["甲\t词\t1", "甲\t词\t一\t二", "甲 词 1 1"])
def test_a_broken_line_of_a_vocabulary_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text(f"# 说明\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"terms\.tsv:2"):
        list(read_rows(path))


def test_a_vocabulary_of_an_unknown_theme_is_refused(tmp_path: Path) -> None:
    (tmp_path / "terms.tsv").write_text("乙\t词语\t1\t1\n", encoding="utf-8")
    (tmp_path / "themes.yaml").write_text(
        "vocabulary: terms.tsv\nthemes:\n  - {name: 甲, terms: {词: 2}}\n", encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="乙"):
        ThemeFinder(tmp_path / "themes.yaml")
