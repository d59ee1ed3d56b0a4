"""Announced days, relative to the day of publication (a Tuesday)."""

import time as clock
from datetime import UTC, datetime

import pytest

from pipeline.assemble.sections import is_over
from pipeline.tag import Tagger
from pipeline.tag.events import find_events

_PUBLISHED = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("phrase", "start"),
    [
        ("11月28日下午2点", "2026-11-28T14:00"),
        ("11月28日（周六）9:30", "2026-11-28T09:30"),
        ("1月3日", "2027-01-03T00:00"),
        ("本周五晚上7点半", "2026-11-27T19:30"),
        ("下周三", "2026-12-02T00:00"),
        ("本月28日（周六）", "2026-11-28T00:00"),
        ("下个月6日", "2026-12-06T00:00"),
        ("农历腊月廿三", "2027-01-30T00:00"),
        ("农历十一月初六晚7点", "2026-12-14T19:00"),
    ],
)
def test_the_usual_forms_are_understood(phrase: str, start: str) -> None:
    events, evidence = find_events("示例", f"示例：{phrase}将举办讲座。", _PUBLISHED)
    assert [event.start.strftime("%Y-%m-%dT%H:%M") for event in events] == [start]
    assert len(evidence) == 1


@pytest.mark.parametrize(
    "phrase", ["11月28日（周一）", "2月30日", "13月40日", "2020年1月1日", "11月20日"]
)
def test_a_day_that_cannot_be_or_is_past_is_no_event(phrase: str) -> None:
    assert find_events("示例", f"示例：{phrase}将举办讲座。", _PUBLISHED) == ((), ())


def test_without_a_date_of_publication_nothing_is_guessed() -> None:
    assert find_events("示例", "示例：周五将举办讲座。", None) == ((), ())


@pytest.mark.parametrize(
    "sentence",
    [
        "工程将于12月30日前完工。",
        "每周二志愿者都来扫地，也举办过比赛。",
        "11月24日上午，演出在示例广场举行。",
        "周六上午，居民请来了老师。",
        "截至11月30日，已有百人报名。",
    ],
)
def test_reports_deadlines_and_habits_are_no_announcements(sentence: str) -> None:
    assert find_events("示例", sentence, _PUBLISHED) == ((), ())


def test_a_range_with_opening_hours_ends_on_its_last_day() -> None:
    text = "12月1日至3日将在示例广场举办“示例节”，每天上午9点开门，下午4点收工。"
    (event,), (why, where) = find_events("标题", text, _PUBLISHED)
    assert (event.title, event.place) == ("示例节", "示例广场")
    assert (where.rule, text[where.start : where.end]) == ("venue", "示例广场")
    assert event.end is not None
    assert f"{event.start:%m-%d %H:%M} {event.end:%m-%d %H:%M}" == "12-01 09:00 12-03 16:00"
    assert text[why.start : why.end] == "12月1日至3日"


@pytest.mark.parametrize(
    "text",
    [
        "11月28日至29日，村里举办示例节，每天上午10点开始。",
        "11月28日至29日，村里举办示例节，每天18点至24点。",
    ],
)
def test_a_range_without_a_closing_hour_lasts_its_whole_last_day(text: str) -> None:
    (event,), _ = find_events("示例", text, _PUBLISHED)
    assert event.end is not None
    assert f"{event.end:%m-%d %H:%M}" == "11-29 23:59"
    assert not is_over(event, datetime(2026, 11, 29, 9, tzinfo=UTC))
    assert is_over(event, datetime(2026, 11, 29, 17, tzinfo=UTC))


def test_two_days_are_two_events_at_the_place_that_is_named() -> None:
    events, _ = find_events("示例讲座", "12月5日与12日下午2点开课，地点：示例书屋。", _PUBLISHED)
    assert [f"{one.start:%m-%d %H:%M} {one.place}" for one in events] == [
        "12-05 14:00 示例书屋",
        "12-12 14:00 示例书屋",
    ]


