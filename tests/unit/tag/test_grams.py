"""What characters say about themes: a table that people can read, scores that can be explained."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.tag.grams import LITTLE, Gram, GramModel, blank, is_han
from pipeline.tag.odds import FEATURES, choose_likely, describe, get_odds
from pipeline.tag.themes import SHIPPED, ThemeFinder, join

if TYPE_CHECKING:
    from pathlib import Path

TITLE, TEXT = "巷口多了一盏灯", "夜里回家的人说，亮堂了，心也定了。"


def model() -> GramModel:
    grams = {
        "亮堂": Gram(60.0, ((0, 2.0), (1, -1.0))),
        "堂了": Gram(40.0, ((0, 1.0),)),
        "灯": Gram(40.0, ((0, 1.5),)),
        "回家": Gram(40.0, ((1, 0.5),)),
    }
    return GramModel(("更新", "平安"), (-1.0, -1.0), grams, (1.0,) * FEATURES + (-1.0,))


def cut_in_pairs(text: str) -> list[str]:
    """Stand in for the tokenizer: the finder asks only for stretches that join to the text."""
    return [text[at : at + 2] for at in range(0, len(text), 2)]


def score(text: str) -> list[float]:
    return model().read(text).scores


def test_a_score_is_the_bias_and_what_the_characters_add() -> None:
    idf = {"亮堂": 60.0, "堂了": 40.0, "灯": 40.0, "回家": 40.0}
    length = math.sqrt(sum(one * one for one in idf.values()) + LITTLE)
    update, safety = score(f"{TITLE}\n{TEXT}")
    assert update == pytest.approx(-1 + (60 * 2 + 40 * 1 + 40 * 1.5) / length)
    assert safety == pytest.approx(-1 + (-60 * 1 + 40 * 0.5) / length)
    assert score("别的话") == [-1.0, -1.0]


@given(st.text("亮堂了灯回家，\ud800", max_size=60))
def test_one_sum_says_what_theme_by_theme_would(text: str) -> None:
    grams = model().grams
    pairs = [*text, *(a + b for a, b in pairwise(text))]
    counted = {gram: pairs.count(gram) for gram in grams if gram in pairs}
    tfidf = {gram: grams[gram].idf * (1 + math.log(n)) for gram, n in counted.items()}
    length = math.sqrt(sum(one * one for one in tfidf.values()) + LITTLE)
    wanted = [-1.0, -1.0]
    for gram, one in tfidf.items():
        for theme, weight in grams[gram].weights:
            wanted[theme] += one / length * weight
    assert score(text) == pytest.approx(wanted, abs=1e-4)


@given(st.text("亮堂了灯回家，😀\ud800", max_size=60))
def test_every_sequence_is_counted_as_often_as_it_stands(text: str) -> None:
    pairs = Counter([*text, *(a + b for a, b in pairwise(text))])
    wanted = {gram: pairs[gram] for gram in model().grams if gram in pairs}
    assert model().read(text).counts == wanted


def _explain(words: list[str], text: str = "") -> list[str]:
    text = text or "".join(words)
    found = model().explain(text, words, model().read(text), ["更新"])["更新"]
    assert all(one.points > 0 for one in found)
    return [text[one.start : one.end] for one in found]


def test_the_words_that_moved_the_score_are_shown_once_each() -> None:
    assert _explain(["楼道", "亮堂", "了", "，", "亮堂", "了"]) == ["亮堂"]


def test_a_word_that_stands_in_every_story_is_shown_only_where_nothing_else_is() -> None:
    assert "亮堂" in _explain(["下午", "亮堂", "了"])


def test_a_word_within_a_name_is_not_what_moved_the_score() -> None:
    assert _explain(["亮堂", "社区", "，", "亮堂", "了"], "    ，亮堂了") == ["亮堂"]


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "grams.tsv"
    model().save(path, "说明")
    again = GramModel.load(path)
    assert (again.themes, again.odds) == (model().themes, model().odds)
    assert again.read(TEXT).scores == pytest.approx(score(TEXT))


@pytest.mark.parametrize(
    "line", ["亮堂\t三\t0:1", "亮堂", "亮堂\t3.0\t0", "theme\t更新", "odds\tx"]
)
def test_a_broken_line_of_a_table_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "grams.tsv"
    path.write_text(f"# 说明\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"grams\.tsv:2"):
        GramModel.load(path)


def test_a_table_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"grams\.tsv"):
        GramModel.load(tmp_path / "grams.tsv")


def test_names_of_places_are_read_as_blanks_of_the_same_length() -> None:
    assert blank("东兴社区的灯", [(0, 4)]) == "    的灯"
    assert join("东兴社区", "在东兴社区", [("text", 1, 5)]) == "东兴社区\n在    "


@given(
    st.lists(st.tuples(st.floats(0, 40), st.floats(-30, 30)), min_size=1, max_size=17),
    st.lists(st.floats(-3, 3), min_size=FEATURES + 1, max_size=FEATURES + 1),
)
def test_odds_are_probabilities_and_at_most_three_themes_are_likely(pairs, weights) -> None:
    points, scores = zip(*pairs, strict=True)
    odds = get_odds(points, scores, weights)
    assert all(0 <= one <= 1 for one in odds)
    assert all(len(one) == FEATURES for one in describe(points, scores))
    chosen = choose_likely({str(number): one for number, one in enumerate(odds)})
    assert len(chosen) <= 3
    assert [odds[int(one)] for one in chosen] == sorted(odds, reverse=True)[: len(chosen)]


def test_a_theme_that_characters_tipped_shows_them_where_they_stand() -> None:
    finder = ThemeFinder()
    shown = 0
    for title, text in [
        (
            "门口的长凳",
            (
                "下雨天没处站的外卖小哥，如今推开门就能坐下，热水、微波炉、充电线样样有，墙上还挂着雨衣。"
                "跑单的间隙，他们围着桌子吃口热饭，聊两句路上的事，歇够了再走。"
            ),
        ),
        (
            "",
            (
                "他刨了一辈子木头，如今把手法一遍遍拆给年轻人看。起初没人肯坐下来，后来周末总有三五个孩子，"
                "拿着边角料学着打一只小凳，磕磕碰碰，谁也不肯先走。"
            ),
        ),
        (
            "河埠头",
            (
                "从前发黑的水，如今看得见小鱼。傍晚，有人坐在石阶上不肯走，说小时候就是在这里学会游泳的，"
                "盼了三十年，总算又敢把脚伸进去。"
            ),
        ),
        (
            "",
            (
                "几位老人在院子里晒太阳，说起吃饭的事：走几步路就有热菜热汤，软烂的、少盐的分开做，"
                "走不动的有人送到床头，儿女在外地也放了心。"
            ),
        ),
    ]:
        themes, evidence = finder.find(title, text, words=cut_in_pairs(f"{title}\n{text}"))
        for theme in themes:
            found = [one for one in evidence if one.target == f"theme:{theme}"]
            assert found
            for one in found:
                content = title if one.field == "title" else text
                assert content[one.start : one.end] == one.surface
            shown += any(one.rule == "characters" for one in found)
    assert shown


def test_an_editors_own_theme_is_found_by_its_terms_beside_those_that_were_learnt(
    tmp_path: Path,
) -> None:
    (tmp_path / "grams.tsv").write_bytes(b"")
    model().save(tmp_path / "grams.tsv", "说明")
    (tmp_path / "themes.yaml").write_text(
        "model: grams.tsv\nthemes:\n  - {name: 更新, terms: {翻新: 2}}\n"
        "  - {name: 桥梁, terms: {石桥: 2}}\n",
        encoding="utf-8",
    )
    text = (
        "亮堂了，一盏灯。河边的路修到了村口，来往的人多了起来，说起来都说好，也都说快，比从前方便。"
    )
    title = "石桥修好了"
    words = cut_in_pairs(f"{title}\n{text}")
    themes, evidence = ThemeFinder(tmp_path / "themes.yaml").find(title, text, words=words)
    assert set(themes) == {"更新", "桥梁"}
    assert {(one.target, one.rule) for one in evidence} == {
        ("theme:更新", "characters"),
        ("theme:桥梁", "term"),
    }


def test_the_shipped_model_knows_the_shipped_themes() -> None:
    finder = ThemeFinder()
    shipped = GramModel.load(SHIPPED.with_name(finder.model_name))
    assert shipped.themes == finder.names
    assert len(shipped.odds) == FEATURES + 1
    assert all(is_han(gram) and len(gram) <= 2 for gram in shipped.grams)
