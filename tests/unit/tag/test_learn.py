"""Learning from corrections: only what helps is used, and words say why."""

import random

import pytest

from pipeline.errors import ConfigError
from pipeline.tag import Tagger
from pipeline.tag.learn import Lesson, learn, load, save

THEMES = ("生态环境", "文化活动")


def make_lessons(count, *, useful):
    dice = random.Random(3)
    lessons = []
    for number in range(count):
        has = number % 3 == 0
        words = {dice.choice("甲乙丙丁戊己庚辛") * 2 for _ in range(5)}
        if has and useful:
            words.add("观鸟")
        wanted = frozenset({"生态环境"} if has else ())
        lessons.append(Lesson(frozenset(words), frozenset(), wanted))
    return lessons


def test_a_word_that_editors_teach_gives_the_theme_its_name(tmp_path):
    verdicts = learn(make_lessons(60, useful=True), THEMES)
    (one,) = verdicts
    assert one.theme == "生态环境"
    assert one.rules_f1 == 0
    assert one.model_f1 > 0.9
    assert one.top_words[0][0] == "观鸟"
    save(tmp_path / "learnt.json", verdicts)
    model = load(tmp_path / "learnt.json")["生态环境"]
    assert model.score(frozenset({"观鸟"}), said=False) > 0
    assert model.score(frozenset({"甲甲"}), said=False) < 0


def test_what_does_not_help_is_not_used(tmp_path):
    verdicts = learn(make_lessons(60, useful=False), THEMES)
    assert all(one.learnt is None for one in verdicts)
    save(tmp_path / "learnt.json", verdicts)
    assert load(tmp_path / "learnt.json") == {}


def test_rules_that_are_right_stay_alone():
    lessons = [Lesson(one.words, one.wanted, one.wanted) for one in make_lessons(60, useful=True)]
    assert all(one.learnt is None for one in learn(lessons, THEMES))


def test_a_few_labels_teach_nothing():
    assert learn(make_lessons(9, useful=True), THEMES) == []


def test_a_learnt_theme_shows_the_words_that_gave_it(tmp_path):
    path = tmp_path / "learnt.json"
    save(path, learn(make_lessons(60, useful=True), THEMES))
    title, text = "周末去哪里", "（示例）周末去观鸟，大家带上望远镜。"
    plain = Tagger.load()
    taught = Tagger.load(learnt=path)
    if "观鸟" not in plain.list_words(title, text):
        pytest.skip("the tokenizer does not know the word")
    tagging = taught.tag("", text)
    assert "生态环境" in tagging.themes
    found = [one for one in tagging.evidence if one.target == "theme:生态环境"]
    assert all(text[one.start : one.end] == one.surface for one in found)


def test_a_broken_model_is_named_with_what_to_do(tmp_path):
    path = tmp_path / "learnt.json"
    assert load(path) == {}
    path.write_text('{"生态环境": 3}', encoding="utf-8")
    with pytest.raises(ConfigError, match="learn anew"):
        load(path)
