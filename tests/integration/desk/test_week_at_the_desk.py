import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline import periods, runner
from pipeline.assemble import edit
from pipeline.desk.services import get_services
from pipeline.desk.views.item import to_fields
from pipeline.model import Image, SectionKind
from pipeline.store import (
    approvals,
    articles,
    asides,
    audit,
    counts,
    issues,
    labels,
    search,
    stories,
    typed,
    waivers,
)
from pipeline.store.models import IssueRow
from tests.integration.desk.conftest import START, add_stories

pytestmark = pytest.mark.usefixtures("week")

WEEK = "2026-W47"
BOARD = f"/desk/weeks/{WEEK}/"


def now():
    return issues.get_revision(WEEK)


def act(client, op, key, **given):
    return client.post(f"{BOARD}act/", {"op": op, "key": key} | given, follow=True)


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def form_of(item, **changes):
    return to_fields(item) | {"revision": str(now().n)} | changes


@pytest.fixture
def first(week):  # noqa: ARG001 - of the week
    return now().issue.items[0]


@pytest.fixture
def candidate(week):  # noqa: ARG001 - of the week
    used = {item.key for item in now().issue.items}
    period = periods.get_period(django_settings.PIPELINE, WEEK, START)
    found = stories.list_stories(period.starts, period.ends)
    return next(story for story in found if story.key not in used)


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


def test_held_and_dropped_stories_leave_and_can_be_taken_back(anna, first, candidate):
    act(anna, "drop", first.key, reason="旧闻")
    act(anna, "hold", candidate.key)
    kinds = {key: one.kind for key, one in asides.list_asides().items()}
    assert kinds == {first.key: "dropped", candidate.key: "held"}
    assert first.key not in {item.key for item in now().issue.items}
    assert "已搁置或不用 2条" in page(anna, BOARD)
    act(anna, "take-back", candidate.key)
    assert list(asides.list_asides()) == [first.key]


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


def test_an_item_is_edited_with_typography_and_only_known_pictures(anna):
    item = next(one for one in now().issue.items if one.image)
    path = f"{BOARD}items/{item.key}/"
    assert item.original_title in page(anna, path)
    saved = anna.post(path, form_of(item, title="示例：3楼亮了", summary="有12盏灯。", alt="楼道", credit="示例摄影",
                                    focus_x="0.25", focus_y="7"), follow=True)  # fmt: skip
    assert "已保存" in saved.content.decode()
    changed = edit.get_item(now().issue, item.key)
    assert changed.title == "示例：3 楼亮了"
    assert changed.summary == "有 12 盏灯。"
    assert changed.image is not None
    assert (changed.image.alt, changed.image.focus_x, changed.image.focus_y) == ("楼道", 0.25, 1.0)
    assert changed.text == item.text
    anna.post(path, form_of(changed, picture="https://evil.example/x.png"))
    assert edit.get_item(now().issue, item.key).image is None
    assert anna.post(path, form_of(changed, title=" ")).status_code == 422
    before = now().n
    same = anna.post(path, form_of(edit.get_item(now().issue, item.key)), follow=True)
    assert "没有改动" in same.content.decode()
    assert now().n == before


def test_a_stale_save_is_refused_and_both_versions_are_shown_to_merge(anna, sign_in, first):
    path = f"{BOARD}items/{first.key}/"
    mine = form_of(first, title="示例：甲的标题", why="甲说重要")
    bo = sign_in("bo")
    assert (
        bo.post(path, form_of(first, title="示例：乙的标题", summary="乙的摘要。")).status_code
        == 302
    )
    refused = anna.post(path, mine)
    assert refused.status_code == 409
    shown = refused.content.decode()
    assert "示例：甲的标题" in shown
    assert "示例：乙的标题" in shown
    assert edit.get_item(now().issue, first.key).title == "示例：乙的标题"
    assert typed.list_typed(WEEK, first.key)[0].fields["title"] == "示例：甲的标题"
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown))
    assert kept["summary"] == "乙的摘要。"  # only the other changed it: taken over
    assert kept["why"] == "甲说重要"  # only this editor changed it: kept
    merged = anna.post(path, kept | {"title": "示例：合并的标题"})
    assert merged.status_code == 302
    item = edit.get_item(now().issue, first.key)
    assert (item.title, item.summary, item.why) == ("示例：合并的标题", "乙的摘要。", "甲说重要")
    assert typed.list_typed(WEEK, first.key) == []


def test_a_change_elsewhere_in_the_issue_is_no_conflict(anna, sign_in, first):
    other = now().issue.items[-1]
    mine = form_of(first, title="示例：甲的标题")
    sign_in("bo").post(f"{BOARD}items/{other.key}/", form_of(other, title="示例：别的"))
    assert anna.post(f"{BOARD}items/{first.key}/", mine).status_code == 302
    titles = {item.title for item in now().issue.items}
    assert {"示例：甲的标题", "示例：别的"} <= titles


def test_words_for_an_item_that_was_taken_out_are_given_back(anna, sign_in, first):
    mine = form_of(first, summary="甲写了很久的摘要。")
    act(sign_in("bo"), "remove", first.key)
    lost = anna.post(f"{BOARD}items/{first.key}/", mine)
    assert lost.status_code == 409
    assert "甲写了很久的摘要。" in lost.content.decode()