def test_hours_of_one_day_give_its_end() -> None:
    (event,), _ = find_events("示例", "12月6日下午2点至4点将开讲。", _PUBLISHED)
    assert event.end is not None
    assert f"{event.end:%H:%M}" == "16:00"


def test_a_named_day_to_come_is_an_event_whatever_the_verb() -> None:
    events, _ = find_events("磨刀", "11月29日上午8点，老街口有师傅磨刀。", _PUBLISHED)
    assert [event.start.isoformat()[:16] for event in events] == ["2026-11-29T08:00"]
    for rule in ("新规12月1日起施行。", "12月1日起停水三天。", "合同从12月1日起算。"):
        assert find_events("示例", rule, _PUBLISHED)[0] == (), rule


def test_a_range_may_reach_into_the_next_year() -> None:
    ((event,), _) = find_events("观鸟", "观鸟活动从11月28日到2027年2月28日，欢迎报名。", _PUBLISHED)
    assert event.end is not None
    assert event.end.date().isoformat() == "2027-02-28"


def _starts(text: str, published: datetime = _PUBLISHED) -> list[str]:
    return [f"{one.start:%m-%d %H:%M}" for one in find_events("示例", text, published)[0]]


def test_a_habit_that_begins_later_takes_place_from_then_on() -> None:
    assert _starts("12月3日起，每周四下午2点开课，共六次。") == ["12-03 14:00"]
    assert _starts("从下周二开课，每周二晚上7点做咖啡，每周四晚上7点拍照片。") == [
        "12-01 19:00", "12-03 19:00",
    ]  # fmt: skip
    assert _starts("课从12月1日开始上。每周一、三上午8点在示例教室教。") == ["12-02 08:00"]


def test_a_habit_that_only_goes_on_with_a_first_day_is_no_second_event() -> None:
    assert _starts("12月5日（周六）上午9点首课，每周六上一次，共十次。") == ["12-05 09:00"]


def test_a_deadline_of_a_list_is_no_event() -> None:
    assert _starts("报名到周五下午5点为止，请带上身份证。") == []
    assert _starts("征集意见至12月5日。") == []


def test_a_weekday_with_its_hour_is_an_announcement_unless_it_is_over() -> None:
    assert _starts("周六上午8点半，番薯地开认，一畦六十元。") == ["11-28 08:30"]
    assert _starts("上周五晚上8点开播，十一点卖断货。") == []
    assert _starts("窗口中午不休息，周六开到下午四点。") == []


