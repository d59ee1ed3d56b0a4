"""Values in Chinese sentences: Latin letters stand apart from Han, figures alone do not."""

import pytest

from pipeline.chinese.filling import fill
from pipeline.errors import RefusedError


@pytest.mark.parametrize(
    ("template", "values", "said"),
    [
        ("%(week)s已签发", {"week": "2026-W47"}, "2026-W47 已签发"),
        ("账号%(user)s已停用。", {"user": "anna"}, "账号 anna 已停用。"),
        ("账号%(user)s已停用。", {"user": "张三"}, "账号张三已停用。"),
        ("现为第%(n)s稿", {"n": 3}, "现为第3稿"),
        ("没有发给%(to)s：%(said)s", {"to": "a@b.example", "said": "550 no"},
         "没有发给 a@b.example：550 no"),
        ("“%(week)s”在100%%之后%(n)s处", {"week": "2026-W47", "n": 2}, "“2026-W47”在100%之后2处"),
    ],
)  # fmt: skip
def test_latin_letters_stand_apart_from_han_and_figures_do_not(template, values, said):
    assert fill(template, values) == said


def test_a_value_that_looks_like_a_hole_is_no_hole():
    assert fill("理由：%(why)s", {"why": "100%(why)s"}) == "理由：100%(why)s"


def test_a_refusal_keeps_its_sentence_and_its_values_apart():
    error = RefusedError("%(week)s还有%(count)s处差错", week="2026-W47", count=2)
    assert str(error) == "2026-W47 还有2处差错"
    assert (error.template, error.values["count"]) == ("%(week)s还有%(count)s处差错", 2)
