"""Where announced events take place, in the words of their sentences."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tag import Tagger
from pipeline.tag.events import find_events
from pipeline.tag.venues import find_venue

_PUBLISHED = datetime(2026, 11, 24, 2, tzinfo=UTC)


def _place(text: str) -> str:
    ((event,), _) = find_events("示例", text, _PUBLISHED)
    return event.place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("12月5日晚7点，社区将在老墙门的天井里点亮六十盏灯。", "老墙门的天井里"),
        ("12月5日晚7点，夜校有一堂公开课，地点在区职教中心，没报名的也能来。", "区职教中心"),
        ("12月5日晚7点开讲，地方是示例公园的红色塑胶圈里。", "示例公园的红色塑胶圈里"),
        ("12月5日晚7点，在凉亭里连说两场评书。", "凉亭里"),
        ("12月5日晚7点，老祠堂开臼，愿意打的人排队。", "老祠堂"),
        ("12月5日下午2点，社区门前的香樟树下会摆出八张长桌。", "社区门前的香樟树下"),
        ("这个周六晚上7点，码头边的灯光球场，连演一个半钟头。", "码头边的灯光球场"),
        ("12月5日上午9点，示例街道凌霄社区广场，招聘会等你。", "示例街道凌霄社区广场"),
        ("⏰12月5日上午9点开跑\n📍海堤东入口\n路线六公里", "海堤东入口"),
        ("【在哪里】和顺社区南门。【什么时候】12月5日上午9点，等你来。", "和顺社区南门"),
        ("问：几号？答：12月5日上午9点。问：地点？答：村口戏台，下雨移到祠堂。", "村口戏台"),
        ("12月5日上午9点开课。教室就在社区一楼的小屋，自带纸笔。", "社区一楼的小屋"),
        ("12月5日上午9点开赛，食堂管饭。名额二十个。比赛地点在文化礼堂。", "文化礼堂"),
        ("12月5日晚7点，船队从殷湾埠头出发，一路唱到湖心。", "殷湾埠头"),
        ("12月5日上午9点入学，地点就在二号车间，自带水杯。", "二号车间"),
        ("12月5日上午9点，传习室将在码头边的老冰厂开门。", "码头边的老冰厂"),
        ("12月5日下午2点，糖坊门前要举行一场“送灶糖”。", "糖坊门前"),
        ("12月5日上午9点，讲解员将在牡丹社区文化家园作最后一场导览。", "牡丹社区文化家园"),
        ("12月5日上午9点，医师会到社区卫生站二楼坐诊。", "社区卫生站二楼"),
    ],
)
def test_a_place_is_found_as_newspapers_tell_it(text: str, place: str) -> None:
    assert _place(text) == place


@pytest.mark.parametrize("before", range(60, 79))
def test_a_place_behind_the_title_is_not_cut(before: int) -> None:
    text = "演" * before + "，地点在郑氏十七房景区戏台，欢迎来看。"
    ((event,), _) = find_events("12月5日晚7点演出", text, _PUBLISHED)
    assert event.place == "郑氏十七房景区戏台"


@pytest.mark.parametrize(
    "text",
    [
        "12月5日上午9点开讲，讲到船员怎么靠星星认路，讲完答问。",
        "12月5日上午9点将举办讲座，在专家带领下认药。",
        "12月5日上午9点将举办讲座，可在手机上报名。",
        "12月5日上午9点将举办讲座，票在示例前台领，领完为止。",
        "12月5日上午9点开课，过期的日子当场写在标签上。",
        "12月5日上午9点将举办讲座，回执在国庆前交。",
        "12月5日上午9点开课，不会写的把话留在纸上。",
        "12月5日上午9点，示例社区将举办讲座。",
        "12月5日上午9点，老人坐在门口讲古。",
    ],
)
def test_what_is_no_place_is_none(text: str) -> None:
    assert _place(text) == ""


def test_a_place_ends_where_its_doing_begins_even_if_that_names_another() -> None:
    text = "12月5日上午9点，五十只船在示例街道文化站排成一支船队。"
    assert _place(text) == "示例街道文化站"


def test_an_event_without_a_place_is_at_the_only_community_of_its_story(tagger: Tagger) -> None:
    told = tagger.tag("示例", "12月5日上午9点，东兴社区将举办讲座。", published=_PUBLISHED)
    assert [event.place for event in told.events] == ["东兴社区"]


@given(
    st.lists(
        st.text(alphabet="在到地点：，。【】社区广场里12月日“”的", max_size=40),
        min_size=3,
        max_size=3,
    )
)
def test_a_place_is_always_a_stretch_of_what_was_read(parts: list[str]) -> None:
    before, behind, after = parts
    place = find_venue(before, behind, after)
    assert place in f"{before}\n{behind}。{after}"