def test_a_show_opens_and_closes_at_the_hours_of_the_next_sentence() -> None:
    text = "即日起到12月11日，老米仓里摆出旧椅子。上午9点半开门，下午5点关门，周一闭馆。"
    ((event,), _) = find_events("示例", text, _PUBLISHED)
    assert event.end is not None
    assert f"{event.start:%m-%d %H:%M} {event.end:%m-%d %H:%M}" == "11-24 09:30 12-11 17:00"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("将于11月29日下午2点在中心草坪举办亲子运动会。", "中心草坪"),
        ("12月5日晚上7点将在村口举行首场演出。", "村口"),
        ("定于12月5日到老米仓里开展。", "老米仓里"),
        ("将于12月5日举办讲座，地点：示例书屋二楼。", "示例书屋二楼"),
    ],
)
def test_a_place_is_a_place_without_its_hour(text: str, place: str) -> None:
    ((event,), _) = find_events("示例", text, _PUBLISHED)
    assert event.place == place


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("12月1日是示例日。社区当天下午3点补办婚礼。", ["12-01 15:00"]),
        ("本周日是农历三月三，社区将举办游园。上午9点开场，请来看。", ["11-29 09:00"]),
        ("预约通道12月3日中午12点关闭。报名于12月2日结束。", []),
        ("展览随后开放至12月19日。", []),
        ("12月5日（周六）至12月9日（周三），将连办四场。首场12月5日下午2点，末场12月9日晚7点。",
         ["12-05 14:00", "12-09 19:00"]),
        ("由印刷厂改造的体育馆，今晚7点迎来第一场球赛。", ["11-24 19:00"]),
        ("12月8日，所有窗口恢复正常。", []),
        ("12月8日就是冬至，大家提前请来了邻居。", []),
        ("书展12月5日开幕，展到12月20日，每天9:00—17:00。", ["12-05 09:00"]),
        ("本周末村里开镰，11月28日上午9点举办开镰节。", ["11-28 09:00"]),
        ("庙会12月5日至7日举办，每天8点开市。开市当天（周六）上午9点半，巡游出发。",
         ["12-05 08:00", "12-05 09:30"]),
        ("影展12月5日上午9点开展。首日下午2点另有一场导览。", ["12-05 09:00", "12-05 14:00"]),
        ("明天就是示例节，上午9点，草地上比一比。", ["11-25 09:00"]),
        ("元旦那天上午十点，园子开门。", ["01-01 10:00"]),
        ("国庆假期第二天，上午9点开始。", []),
        ("元旦夜7点起，老街支起火炉。", ["01-01 19:00"]),
        ("12月5日下午2点讲故事。12月12日（周六）同一时间，故事会移到示例社区。",
         ["12-05 14:00", "12-12 14:00"]),
        ("12月5日上午9点开始。下一期12月19日同时同地。", ["12-05 09:00", "12-19 09:00"]),
        ("年糕节12月5日开幕，上午9点半起灶，连办两天，6日下午4点收摊。", ["12-05 09:30"]),
        ("评选结果定于12月5日晚上六点半在礼堂公布，届时请来看。", ["12-05 18:30"]),
        ("下一期从12月7日（周一）晚上7点开始。", ["12-07 19:00"]),
        ("11月22日练了一回。本周五（27日）晚上7点再讲一堂。", ["11-27 19:00"]),
        ("明天上午九点半，最后一场兑换开铺，除了年货，也换手艺。", ["11-25 09:30"]),
        ("示例村晚，就在今晚（11月24日）7点，礼堂开演。", ["11-24 19:00"]),
        ("乐队决定12月24日晚6点半在岗亭前再演一回。", ["12-24 18:30"]),
    ],
)  # fmt: skip
def test_a_day_is_told_from_what_is_said_around_it(text: str, starts: list[str]) -> None:
    assert _starts(text) == starts


@pytest.mark.parametrize(
    "text",
    [
        "学校开设绣艺社团，请传承人来教，每周一节，先练锁边，再绣虎鼻。",
        "往年食堂腊月廿五就歇业，今年三家商定轮流值班，欢迎老人来吃饭。",
    ],
)
def test_a_number_of_lessons_and_a_habit_of_former_years_are_no_dates(text: str) -> None:
    assert _starts(text) == []


def test_the_day_from_which_tickets_are_handed_out_is_no_event() -> None:
    text = "演出定在4月2日晚上7点，免费入场，4月1日起在一楼门厅领号，欢迎居民来听。"
    assert _starts(text, datetime(2026, 3, 27, tzinfo=UTC)) == ["04-02 19:00"]


def test_a_stretch_of_days_from_one_to_another_begins_on_the_first() -> None:
    text = "从1月27日起至2月8日，社区将连办十三天剪纸课，每天下午2点开讲。"
    assert _starts(text, datetime(2026, 1, 26, tzinfo=UTC))[0].startswith("01-27")


def test_a_closing_hour_told_before_the_opening_hour_is_the_end() -> None:
    (event,), _ = find_events(
        "示例", "示例：11月28日集市将在广场开到晚上9点半，下午5点半亮灯。", _PUBLISHED
    )
    assert event.start.strftime("%H:%M") == "17:30"
    assert event.end is not None
    assert event.end.strftime("%H:%M") == "21:30"


