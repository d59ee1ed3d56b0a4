"""Rules: what each finds, what it lets pass, and that none lacks its explanation."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import issue_json
from pipeline.calendar import SHANGHAI
from pipeline.config import Newsletter
from pipeline.errors import ConfigError
from pipeline.model import (
    Event,
    Image,
    Level,
    LinkCheck,
    LinkState,
    ReviewStep,
    SectionKind,
    Signature,
)
from pipeline.proof import LIMIT, RULES, Reference, explain, explain_all, load_lists, proofread
from pipeline.proof.privacy import is_identity_number

from .conftest import make_issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]

ROOT = Path(__file__).parents[3]
IN_WORDS = [rule for rule in RULES if not rule.wrong.startswith("（")]


def rules_of(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("rule", IN_WORDS, ids=lambda rule: rule.id)
def test_a_rules_own_examples_do_what_they_say(read: Read, rule: Any) -> None:
    assert rule.id in rules_of(read(rule.wrong))
    assert rule.id not in rules_of(read(rule.right))


def test_a_folder_of_lists_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"proof: .*none: there is no such folder"):
        load_lists(tmp_path / "none")


def test_every_rule_is_explained_and_the_manual_is_made_of_the_same_text() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert set(rule.levels.split()) <= {"E", "W"}
        assert all([rule.title, rule.advice, rule.source, rule.wrong, rule.right])
        assert rule.id in explain(rule)
    manual = (ROOT / "docs" / "proofreading.zh.md").read_text(encoding="utf-8")
    assert manual == explain_all(RULES)


def lacks(rule_id: str, *, manual: str, cases: str, tests: str) -> list[str]:
    """Name what a rule has not: its page in the manual, its bench cases, its tests."""
    found = []
    if f"## {rule_id}　" not in manual:
        found.append("manual")
    if f'"rule": "{rule_id}"' not in cases:
        found.append("cases")
    if f'"{rule_id}"' not in tests:
        found.append("tests")
    return found


# No text has them. In one string, so that no name here stands for a test of that rule.
MADE_WITH_THE_MAIL = "empty size unsubscribe signature source-not-allowed"


def test_every_rule_has_its_page_its_bench_cases_and_its_tests() -> None:
    manual = (ROOT / "docs" / "proofreading.zh.md").read_text(encoding="utf-8")
    cases = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "bench" / "data").glob("proof-cases*.jsonl")
    )
    tests = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")
    )
    for rule in RULES:
        missing = lacks(rule.id, manual=manual, cases=cases, tests=tests)
        allowed = ["cases"] if rule.id in MADE_WITH_THE_MAIL.split() else []
        assert missing == allowed, rule.id


def test_a_rule_that_lacks_any_of_them_is_told() -> None:
    assert lacks("new-rule", manual="", cases="", tests="") == ["manual", "cases", "tests"]
    full = {"manual": "## new-rule　x", "cases": '{"rule": "new-rule"}', "tests": '"new-rule"'}
    assert lacks("new-rule", **full) == []
    for part in full:
        assert lacks("new-rule", **{**full, part: ""}) == [part]


@pytest.mark.parametrize(
    "text",
    [
        "11月23日（周一）开讲。", "2026年11月23日（星期一）开讲。", "“昨天我们还在排练。”她说。",
        "比分是3:2，网址 https://example.org/a?b=1,c 可查。", "“你好，‘朋友’”，她说。",
        "2025年11月23日（星期日）已经开过一场。", "该社区是镇海城地域最广、人口最多的社区。",
        "这些社区来自海曙、鄞州、江北、镇海、北仑和奉化6个中心城区。", "6位社区书记发出倡议。",
        "来自海曙、鄞州等6个城区。", "活动持续3个月。", "获得一、二等奖的有5人。",
        "《明天会更好》是大家的保留曲目。", "两次获得中国民间文艺最高奖。",
        "报名请拨联系电话：13900001234。", "她今年68岁，是示例大学的教师李小英。",
        "共有120人参加，其中党员30人、居民50人。", "去年10件，今年12件，增长20%。",
        "正月十五闹元宵。", "农历十月十五（11月23日）赶集。", "北仑区大碶街道学苑社区。",
        "五一假期。", "第一季度，二十几人，5%—10%。", "他曾任街道党工委书记。",
        "昨天（11月19日）下雨。", "11月19日（昨天）下雨。", "三个好消息：一是开业，二是免费，三是送餐。",
    ],
)  # fmt: skip
def test_clean_look_alikes_raise_nothing(read: Read, text: str) -> None:
    assert [(one.rule, one.surface) for one in read(text)] == []


@pytest.mark.parametrize(
    ("text", "rule", "surface"),
    [
        ("11月23日（周二）开讲。", "weekday-wrong", "11月23日（周二）"),
        ("2026年2月30日开讲。", "weekday-wrong", "2026年2月30日"),
        ("2026-11-23（周二）开讲。", "weekday-wrong", "2026-11-23（周二）"),
        ("农历十月十五（11月24日）赶集。", "weekday-wrong", "农历十月十五（11月24日）"),
        ("10月10日调休放假。", "weekday-wrong", "10月10日调休放假"),
        ("周二（11月23日）开讲。", "weekday-wrong", "周二（11月23日）"),
        ("11月23日，星期二，开讲。", "weekday-wrong", "11月23日，星期二"),
        ("11月21日、22日（周五、周六）开讲。", "weekday-wrong", "11月21日、22日（周五、周六"),
        ("11月23日（周一）至27日（周四）开放。", "weekday-wrong", "27日（周四）"),
        ("11月24日，农历十月初一，赶集。", "weekday-wrong", "11月24日，农历十月初一"),
        ("10月接诊250人，上一年10月是200人，同比增长30%。", "count-mismatch", "250人，上一年10月是200人，同比增长30%"),
        ("放映《甲》《乙》《丙》四部影片。", "count-mismatch", "《甲》《乙》《丙》四部"),
        ("11月26日办到11月29日，为期三天。", "count-mismatch", "11月26日办到11月29日，为期三天"),
        ("6点半到9点半，四个小时都有人。", "count-mismatch", "6点半到9点半，四个小时"),
        ("起步时有3万5千元。", "number-style", "3万5千"),
        ("来了约80人左右。", "number-style", "约80人左右"),
        ("装在盒里，，一盒六株。", "punctuation", "，，"),
        ("挂号.讲课。", "punctuation", "."),
        ("打他电话13100009988。", "private-data", "13100009988"),
        ("村干部把书记叫老板。", "wording", "老板"),
        ("昨天下午，示例社区很热闹。", "relative-date", "昨天"),
        ("下个月15日开课。", "relative-date", "下个月15日"),
        ("去年底刚刚完工。", "relative-date", "去年底"),
        ("本周六开课。", "relative-date", "本周六"),
        ("大家好,欢迎。", "punctuation", ","),
        ("“大家好。", "punctuation", "“"),
        ("大家好）。", "punctuation", "）"),
        ("大家好。。。", "punctuation", "。。。"),
        ("来自海曙、鄞州、江北、镇海和北仑6个城区。", "count-mismatch", "来自海曙、鄞州、江北、镇海和北仑6个"),
        ("党员30人、居民50人，共计90人。", "count-mismatch", "党员30人、居民50人，共计90人"),
        ("去年办结100件，今年办结150件，增长20%。", "count-mismatch", "去年办结100件，今年办结150件，增长20%"),
        ("鄞州区东柳街道幸福院社区开会。", "member-name", "幸福院社区"),
        ("鄞州区潘火街道幸福苑社区开会。", "member-name", "鄞州区潘火街道幸福苑社区"),
        ("原示例街道书记到场。", "title-form", "原示例街道书记"),
        ("示例居委会党支部书记到场。", "title-form", "居委会党支部"),
        ("五·一假期。", "number-style", "五·一"),
        ("08年建成。", "number-style", "08年"),
        ("证号11010519491231002X。", "private-data", "11010519491231002X"),
        ("面积120平，租金不变。", "number-style", "平"),
    ],
)  # fmt: skip
def test_planted_mistakes_are_found_with_their_span(
    read: Read, text: str, rule: str, surface: str
) -> None:
    found = [(one.rule, one.surface) for one in read(text)]
    assert (rule, surface) in found
    assert {name for name, _ in found} <= {rule, "relative-date"}


def test_a_relative_date_is_offered_as_an_absolute_one(read: Read) -> None:
    offered = {word: read(f"{word}很热闹。")[0].suggestion for word in ("昨晚", "本周日", "下周三")}
    assert offered == {"昨晚": "11月19日晚", "本周日": "11月22日", "下周三": "11月25日"}


def test_a_month_ages_only_when_the_issue_appears_in_another(read: Read) -> None:
    assert not read("上个月开工，本月完工。")
    october = datetime(2026, 10, 31, tzinfo=SHANGHAI)
    offered = [one.suggestion for one in read("上个月开工，本月完工。", published=october)]
    assert offered == ["9月", "10月"]


def test_a_relative_date_without_a_date_to_count_from_blocks(read: Read) -> None:
    (finding,) = read("昨天很热闹。", published=None)
    assert (finding.rule, finding.level) == ("relative-date", Level.ERROR)


def test_a_reprint_without_source_or_address_blocks_but_an_own_text_does_not(read: Read) -> None:
    (finding,) = read(source_name="", url="")
    assert (finding.rule, finding.level) == ("source-missing", Level.ERROR)
    assert read(source_name="", url="", own=True) == ()


def test_a_source_outside_the_users_list_blocks(reference: Reference, tmp_path: Path) -> None:
    assert proofread(make_issue(), reference=reference).findings == ()
    (tmp_path / "sources.yaml").write_text(
        "sources:\n  - {name: 示例晚报, aliases: [《示例晚报》客户端]}\n", encoding="utf-8"
    )
    strict = replace(reference, lists=load_lists(tmp_path))
    (finding,) = proofread(make_issue(), reference=strict).findings
    assert (finding.rule, finding.surface) == ("source-not-allowed", "示例来源")
    for changes in (
        {"origin": "示例晚报客户端", "author": "示例作者"},
        {"source_name": "示例晚报"},
        {"own": True},
    ):
        assert proofread(make_issue(**changes), reference=strict).findings == ()


def test_a_broken_list_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "confusable.yaml").write_text("words:\n  - {wrong: 按装}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"confusable\.yaml:2: words\.0\.right"):
        load_lists(tmp_path)


def test_wrong_words_are_pairs_or_have_exceptions_which_hold(tmp_path: Path) -> None:
    path = tmp_path / "confusable.yaml"
    path.write_text(
        "pairs:\n  布署: 部署\n  按装: 安装\n"
        "words:\n  - {wrong: 按装, right: 安装, unless: [按装修]}\n",
        encoding="utf-8",
    )
    found = {one.wrong: (one.right, one.unless) for one in load_lists(tmp_path).confusable}
    assert found == {"布署": ("部署", ()), "按装": ("安装", ("按装修",))}


@pytest.mark.parametrize(
    ("text", "said"),
    [("pairs:\n  一: 二\n", r":2: pairs\.一"), ("paris: {}\n", r":1: paris: no such key")],
)
def test_a_pair_that_is_none_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "confusable.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_lists(tmp_path)


def test_links_pictures_and_titles_are_judged(read: Read) -> None:
    for address in ("ftp://example.org/1", "//example.org", "http://", "https://a b.example"):
        assert rules_of(read(url=address)) == ["link"]
    image = Image("https://example.org/1.jpg")
    assert rules_of(read(image=image)) == ["image"]
    assert read(image=replace(image, alt="示例", credit="示例 摄")) == ()
    delicate = read(image=replace(image, alt="一张地图", credit="示例 摄"))
    assert [(one.rule, one.level) for one in delicate] == [("image", Level.WARNING)]
    assert rules_of(read(title="示例 另拟")) == ["title-changed"]
    assert read(title="示例 标题") == ()


def test_what_a_mail_cannot_show_well_is_said_of_the_leads_picture(reference: Reference) -> None:
    def judge(kind: SectionKind, **given: Any) -> list[str]:
        image = Image("https://example.org/1.jpg", "示例", "", "示例 摄", **given)
        issue = make_issue(image=image)
        (section,) = issue.sections
        moved = replace(issue, sections=(replace(section, kind=kind),))
        found = proofread(moved, reference=reference).findings
        assert {(one.rule, one.level) for one in found} <= {("image", Level.WARNING)}
        assert all(one.content == image.url for one in found)
        return [one.message for one in found]

    lead = SectionKind.LEAD
    (tall,) = judge(lead, width=1080, height=2340)
    assert tall.startswith("图片太高（1080×2340 像素）")
    (narrow,) = judge(lead, width=591, height=400)
    assert narrow.startswith("图片只有 591 像素宽")
    assert len(judge(lead, width=300, height=4000)) == 2
    assert judge(lead, width=592, height=828) == []
    assert judge(lead) == []  # many sources state no size
    assert judge(SectionKind.DISTRICTS, width=20, height=400) == []  # no mail shows it


def test_a_picture_without_credit_blocks_and_says_where_it_is_shown(reference: Reference) -> None:
    issue = make_issue(image=Image("https://example.org/1.jpg", "示例"))
    (section,) = issue.sections
    for kind, where in (
        (SectionKind.LEAD, "邮件和网页上都刊出"),
        (SectionKind.CASES, "邮件里不刊"),
    ):
        moved = replace(issue, sections=(replace(section, kind=kind),))
        (found,) = proofread(moved, reference=reference).findings
        assert (found.level, where in found.message) == (Level.ERROR, True)
        assert "缺少署名" in found.message


def test_an_event_that_is_over_blocks(read: Read) -> None:
    appears = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)
    over = Event("示例", appears - timedelta(days=1), None, "")
    assert rules_of(read(events=(over,))) == ["event-over"]
    assert read(events=(replace(over, start=appears.replace(hour=0), all_day=True),)) == ()


def test_a_day_that_is_over_blocks_also_where_a_later_event_is_to_come(read: Read) -> None:
    text = "11月22日下午2点将举行开放日，欢迎参加。11月29日下午2点还将举办茶艺课。"
    first, second = (datetime(2026, 11, day, 14, tzinfo=SHANGHAI) for day in (22, 29))
    later = Event("茶艺课", second, None, "")
    (finding,) = read(text, events=(later,))
    assert (finding.rule, finding.surface) == ("event-over", "11月22日下午2点")
    assert rules_of(read(text.replace("11月22日下午2点将", "将于11月22日"), events=(later,))) == [
        "event-over"
    ]
    (finding,) = read(text, events=(Event("开放日", first, None, ""), later))
    assert (finding.field, finding.surface) == (
        "text",
        "11月22日下午2点",
    )  # said once, at its words
    lasting = Event("展览", first, second, "")
    assert read(text, events=(lasting,)) == ()


def test_a_name_may_be_written_in_one_way_in_an_issue(read: Read) -> None:
    (finding,) = read("书记钱佳宁说，请进。", summary="书记钱家宁到场。")
    assert (finding.rule, finding.surface, finding.suggestion) == ("person-name", "钱佳宁", None)
    (finding,) = read("书记钱佳宁说，请进。", summary="书记钱家宁到场。钱家宁先开口。")
    assert finding.suggestion == "钱家宁"  # what stands twice as often may be put in by a click
    assert read("书记钱佳宁说，请进。主任钱家宁说，好。") == ()


def test_the_mail_needs_its_way_out_and_a_size_that_is_not_clipped(reference: Reference) -> None:
    token = "__UNSUBSCRIBE__"

    def judge(html: str, text: str, **more: Any) -> list[str]:
        report = proofread(make_issue(), reference=reference, html=html, text=text, **more)
        return rules_of(report.findings)

    assert judge(token, token) == []
    assert judge(token, "") == ["unsubscribe"]
    assert judge(token + "示" * 31_000, token) == ["size"]
    letter = Newsletter(name="示例", sender_email="a@b.example", first_week="2026-W45")
    assert judge(token, token, newsletter=letter) == ["unsubscribe"] * 2
    signed = f"{token} a@b.example"
    assert judge(signed, signed, newsletter=letter) == []
    selling = letter.model_copy(update={"commercial": True})
    assert judge(signed, signed, newsletter=selling) == ["unsubscribe"]


def test_a_mail_without_a_story_is_not_signed(reference: Reference) -> None:
    full = make_issue()
    token = "__UNSUBSCRIBE__"
    for issue, wanted in ((full, []), (replace(full, sections=()), ["empty"])):
        report = proofread(issue, reference=reference, html=token, text=token)
        assert rules_of(report.findings) == wanted
        assert report.to_json()["blocks"] is bool(wanted)


def test_who_signs_twice_or_before_a_change_is_found(reference: Reference) -> None:
    issue = make_issue()
    digest = issue_json.content_hash(issue)
    at = datetime(2026, 11, 23, tzinfo=SHANGHAI)
    good = tuple(Signature(step, f"user{step}", digest, at) for step in ReviewStep)

    def judge(signatures: tuple[Signature, ...]) -> list[str]:
        return rules_of(proofread(issue, reference=reference, signatures=signatures).findings)

    assert judge(good) == []
    assert judge((*good[:2], replace(good[2], user="userfirst"))) == ["signature"]
    assert judge((replace(good[0], content_hash="0" * 64), *good[1:])) == ["signature"]


def test_a_titles_error_counts_double_and_a_repeated_one_three_times(reference: Reference) -> None:
    issue = make_issue(title="宁波市市委", original_title="宁波市市委", text="宁波市市委，" * 9)
    report = proofread(issue, reference=reference)
    assert report.errors == 10
    assert report.errors_per_10000 == round(4 * 10_000 / report.characters, 2)
    assert report.errors_per_10000 > LIMIT


@pytest.mark.parametrize(
    ("number", "valid"),
    [("11010519491231002X", True), ("110105194912310021", False), ("110105194913310020", False)],
)
def test_an_identity_number_is_told_by_birthday_and_check_digit(number: str, valid: bool) -> None:  # noqa: FBT001 - a table of cases
    assert is_identity_number(number) is valid


WORDS = st.text(
    alphabet="一二三个社区鄞州街道幸福苑院、，。和等6岁王小明学校书记昨天共计人其中：“”（）,.1月日周",
    max_size=120,
)


@settings(max_examples=300, deadline=None)
@given(WORDS)
def test_every_finding_points_at_exactly_its_surface(reference: Reference, text: str) -> None:
    for finding in proofread(make_issue(text=text), reference=reference).findings:
        if finding.field == "text" and finding.surface:
            assert text[finding.start : finding.end] == finding.surface
        assert finding.message
        assert re.search(r"[。！]$", finding.message)


def test_hostile_text_gets_an_answer(reference: Reference) -> None:
    for piece in ("，", "“", "9", "昨天", "、", "社区", "王", "一是", "（", "1月", "岁", "共1人"):
        text = piece * (100_000 // len(piece))
        assert proofread(make_issue(text=text), reference=reference).characters > 0


@pytest.mark.parametrize(
    "text",
    [
        "生日前一周，老人收到一本手绘书。",
        "记者通报导致误会的原因。",
        "面馆的老板多下了一碗面。",
        "10月接诊250人，上一年10月是200人，同比增长25%。",
        "报名请拨打电话：13100009988。",
        "门前天井借给邻居排戏。",
        "每周二开课，11月23日也来。",
        "从11月23日起，周一至周五开放。",
        "11月21日、22日（周六、周日）开讲。",
        "离地铁最近的小区装了电梯。",
        "把今天的事说清楚，是对明天的一份体谅。",
    ],
)
def test_what_only_looks_like_a_day_or_a_passing_word_stays(read: Read, text: str) -> None:
    assert [(one.rule, one.surface) for one in read(text)] == []


def test_a_slip_in_a_name_is_seen_after_any_role(read: Read) -> None:
    found = read("教练娄志强没缺过课。赛后，队员把教练娄志刚抬了起来。")
    assert [(one.rule, one.surface) for one in found] == [("person-name", "娄志刚")]
    assert read("教练娄志强说，请进。讲解员娄志刚说，请坐。") == ()


@pytest.mark.parametrize(
    ("state", "reason", "level", "message"),
    [
        (LinkState.OPEN, "", None, None),
        (
            LinkState.GONE, "404", "error",
            "上次检查（11月23日 05:10）打不开：404。请更换链接或撤下。",
        ),
        (
            LinkState.UNREACHABLE, "503", "warning",
            "上次检查（11月23日 05:10）打不开：503。请在浏览器里再试，仍打不开就更换。",
        ),
    ],
)  # fmt: skip
def test_a_link_that_did_not_open_at_the_last_check_is_told(
    state: LinkState, reason: str, level: str | None, message: str | None
) -> None:
    issue = make_issue(text="示例正文。")
    url = issue.items[0].url
    check = LinkCheck(url, datetime(2026, 11, 22, 21, 10, tzinfo=UTC), state, reason)
    found = [one for one in proofread(issue, links={url: check}).findings if one.rule == "link"]
    assert [(one.level, one.message, one.surface) for one in found] == (
        [(level, message, url)] if level else []
    )
