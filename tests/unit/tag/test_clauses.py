"""What an event is called and where it is, as its own clauses say."""

from datetime import UTC, datetime

import pytest

from pipeline.tag.events import find_events

_PUBLISHED = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("社区将开展义诊", "义诊"),
        ("社区将组织开展消防演练", "消防演练"),
        ("社区开展一场义诊", "义诊"),
        ("居民摆摊义卖", "义卖"),
        ("村口上演越剧专场", "越剧专场"),
        ("学校开设编织课", "编织课"),
        ("社区开办书画培训班", "书画培训班"),
        ("广场摆上美食节", "美食节"),
        ("草坪开始放露天电影", "露天电影"),
        ("办公楼前有消防演练", "消防演练"),
        ("社区开讲座", "讲座"),
        ("社区开展览", "展览"),
        ("学堂开十四门课", "标题"),
    ],
)
def test_an_event_is_named_without_half_of_its_verb(told: str, name: str) -> None:
    ((event,), _) = find_events("标题", f"11月28日上午9点，{told}。", _PUBLISHED)
    assert event.title == name


@pytest.mark.parametrize(
    ("told", "events"),
    [
        ("周五晚上7点，大剧院有一场民乐演奏会；周六上午9点，中心广场办集市；周日上午8点，大家徒步。",
         ["民乐演奏会 大剧院", "集市 中心广场", "标题 "]),
        ("11月28日上午9点举办集市，11月29日下午2点举办讲座。", ["集市 ", "讲座 "]),
        ("“邻里节”11月28日上午9点在广场开幕，11月29日下午2点在礼堂还有一场讲座。",
         ["邻里节 广场", "讲座 礼堂"]),
        ("社区将举办读书会，第一场11月28日，第二场12月12日，都是上午9点。", ["读书会 ", "读书会 "]),
        ("镇里开展义诊，安排如下：11月28日上午9点，在广场；11月29日上午9点，在礼堂。",
         ["义诊 广场", "义诊 礼堂"]),
        ("11月28日下午3点，在车库演出；11月29日下午3点再来一遍，地点是一样的。",
         ["标题 车库", "标题 车库"]),
    ],
)  # fmt: skip
def test_each_event_of_a_sentence_has_its_own_name_and_place(told: str, events: list[str]) -> None:
    found, _ = find_events("标题", told, _PUBLISHED)
    assert [f"{one.title} {one.place}" for one in found] == events
