"""Every tag has its evidence, and any text gets a valid answer."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.tag import Tagger
from pipeline.tag.gazetteer import Gazetteer

_PARTS = st.sampled_from(
    ["鄞州區", "东柳街道", "幸福苑社區", "志愿者", "、", "和", "社区", "村", "长沙市", "。", "😀",
     "3月5日下午2点", "举行", "在村口的廣場", "地点：", "本周六", "元宵节当晚", "“", "”", "（", "）",
     "那天", "上午9点，", "每周二", "29日上午", "也就是", "连办三天", "，", "禮堂", "有一场", "\ud800", "党建", "民族路", "\n", " ", "讯"]
)  # fmt: skip
_TEXT = st.one_of(
    st.text(alphabet=st.characters(), max_size=80), st.lists(_PARTS, max_size=30).map("".join)
)


@given(title=_TEXT, text=_TEXT, published=st.none() | st.datetimes(timezones=st.just(UTC)))
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_piece_of_evidence_stands_in_the_original_text(
    tagger: Tagger, title: str, text: str, published: datetime | None
) -> None:
    tagging = tagger.tag(title, text, published=published)
    original = {"title": title, "text": text}
    for one in tagging.evidence:
        assert original[one.field][one.start : one.end] == one.surface
        assert one.surface
    for unit in tagging.communities:
        assert 0 <= unit.start < unit.end <= len(original[unit.field])
    supported = {one.target for one in tagging.evidence}
    assert {f"district:{name}" for name in tagging.districts} <= supported
    assert {f"theme:{name}" for name in tagging.themes} <= supported
    assert len(tagging.summary) <= 120
    for event in tagging.events:
        assert event.end is None or event.end >= event.start
        assert f"event:{event.start:%Y-%m-%d}" in supported


@pytest.mark.parametrize(
    "text",
    ["", "、" * 1_000_000, "社区" * 200_000, "长沙福城社区" * 30_000, "东柳街道" * 50_000,
     "\ud800东兴社区", "😀" * 1000, "3月5日举行" * 20_000,
     "".join(f"杭州{name}，" for name in Gazetteer.load().names) * 10],
    ids=["empty", "commas", "suffixes", "outside", "streets", "surrogate", "emoji", "dates", "names"],
)  # fmt: skip
def test_hostile_text_gets_an_answer(tagger: Tagger, text: str) -> None:
    assert len(tagger.tag(text[:40], text).summary) <= 120


def test_traditional_text_is_tagged_with_simplified_names_and_original_spans(
    tagger: Tagger,
) -> None:
    text = "示例：東柳街道幸福苑社區的居民開會。"
    tagging = tagger.tag("", text)
    (unit,) = tagging.communities
    assert (unit.name, unit.district, unit.street) == ("幸福苑社区", "鄞州", "东柳街道")
    assert text[unit.start : unit.end] == "幸福苑社區"
    assert unit.member


def test_an_unknown_key_in_the_themes_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "themes.yaml"
    path.write_text("themes:\n  - name: 示例\n    term: {示例: 2}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"themes\.yaml:3"):
        Tagger.load(themes=path)