def test_what_is_typed_is_kept_and_comes_back(anna, sign_in, first):
    path = f"{BOARD}items/{first.key}/"
    assert anna.post(f"{path}typed/", form_of(first, title="写到一半")).status_code == 200
    again = page(anna, path)
    assert "写到一半" in again
    assert "已恢复您" in again
    assert "anna" in page(sign_in("bo"), path)
    assert "anna正在改" in page(sign_in("bo"), BOARD)
    anna.post(f"{path}discard/")
    assert "写到一半" not in page(anna, path)


def test_a_suggestion_is_taken_and_a_warning_is_waived(anna, first):
    path = f"{BOARD}items/{first.key}/"
    anna.post(path, form_of(first, summary="居民,昨天来了。"))
    _, report = get_services().judge(now())
    mine = [one for one in report.findings if one.item == first.key and one.field == "summary"]
    offered = next(one for one in mine if one.suggestion)
    shown = page(anna, path)
    assert f"改为“{offered.suggestion}”" in shown
    anna.post(f"{path}suggest/", {"finding": waivers.fingerprint(offered)})
    assert offered.suggestion is not None
    assert offered.suggestion in edit.get_item(now().issue, first.key).summary
    _, report = get_services().judge(now())
    warning = next(
        one for one in report.findings if one.item == first.key and one.level == "warning"
    )
    mark = waivers.fingerprint(warning)
    assert anna.post(f"{path}waive/", {"finding": mark, "reason": ""}).status_code == 409
    anna.post(f"{path}waive/", {"finding": mark, "reason": "引语"})
    assert "放行：引语" in page(anna, path)
    anna.post(f"{path}waive/", {"finding": mark, "op": "undo"})
    assert waivers.list_waivers(WEEK) == {}
    assert anna.post(f"{path}suggest/", {"finding": "0" * 64}).status_code == 404


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


