"""Learning the themes' model: what labelled texts teach, the same every time.

The learning needs the dependency group ``learn``, which neither the pipeline nor the suite brings:
without it these tests are left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pipeline.tag.grams import GramModel, is_han
from pipeline.tag.themes import ThemeFinder

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

THEMES = ThemeFinder().names[:2]
SPOKEN = (
    ("示例{n}：巷口的灯亮了，楼道也刷了新漆，加了扶手。", THEMES[0]),
    ("示例{n}：大家排练腰鼓，旗袍队登台，唱了三首歌。", THEMES[1]),
)


@pytest.fixture(scope="module")
def train() -> ModuleType:
    pytest.importorskip("sklearn", reason="needs the dependency group learn")
    from pipeline.tag import train as module  # noqa: PLC0415 - imports scikit-learn

    return module


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.jsonl"
    lines = [
        {"id": str(n), "title": "", "text": said.format(n=n) + "（" + "甲乙丙丁"[n % 4] + "）", "themes": [theme]}
        | ({"districts": []} if n % 2 else {})
        for n in range(12)
        for said, theme in SPOKEN
    ]  # fmt: skip
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return path


def test_a_lesson_knows_its_themes_its_weight_and_whether_terms_had_seen_it(
    train: ModuleType, labelled: Path
) -> None:
    lessons = train.read_lessons([labelled], THEMES)
    assert [one.themes for one in lessons[:2]] == [frozenset({theme}) for theme in THEMES]
    assert {one.weight for one in lessons} == {1.0, 2.0}  # a story labelled in full counts twice
    assert not any(one.set_aside for one in lessons)
    seen = train.read_lessons([labelled], THEMES, frozenset({labelled.name}))
    assert all(one.set_aside for one in seen)


def test_the_model_tells_new_texts_apart_by_what_the_lessons_taught(
    train: ModuleType, labelled: Path
) -> None:
    model = train.learn(train.read_lessons([labelled], THEMES), THEMES)
    for number, text in enumerate(("楼道里的灯又亮了", "腰鼓和旗袍又要排练")):
        scores = model.read(text).scores
        assert scores[number] == max(scores)
        assert scores[number] > 0 > min(scores)
    assert all(is_han(gram) for gram in model.grams)


def test_learning_is_the_same_every_time_and_its_table_is_read_back(
    train: ModuleType, labelled: Path, tmp_path: Path
) -> None:
    tables = [tmp_path / "one.tsv", tmp_path / "other.tsv"]
    for table in tables:
        train.learn(train.read_lessons([labelled], THEMES), THEMES).save(table, "说明")
    assert tables[0].read_bytes() == tables[1].read_bytes()
    again = GramModel.load(tables[0])
    assert again.themes == THEMES
    assert again.grams