def test_what_goes_on_until_a_day_is_no_event() -> None:
    assert find_events("示例", "示例：学堂一直办到12月21日，不收学费。", _PUBLISHED) == ((), ())


def test_what_another_city_announces_is_no_event_of_ours(tagger: Tagger) -> None:
    text = "示例：话剧将于11月28日晚7点在{}的剧场首演。"
    assert tagger.tag("", text.format("苏州"), published=_PUBLISHED).events == ()
    assert len(tagger.tag("", text.format("海曙区"), published=_PUBLISHED).events) == 1


def test_the_first_time_of_a_habit_has_its_hours() -> None:
    assert _starts("十二月里逢周六晚7点开锣，头一场就在12月5日。") == ["12-05 19:00"]


def test_what_goes_on_thereafter_is_no_event_of_its_own() -> None:
    told = "开课时间是12月第一个周一，也就是12月7日晚6点40分，以后每周一、周四各上一次。"
    assert _starts(told) == ["12-07 18:40"]


def test_a_habit_from_this_month_on_is_announced() -> None:
    assert _starts("从本月起，每月8日上午8点半到11点，师傅准时坐在亭里。") == ["12-08 08:30"]


def test_the_last_day_of_a_show_is_no_event() -> None:
    assert _starts("展览定于12月5日开幕，展期到12月20日，每天9时至17时。") == ["12-05 09:00"]


@pytest.mark.parametrize(
    ("told", "starts"),
    [
        ("日期：11月最后一个周六。时间：上午10点到下午5点。", ["11-28 10:00"]),
        ("第一期12月6日，第二期12月20日，都是早上8点20分集合。", ["12-06 08:20", "12-20 08:20"]),
        ("揭幕战12月5日（周六）19:30，决赛12月12日同一时间。", ["12-05 19:30", "12-12 19:30"]),
        ("每逢农历初六晚上7点开书，首场就在12月9日。", ["12-09 19:00"]),
        ("12月5日8时45分入场，9时开赛。", ["12-05 09:00"]),
        ("12月6日、13日两个周日，均为14时起。", ["12-06 14:00", "12-13 14:00"]),
        ("每月第二个周日上午8:30，下月是13日。", ["12-13 08:30"]),
        ("周一至周五8:30—20:00，请带身份证。", []),
        ("请记下两张桌子：传达室，周二周四；凉亭，周一周三。", []),
        ("12月5日午后1点，念给大家听。", ["12-05 13:00"]),
    ],
)
def test_hours_may_stand_elsewhere(told: str, starts: list[str]) -> None:
    assert _starts(told) == starts


@pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
@pytest.mark.parametrize(
    "phrase", ["元旦前一晚6点半", "本周日", "每月三十一日", "12月30日、31日两天"]
)
def test_a_year_beyond_all_calendars_has_no_events(year: int, phrase: str) -> None:
    published = datetime(year, 12, 30, 2, tzinfo=UTC)
    assert find_events("示例", f"示例：{phrase}将举办讲座。", published) == ((), ())


def test_a_day_that_only_the_title_names_counts() -> None:
    text = "少年们在示例礼堂下棋，8点半检录，9点开第一盘。"
    ((event,), (why,)) = find_events("12月5日，少年棋赛", text, _PUBLISHED)
    assert f"{event.start:%m-%d %H:%M}" == "12-05 09:00"
    assert (why.field, why.surface) == ("title", "12月5日")


@pytest.mark.parametrize(
    "unit",
    [
        "12月5日在广场，",
        "12月5日9点",
        "12月5日，也就是",
        "12月5日开“会",
        "8点，12月5日。",
        "每周六、",
        "正月初一至",
        "28日、29日每天",
        "12月5日9点至",
        "12月5日起，居民可到",
    ],
)
def test_an_endless_announcement_costs_no_more_than_its_length(unit: str) -> None:
    began = clock.process_time()
    find_events(unit * 200, unit * 20_000, _PUBLISHED)
    assert clock.process_time() - began < 5
