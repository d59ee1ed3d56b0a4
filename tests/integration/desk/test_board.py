"""The board: items and candidates moved, held, dropped and grouped, and what each step leaves behind."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline import runner
from pipeline.assemble import edit
from pipeline.calendar import SHANGHAI
from pipeline.desk.jinja import moment
from pipeline.desk.services import get_services
from pipeline.model import FetchCause, LinkCheck, LinkState, SectionKind
from pipeline.store import (
    approvals,
    articles,
    asides,
    audit,
    issues,
    labels,
    search,
    stories,
)
from pipeline.store.links import add_checks
from pipeline.store.models import ArticleRow, IssueRow, SignatureRow
from pipeline.store.sources import Fetch, Harvest, add_harvests
from pipeline.week import periods
from tests.integration.desk.conftest import (
    BOARD,
    START,
    WEEK,
    act,
    add_stories,
    form_of,
    now,
    page,
    sign,
)

pytestmark = pytest.mark.usefixtures("week")


def test_the_board_shows_items_candidates_and_why(anna, first, candidate):
    shown = page(anna, BOARD)
    assert first.title in shown
    assert candidate.lead.title in shown
    assert "属地：" in shown
    narrowed = page(anna, f"{BOARD}?district={candidate.tagging.districts[0]}&text=没有这样的字")
    assert candidate.lead.title not in narrowed
    only = anna.get(
        f"{BOARD}?source={candidate.lead.source_id}", headers={"HX-Target": "candidates"}
    )
    assert "<html" not in only.content.decode()
    assert candidate.lead.title in only.content.decode()


def test_items_are_moved_added_and_taken_out_and_every_step_is_kept(anna, candidate):
    section = next(one for one in now().issue.sections if one.kind == "districts")
    key = section.items[1].key
    assert act(anna, "up", key).status_code == 200
    assert edit.find_place(now().issue, key) == (SectionKind.DISTRICTS, 0)
    act(anna, "down", key)
    act(anna, "move", key, section="echo", index="0")
    assert edit.find_place(now().issue, key) == (SectionKind.ECHO, 0)
    act(anna, "add", candidate.key, section="cases")
    assert edit.find_place(now().issue, candidate.key)[0] is SectionKind.CASES
    act(anna, "remove", candidate.key)
    assert candidate.key not in {item.key for item in now().issue.items}
    assert candidate.lead.title in page(anna, BOARD)
    assert [step.author for step in issues.list_steps(WEEK)] == ["anna"] * 5 + [""]
    assert next(step.note for step in issues.list_steps(WEEK)).startswith("移出本期：示例")
    assert audit.verify()[1] == ""


def test_what_editors_made_of_a_story_comes_back_with_it(anna, first):
    path = f"{BOARD}items/{first.key}/"
    anna.post(path, form_of(first, title="示例：改过的标题", summary="改过的摘要。"))
    told = act(anna, "remove", first.key).content.decode()
    assert "改过的内容留着" in told
    back = act(anna, "add", first.key, section="districts").content.decode()
    assert "先前改过的内容已带回" in back
    item = edit.get_item(now().issue, first.key)
    assert (item.title, item.summary) == ("示例：改过的标题", "改过的摘要。")
    assert (item.text, item.original_title) == (first.text, first.original_title)

    act(anna, "drop", first.key)
    act(anna, "take-back", first.key)
    act(anna, "add", first.key, section="echo")
    assert edit.get_item(now().issue, first.key).title == "示例：改过的标题"


def test_what_was_held_comes_into_the_next_issue_as_it_was_edited(anna, first):
    following = periods.get_period(django_settings.PIPELINE, "2026-W48", START)
    runner.assemble(django_settings.PIPELINE, following)
    anna.post(f"{BOARD}items/{first.key}/", form_of(first, title="示例：改过的标题"))
    act(anna, "hold", first.key)
    given = {"op": "add", "key": first.key, "section": "districts"}
    anna.post(f"/desk/weeks/{following.week}/act/", given)
    item = edit.get_item(issues.get_revision(following.week).issue, first.key)
    assert item.title == "示例：改过的标题"


def test_a_story_that_nobody_edited_comes_back_as_its_source_has_it_now(anna, candidate):
    act(anna, "add", candidate.key, section="cases")
    act(anna, "remove", candidate.key)
    ArticleRow.objects.filter(pk=candidate.lead.id).update(title="示例：来源更正过的标题")
    back = act(anna, "add", candidate.key, section="echo").content.decode()
    assert "已带回" not in back
    assert edit.get_item(now().issue, candidate.key).title == "示例：来源更正过的标题"


def test_the_words_before_all_items_are_written_kept_and_taken_out(anna, sign_in):
    bo = sign_in("bo")
    act(anna, "intro", "", intro="  各位书记：\r\n本期多是示例。 ", before="")
    assert now().issue.intro == "各位书记：\n本期多是示例。"
    edition = get_services().judge(now())[0]
    assert edition.html.count('class="intro"') == 2
    assert "各位书记：\n本期多是示例。" in edition.text
    assert "改卷首语" in page(anna, f"{BOARD}history/")
    late = act(bo, "intro", "", intro="晚了一步的话", before="")
    assert late.status_code == 409
    assert "晚了一步的话" in late.content.decode()
    act(bo, "intro", "", intro="", before="各位书记：\r\n本期多是示例。")
    assert now().issue.intro == ""
    act(bo, "intro", "", intro="长" * 2000, before="")
    assert len(now().issue.intro) == 1000


def test_corrections_of_earlier_issues_close_the_issue_in_every_form(anna):
    said = "第2期《楼道亮了》一条里的“按装”应为“安装”。\n第1期的日期应为11月9日。"
    act(anna, "corrections", "", corrections=said.replace("\n", "\r\n"), before="")
    section = now().issue.sections[-1]
    assert (section.kind, section.note) == (SectionKind.CORRECTIONS, said)
    edition = get_services().judge(now())[0]
    first, second = said.split("\n")
    assert first in edition.html.replace(" ", "")
    assert second in edition.text.replace(" ", "")
    assert edition.text.index("勘误") > edition.text.index("各区动态")
    assert "第1期的日期" in re.sub("</?ins>", "", page(anna, f"{BOARD}history/"))
    act(anna, "up", now().issue.items[1].key)  # what moves items leaves them where they are
    assert edit.get_corrections(now().issue) == said
    act(anna, "corrections", "", corrections="第2期漏了一句：给老人按装扶手。", before=said)
    findings = get_services().judge(now())[1].findings
    assert ("confusable", "corrections") in {(one.rule, one.field) for one in findings}
    act(anna, "corrections", "", corrections="", before=edit.get_corrections(now().issue))
    assert now().issue.sections[-1].kind is not SectionKind.CORRECTIONS


def test_a_dropped_story_stays_dropped_when_an_earlier_reprint_has_renamed_it(anna):
    free = {item.key for item in now().issue.items}
    earlier, dropped = [
        story.key
        for story in stories.list_stories(START - timedelta(days=9), START + timedelta(days=9))
        if story.key not in free
    ][:2]
    act(anna, "drop", dropped, reason="（示例）不合适")
    stories.save_groups([(int(earlier), {int(earlier): 1.0, int(dropped): 0.9})])
    shown = page(anna, f"{BOARD}?all=1")
    assert "已搁置或不用 1条" in shown
    aside = shown[shown.index("已搁置或不用") :]
    assert f"/stories/{earlier}/" in aside
    assert f'name="key" value="{dropped}"' in aside  # what was set aside is what is taken back
    act(anna, "take-back", dropped)
    assert "已搁置或不用" not in page(anna, f"{BOARD}?all=1")


def test_held_and_dropped_stories_leave_and_can_be_taken_back(anna, first, candidate):
    act(anna, "drop", first.key, reason="旧闻")
    act(anna, "hold", candidate.key)
    kinds = {key: one.kind for key, one in asides.list_asides().items()}
    assert kinds == {first.key: "dropped", candidate.key: "held"}
    assert first.key not in {item.key for item in now().issue.items}
    assert "已搁置或不用 2条" in page(anna, BOARD)
    act(anna, "take-back", candidate.key)
    assert list(asides.list_asides()) == [first.key]


def test_what_came_too_late_for_its_own_issue_is_a_candidate_of_the_next(anna):
    settings = django_settings.PIPELINE
    following = periods.get_period(settings, "2026-W48", START)
    runner.assemble(settings, following)
    row = IssueRow.objects.get(week=WEEK)
    SignatureRow.objects.create(
        issue=row,
        step="first",
        user="anna",
        revision=1,
        content_hash="",
        at=START + timedelta(days=7),
    )
    (late,) = add_stories(1, start=200, title="示例：停机一周的来源补来的消息")
    add_stories(1, start=201, title="示例：早就采到而没选上的消息")
    ArticleRow.objects.filter(pk=late).update(fetched_at=START + timedelta(days=8))
    shown = page(anna, f"/desk/weeks/{following.week}/")
    assert "停机一周的来源补来的消息" in shown
    assert "迟到" in shown
    assert "早就采到而没选上的消息" not in shown
    much_later = periods.get_period(settings, "2026-W30", START)
    runner.assemble(settings, much_later)
    assert "停机一周的来源补来的消息" not in page(anna, f"/desk/weeks/{much_later.week}/")


@pytest.mark.parametrize("given_up", [False, True])
def test_the_stories_of_a_draft_that_nobody_signed_are_candidates_once_it_is_given_up(
    anna, candidate, given_up
):
    settings = django_settings.PIPELINE
    runner.assemble(settings, periods.get_period(settings, "2026-W48", START))
    age = timedelta(days=6) if given_up else timedelta(days=4)
    IssueRow.objects.filter(week=WEEK).update(publishes_at=datetime.now(UTC) - age)
    shown = page(anna, "/desk/weeks/2026-W48/")
    assert (candidate.lead.title in shown) is given_up
    assert (now().issue.items[0].title in shown) is given_up


def test_the_stories_of_a_week_without_any_issue_are_late_for_the_next(anna, candidate):
    settings = django_settings.PIPELINE
    runner.assemble(settings, periods.get_period(settings, "2026-W48", START))
    IssueRow.objects.filter(week=WEEK).update(week="2026-W46", starts=START - timedelta(days=7),
                                              ends=START - timedelta(hours=9))  # fmt: skip
    assert candidate.lead.title in page(anna, "/desk/weeks/2026-W48/")
    IssueRow.objects.filter(week="2026-W46").delete()
    assert candidate.lead.title not in page(anna, "/desk/weeks/2026-W48/")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"op": "none", "key": "1"}, 400),
        ({"op": "add", "key": "999999", "section": "lead"}, 404),
        ({"op": "move", "key": "999999", "section": "lead"}, 404),
        ({"op": "move", "key": "1", "section": "nowhere"}, 400),
        ({"op": "remove", "key": "999999"}, 404),
    ],
)
def test_an_order_that_cannot_be_carried_out_says_why(anna, given, status):
    answer = anna.post(f"{BOARD}act/", given)
    assert answer.status_code == status
    assert re.search(r"没有|不存在|已不在", answer.content.decode())


def test_retagging_teaches_and_changes_item_and_search(anna, first):
    path = f"{BOARD}stories/{first.key}/"
    assert '<mark class="ev-district"' in page(anna, path)
    anna.post(f"{path}tags/", {"districts": ["奉化", "不存在"], "themes": ["志愿服务"]})
    assert edit.get_item(now().issue, first.key).districts == ("奉化",)
    (line,) = labels.list_labels()
    assert (line["districts"], line["themes"]) == (["奉化"], ["志愿服务"])
    assert "已由编辑更正" in page(anna, path)
    cut = get_services().tagger().cut
    found = search.search("", search.Filters(district="奉化", kind="article"), cut=cut)
    assert first.title in {"".join(part for part, _ in hit.title) for hit in found.hits}


def test_stories_are_merged_and_split_at_the_desk(anna, first, candidate):
    done = anna.post(
        f"{BOARD}stories/{candidate.key}/group/", {"op": "merge", "into": first.key}, follow=True
    )
    assert done.status_code == 200
    key = str(min(int(first.key), int(candidate.key)))
    story = stories.get_stories([key])[0]
    assert len(story.members) == 2
    assert edit.get_item(now().issue, key).title == first.title
    other = (
        next(
            one.article.id
            for one in story.members
            if one.article.id not in {story.lead.id, int(key)}
        )
        if key == first.key
        else None
    )
    if other:
        anna.post(f"{BOARD}stories/{key}/group/", {"op": "split", "article": other})
        assert len(stories.get_stories([key])[0].members) == 1
    for given in ({"op": "split", "article": "x"}, {"op": "none"}):
        assert anna.post(f"{BOARD}stories/{key}/group/", given).status_code == 400


def test_what_is_said_of_a_story_merged_by_hand_is_true(anna):
    one, other = add_stories(2, start=300, title="示例：一家的两篇"), add_stories(2, start=302)
    same, twin = str(one[0]), str(other[0])  # two texts of one source
    merge = {"op": "merge", "into": same}
    said = anna.post(f"{BOARD}stories/{twin}/group/", merge, follow=True).content.decode()
    assert "已合并为一条。" in said
    assert "另见" not in said
    assert "人工合并" in said
    assert "重合" not in said
    assert "2家刊载" not in said
    assert "2家刊载" not in page(anna, f"{BOARD}?all=1&text=一家的两篇")

    # Of two sources, into an item of the issue.
    item = next(one for one in now().issue.items if one.source_id == "sample-atom")
    path = f"{BOARD}stories/{one[1]}/group/"
    said = anna.post(path, {"op": "merge", "into": item.key}, follow=True).content.decode()
    assert "其他来源列在“另见”" in said
    assert "2家刊载" in said
    story = stories.get_stories([item.key])[0]
    assert story.sources == {"sample-atom", "sample-rss"}
    assert len(edit.get_item(now().issue, item.key).also_in) == 1


def test_search_marks_words_and_leads_to_the_story(anna):
    runner.index(django_settings.PIPELINE, get_services().tagger())
    shown = page(anna, "/desk/search/?q=楼道照明&page=1")
    assert "<mark>" in shown
    assert "下一页" in shown
    assert page(
        anna, "/desk/search/?q=楼道&district=海曙&since=2026-11-01&until=x&kind=item&page=0"
    )
    article = re.search(r"/desk/articles/(\d+)/", shown)
    assert article is not None
    assert anna.get(article[0]).status_code == 302


def test_the_overview_says_what_is_due_and_whose_turn_it_is(anna, sign_in):
    assert "轮到您签发" in page(anna, "/desk/")
    assert "轮到您签发" not in page(sign_in("bo"), "/desk/")
    # Who signed the first step is not asked for the second, whatever roles the account has.
    User.objects.get(username="anna").groups.add(Group.objects.get(name="second"))
    sign(anna, "first")
    assert "轮到您签发" not in page(anna, "/desk/")
    assert "轮到您签发" in page(sign_in("bo"), "/desk/")
    shown = page(anna, "/desk/")
    assert "<svg" in shown
    assert "<table" in shown
    assert anna.get("/desk/now/")["Location"] == BOARD
    assert WEEK in page(anna, "/desk/weeks/")


def test_the_overview_asks_for_no_signature_while_errors_block_it(anna, first):
    anna.post(f"{BOARD}items/{first.key}/", form_of(first, url="", origin="示例晚报"))
    errors = get_services().judge(now())[1].errors
    assert errors
    shown = page(anna, "/desk/")
    assert f"还有 {errors} 处差错，改完轮到您签发" in shown
    assert "轮到您签发</a>" not in shown.replace("，改完轮到您签发</a>", "")


def test_the_overview_says_who_sent_an_issue_back_and_why_until_somebody_signs(anna, sign_in):
    sign(anna, "first")
    sign_in("bo").post(f"{BOARD}review/back/", {"reason": "标题再斟酌"})
    assert re.search(r"bo 于 [^<]* 退回：标题再斟酌", page(anna, "/desk/"))
    sign(anna, "first")
    assert "退回：标题再斟酌" not in page(anna, "/desk/")


def test_one_time_of_going_out_is_shown_everywhere_at_the_desk(anna, sign_in):
    for name, step in (("anna", "first"), ("bo", "second")):
        sign(sign_in(name), step)
    later = datetime(2099, 1, 5, 9, 30, tzinfo=SHANGHAI)
    sign(sign_in("chen"), "final", send_at=f"{later:%Y-%m-%dT%H:%M}")
    assert approvals.get_send_at(WEEK) == later
    for path in (BOARD, f"{BOARD}review/", "/desk/weeks/"):
        assert "出刊" in page(anna, path)
        assert "1月5日 周一 09:30" in page(anna, path), path


def test_the_overview_names_the_time_that_was_set_for_the_next_issue(anna):
    services = get_services()
    period = services.get_schedule(services.settings).next_period(datetime.now(UTC))
    runner.assemble(services.settings, period)
    moved = period.publishes_at + timedelta(hours=26, minutes=5)
    IssueRow.objects.filter(week=period.week).update(send_at=moved)
    assert f"（{period.week}），{moment(moved)} 出刊" in page(anna, "/desk/")
    IssueRow.objects.filter(week=period.week).update(status="sent")
    shown = page(anna, "/desk/")
    following = services.get_schedule(services.settings).next_period(
        period.publishes_at + timedelta(seconds=1)
    )
    assert f"（{following.week}），{moment(following.publishes_at)} 出刊" in shown
    assert "还没有编出初稿" in shown


def test_the_overview_says_in_chinese_which_sources_fail_and_what_to_do(anna):
    gone, other, unknown = (
        Fetch(source_id, START, status, 0.1, 0, error, cause)
        for source_id, status, error, cause in (
            ("sample-rss", "muted", "", FetchCause.GONE),
            ("sample-atom", "failed", "sample-atom: no answer in 30 s", FetchCause.UNREACHABLE),
            ("no-longer-a-source", "failed", "x", FetchCause.FAULT),
        )
    )
    add_harvests([Harvest(one, (), {}) for one in (gone, other, unknown)])
    shown = page(anna, "/desk/")
    names = {one.id: one.name for one in django_settings.PIPELINE.feeds.sources}
    assert f"<b>{names['sample-rss']}</b> 已停采：网址打不开了" in shown
    assert f"<b>{names['sample-atom']}</b> 采集失败：连不上这个网站" in shown
    assert '<span class="quiet" lang="en">sample-atom: no answer in 30 s</span>' in shown
    assert shown.count("连不上这个网站") == 2  # where it fails, and in the table of all sources
    assert "no-longer-a-source" not in shown


def test_a_link_that_opens_again_blocks_nothing_and_one_that_died_since_is_seen(anna, first):
    def find_dead():
        return [one.item for one in get_services().judge(now())[1].findings if one.rule == "link"]

    assert find_dead() == []
    for state, reason, found in ((LinkState.GONE, "404", [first.key]), (LinkState.OPEN, "", [])):
        add_checks([LinkCheck(first.url, START, state, reason)], START)
        assert find_dead() == found
        assert ("404" in page(anna, f"{BOARD}review/")) == bool(found)


def test_an_empty_desk_says_what_to_do(anna):
    IssueRow.objects.all().delete()
    client = anna
    assert "还没有任何一期" in page(client, "/desk/")
    assert "点“现在采集”" in page(client, "/desk/weeks/")
    assert client.get("/desk/now/")["Location"] == "/desk/"
    assert client.get("/desk/articles/1/").status_code == 404


def test_no_page_asks_the_database_more_often_as_the_lists_grow(anna):
    first = now().issue.items[0].key
    runner.index(django_settings.PIPELINE, get_services().tagger())
    paths = ("/desk/", "/desk/weeks/", BOARD, f"{BOARD}items/{first}/", f"{BOARD}stories/{first}/",
             f"{BOARD}preview/", f"{BOARD}review/", f"{BOARD}history/", "/desk/search/?q=楼道")  # fmt: skip

    def count():
        counted = {}
        for path in paths:
            page(anna, path)
            with CaptureQueriesContext(connection) as queries:
                page(anna, path)
            counted[path] = len(queries)
        return counted

    for item in now().issue.items[:2]:  # a history to look at, signed once, and a story aside
        act(anna, "move", item.key, section="echo")
    sign(anna, "first")
    act(anna, "move", now().issue.items[-1].key, section="lead")
    asides.set_aside("900000000", "held", week="2026-W40", user="bo", at=START)
    settings = django_settings.PIPELINE
    runner.assemble(settings, periods.get_period(settings, "2026-W09", START))
    before = count()
    add_stories(60, start=100)
    for n in range(10, 40):
        runner.assemble(settings, periods.get_period(settings, f"2026-W{n}", START))
    for item in now().issue.items[:10]:
        act(anna, "move", item.key, section="echo")
    for n in range(10):
        asides.set_aside(str(900_000_001 + n), "held", week=WEEK, user="bo", at=START)
    runner.index(settings, get_services().tagger())
    after = count()
    assert after == before
    assert max(after.values()) <= 28, after
    assert articles.count_articles()[0] == 90


@pytest.mark.parametrize("op", ["hold", "drop", "take-back"])
@pytest.mark.parametrize("key", ["nonsense", "999999", "x" * 100, ""])
def test_what_is_no_story_is_neither_held_nor_dropped_nor_taken_back(anna, op, key):
    answer = anna.post(f"{BOARD}act/", {"op": op, "key": key})
    assert answer.status_code == 404
    assert "这条稿件不存在" in answer.content.decode()
    assert asides.list_asides() == {}
