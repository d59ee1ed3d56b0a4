"""Texts that share most of the shorter one are one story."""

from pipeline.tag.jsonlines import reprint_lines
from pipeline.tag.reprints import Document, group

_SENTENCE = "示例：第{0}组居民在{0}号楼前的小花园里种下了{0}株月季，志愿者送来了{0}把水壶。"
_LONG = "".join(_SENTENCE.format(number) for number in range(20))


def test_a_shortened_reprint_joins_the_longest_text() -> None:
    found = group(
        [
            Document("short", "标题一", _LONG[:300]),
            Document("long", "标题二", _LONG),
            Document("other", "标题三", "示例：完全不同的一篇文章，讲的是河边的步道什么时候完工。"),
        ]
    )
    assert [(one.lead, set(one.scores)) for one in found] == [
        ("long", {"short", "long"}),
        ("other", {"other"}),
    ]
    assert found[0].scores["long"] == 1.0


def test_every_document_is_in_exactly_one_group_even_when_it_is_empty_or_broken() -> None:
    documents = [
        Document(str(at), "", text) for at, text in enumerate(["", "", "\ud800", "好", _LONG])
    ]
    assert sorted(key for one in group(documents) for key in one.scores) == list("01234")


def test_ties_go_to_the_first() -> None:
    (one,) = group([Document("a", "", _LONG), Document("b", "", _LONG)])
    assert (one.lead, one.scores) == ("a", {"a": 1.0, "b": 1.0})


def test_a_broken_line_is_reported_and_the_rest_is_grouped() -> None:
    said = list(reprint_lines([b"\xff", '{"id":"a","title":"","text":"x"}', "\n", "[]"]))
    assert [one.get("line") for one in said] == [1, 4, None]
    assert said[-1] == {"story": "a", "members": [{"id": "a", "score": 1.0}]}