def test_the_preview_is_the_true_mail_in_a_sandbox(anna, first):
    shown = page(anna, f"{BOARD}preview/")
    assert 'sandbox=""' in shown
    assert "发送测试" not in shown  # no SMTP server is configured
    mail = anna.get(f"{BOARD}preview/mail/")
    assert first.title in mail.content.decode()
    assert "__UNSUBSCRIBE__" not in mail.content.decode()
    assert "@media not all" in mail.content.decode()
    assert mail["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert mail["X-Frame-Options"] == "SAMEORIGIN"
    assert "@media all" in page(anna, f"{BOARD}preview/mail/?scheme=dark")
    part = page(anna, f"{BOARD}preview/?district=海曙&part=text")
    assert "版次 海曙<" in part
    assert "退订" in part
    assert anna.post(f"{BOARD}preview/test/", {"address": "a@news.example"}).status_code == 409


def test_a_test_copy_is_sent_through_what_was_handed_in(anna, monkeypatch):
    sent = []
    services = get_services()
    monkeypatch.setattr(
        services, "send_test", lambda _, week, address: sent.append((week, address))
    )
    monkeypatch.setattr("pipeline.desk.views.preview.can_send", lambda: True)
    assert "发送测试" in page(anna, f"{BOARD}preview/")
    assert anna.post(f"{BOARD}preview/test/", {"address": "no address"}).status_code == 409
    anna.post(f"{BOARD}preview/test/", {"address": "a@news.example"})
    assert sent == [(WEEK, "a@news.example")]


def sign(client, step, **given):
    boxes = {"box": list(approvals.BOXES), "step": step, "content_hash": now().content_hash}
    return client.post(f"{BOARD}review/sign/", boxes | given)


def test_three_persons_sign_and_the_issue_is_scheduled(sign_in, anna):
    assert sign(anna, "first", box=["topics"]).status_code == 409
    assert sign(anna, "nothing").status_code == 400
    assert sign(anna, "first", note="请看头条").status_code == 302
    assert "请看头条" in page(sign_in("bo"), f"{BOARD}review/")
    assert "同一人不能签两次" in page(anna, f"{BOARD}review/")
    assert sign(anna, "second").status_code == 409
    assert sign(sign_in("bo"), "second").status_code == 302
    chen = sign_in("chen")
    assert sign(chen, "final", send_at="2001-01-01T08:00").status_code == 409
    later = (datetime.now(UTC) + timedelta(days=400)).strftime("%Y-%m-%dT08:00")
    assert sign(chen, "final", send_at=later).status_code == 302
    assert approvals.get_approved(WEEK).issue.status == "approved"
    assert approvals.get_send_at(WEEK) > datetime.now(UTC) + timedelta(days=398)
    assert "三审齐备" in page(chen, f"{BOARD}review/")
    for value, status in (("", 400), ("soon", 400), (later, 302)):
        assert chen.post(f"{BOARD}review/schedule/", {"send_at": value}).status_code == status
    assert "不能再改" in act(anna, "up", now().issue.items[1].key).content.decode()
    assert "本期已签发" in page(anna, BOARD)


def test_a_change_voids_signatures_and_is_shown_as_a_difference(sign_in, anna, first):
    sign(anna, "first")
    seen = now().content_hash
    anna.post(f"{BOARD}items/{first.key}/", form_of(first, summary="（示例）改过的摘要。"))
    shown = page(sign_in("bo"), f"{BOARD}review/")
    assert "<ins>" in shown
    assert "改过的" in shown
    assert "的签发作废" in shown
    assert sign(anna, "first", content_hash=seen).status_code == 409


def test_the_issue_is_sent_back_with_a_reason(sign_in, anna):
    sign(anna, "first")
    bo = sign_in("bo")
    assert bo.post(f"{BOARD}review/back/", {"reason": ""}).status_code == 409
    assert bo.post(f"{BOARD}review/back/", {"reason": "标题不准"}).status_code == 302
    assert "标题不准" in page(anna, f"{BOARD}review/")
    assert approvals.list_signatures(WEEK) == []


def test_an_earlier_revision_comes_back_as_a_new_one(anna, first):
    act(anna, "remove", first.key)
    assert "移出" in page(anna, f"{BOARD}history/?n=2")
    assert anna.post(f"{BOARD}history/undo/", {"n": "1"}).status_code == 302
    assert now().n == 3
    assert now().issue.items[0].key == first.key
    assert anna.post(f"{BOARD}history/undo/", {"n": "x"}).status_code == 400
    assert anna.get(f"{BOARD}history/?n=77").status_code == 404


def test_the_audit_log_is_exported_as_json_lines(sign_in, anna, first):
    act(anna, "remove", first.key)
    lines = (
        b"".join(sign_in("chen").get("/desk/audit.jsonl").streaming_content).decode().splitlines()
    )
    assert json.loads(lines[-1])["action"] == "save"
    assert json.loads(lines[0])["previous"] == "0" * 64


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
    shown = page(anna, "/desk/")
    assert "<svg" in shown
    assert "<table" in shown
    assert anna.get("/desk/now/")["Location"] == BOARD
    assert WEEK in page(anna, "/desk/weeks/")


def test_an_empty_desk_says_what_to_do(anna):
    IssueRow.objects.all().delete()
    client = anna
    assert "还没有任何一期" in page(client, "/desk/")
    assert "run_pipeline.py run" in page(client, "/desk/weeks/")
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
    assert max(after.values()) <= 25, after
    assert articles.count_articles()[0] == 90


def warnings_of(key, field="summary"):
    _, report = get_services().judge(now())
    return [
        one
        for one in report.findings
        if (one.item, one.field, one.level) == (key, field, "warning")
    ]


def test_a_waiver_stands_while_its_sentence_does_and_falls_with_it(anna, first):
    path = f"{BOARD}items/{first.key}/"
    anna.post(path, form_of(first, summary="路灯装好了。目前还在试运行。"))
    (warning,) = warnings_of(first.key)
    anna.post(f"{path}waive/", {"finding": waivers.fingerprint(warning), "reason": "周四仍在试"})
    kept = waivers.list_waivers(WEEK)
    ((_, waiver),) = kept.items()
    assert (waiver.user, waiver.reason) == ("anna", "周四仍在试")
    assert waiver.at.tzinfo is not None

    anna.post(path, form_of(now().issue.items[0], summary="十盏路灯装好了。目前还在试运行。"))
    assert [waivers.fingerprint(one) in kept for one in warnings_of(first.key)] == [True]

    anna.post(path, form_of(now().issue.items[0], summary="目前灯都亮着。目前还在试运行。"))
    assert [waivers.fingerprint(one) in kept for one in warnings_of(first.key)] == [False, True]

    anna.post(path, form_of(now().issue.items[0], summary="路灯装好了。目前已经停用。"))
    assert [waivers.fingerprint(one) in kept for one in warnings_of(first.key)] == [False]


def test_a_suggestion_for_a_case_card_or_a_caption_is_taken_too(anna, first):
    path = f"{BOARD}items/{first.key}/"
    image = Image("https://a.example/1.jpg", "路灯", "新灯,旧杆。", "示例摄影")
    issue = edit.change(now().issue, first.key, details={"做法": "先议,后办。"}, image=image)
    issues.add_revision(issue, author="anna", expected=now().n, at=START)
    for field in ("details.做法", "image.caption"):
        (found,) = [one for one in warnings_of(first.key, field) if one.suggestion]
        anna.post(f"{path}suggest/", {"finding": waivers.fingerprint(found)})
    item = edit.get_item(now().issue, first.key)
    assert item.details["做法"] == "先议，后办。"
    assert item.image is not None
    assert item.image.caption == "新灯，旧杆。"


def test_the_history_shows_what_was_counted_for_all_readers_and_nothing_where_nothing_was(
    week, anna
):
    assert "打开与点击" not in page(anna, f"{BOARD}history/")
    key = issues.get_revision(week).issue.items[0].key
    for target in ("", "", key):
        counts.add(week, target, START.date())
    shown = page(anna, f"{BOARD}history/")
    assert "邮件打开2次" in shown
    assert "不记是谁" in shown
    assert "<td>1</td>" in shown
