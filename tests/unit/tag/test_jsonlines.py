"""JSON lines as the contract has them, and how good the tags are."""

import json

from pipeline.tag import Tagger
from pipeline.tag.evaluate import evaluate
from pipeline.tag.jsonlines import tag_lines

_GOOD = {
    "id": 7,
    "title": "示例：幸福苑社区讲座",
    "text": "示例：东柳街道幸福苑社区将于11月28日下午2点在文化礼堂举办反诈讲座，欢迎报名。",
    "published": "2026-11-24",
}


def test_a_broken_line_gives_its_number_and_the_rest_is_done(tagger: Tagger) -> None:
    bad = ["{", '{"id":"a"}', json.dumps({**_GOOD, "published": "gestern"})]
    said = list(tag_lines([*bad, "", json.dumps(_GOOD).encode()], tagger))
    assert [one.get("line") for one in said] == [1, 2, 3, None]
    good = said[-1]
    assert set(good) == {
        "id", "districts", "communities", "themes", "keywords", "summary", "events", "evidence",
    }  # fmt: skip
    assert (good["id"], good["districts"]) == ("7", ["鄞州"])
    assert good["communities"][0]["member"] is True
    assert good["events"][0]["start"] == "2026-11-28T14:00"
    assert good["evidence"][0]["surface"]


def test_a_perfect_label_scores_one_and_broken_lines_are_passed(tagger: Tagger) -> None:
    said = next(tag_lines([json.dumps(_GOOD)], tagger))
    label = _GOOD | {
        "districts": ["海曙"],
        "districts_alt": [["鄞州"]],
        "themes": said["themes"],
        "communities": ["幸福苑社区"],
        "resolved": {"幸福苑社区": ["鄞州", "东柳街道"]},
        "events": said["events"],
    }
    scores = evaluate(["broken", "", json.dumps(label)], tagger)
    assert scores["n"] == 1
    assert scores["district"]["f1"] == scores["community"]["f1"] == scores["event"]["f1"] == 1.0
    assert scores["resolved"] == {"accuracy": 1.0}
    assert scores["theme"]["micro"]["f1"] == 1.0


def test_an_empty_file_can_be_evaluated(tagger: Tagger) -> None:
    assert evaluate([], tagger)["n"] == 0
