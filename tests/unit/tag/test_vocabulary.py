"""The wider vocabulary of the themes."""

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.tag.themes import SHIPPED, ThemeFinder
from pipeline.tag.vocabulary import read_rows


def test_the_shipped_vocabulary_names_themes_terms_and_sane_points() -> None:
    finder = ThemeFinder()
    rows = list(read_rows(SHIPPED.with_name(finder.vocabulary)))
    assert {row.theme for row in rows} <= set(finder.names)
    assert len({(row.theme, row.term) for row in rows}) == len(rows) > 5000
    assert all(len(row.term) > 1 and 0 < row.points <= 3 for row in rows)


@pytest.mark.parametrize("line", ["甲\t词", "甲\t词\t一", "甲 词 1", "甲\t词\t1\t1"])
def test_a_broken_line_of_a_vocabulary_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text(f"# 说明\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"terms\.tsv:2"):
        list(read_rows(path))


def test_a_vocabulary_of_an_unknown_theme_is_refused(tmp_path: Path) -> None:
    (tmp_path / "terms.tsv").write_text("乙\t词语\t1\n", encoding="utf-8")
    (tmp_path / "themes.yaml").write_text(
        "vocabulary: terms.tsv\nthemes:\n  - {name: 甲, terms: {词: 2}}\n", encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="乙"):
        ThemeFinder(tmp_path / "themes.yaml").find("", "词语")
