"""Preview, three signatures, history: an issue on its way from the desk to its readers."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.assemble import edit
from pipeline.calendar import SHANGHAI
from pipeline.desk.services import get_services
from pipeline.desk.views.review import to_field
from pipeline.model import Event, Image, Reason, Section, SectionKind
from pipeline.store import (
    approvals,
    counts,
    drafts,
    issues,
)
from tests.integration.desk.conftest import BOARD, START, WEEK, act, form_of, now, page, sign

pytestmark = pytest.mark.usefixtures("week")


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
    assert "退订：（读者自己的链接）" in part
    assert "__" not in part
    assert anna.post(f"{BOARD}preview/test/", {"address": "a@news.example"}).status_code == 409


def test_the_page_for_wechat_is_shown_to_be_copied(anna, first):
    shown = page(anna, f"{BOARD}preview/?part=wechat")
    assert "公众号后台" in shown
    assert "preview/mail/?part=wechat" in shown
    answer = anna.get(f"{BOARD}preview/mail/?part=wechat")
    assert first.title in answer.content.decode()
    assert "<style" not in answer.content.decode()
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_the_files_of_an_issue_are_those_that_were_signed(
    sign_in, anna, first, monkeypatch, tmp_path
):
    services = get_services()
    elsewhere = services.settings.model_copy(update={"data_dir": tmp_path})  # where no draft lies
    monkeypatch.setattr(services, "settings", elsewhere)
    saved = anna.post(f"{BOARD}items/{first.key}/", form_of(first, title="签发时的标题"))
    assert saved.status_code == 302, saved.content.decode()
    for name, step in (("anna", "first"), ("bo", "second"), ("chen", "final")):
        assert not (tmp_path / "issues").exists()
        assert sign(sign_in(name), step).status_code == 302
    for name in ("issue.html", "issue.txt", "wechat.html", "issue.json"):
        written = (tmp_path / "issues" / WEEK / name).read_text(encoding="utf-8")
        assert "签发时的标题" in written, name


def test_a_test_copy_is_sent_through_what_was_handed_in(anna, monkeypatch):
    sent = []
    services = get_services()
    monkeypatch.setattr(
        services, "send_test", lambda _, week, address: sent.append((week, address))
    )
    monkeypatch.setattr("pipeline.desk.views.preview.has_way", lambda _: True)
    assert "发送测试" in page(anna, f"{BOARD}preview/")
    assert anna.post(f"{BOARD}preview/test/", {"address": "no address"}).status_code == 409
    anna.post(f"{BOARD}preview/test/", {"address": "a@news.example"})
    assert sent == [(WEEK, "a@news.example")]


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


def test_a_later_day_of_sending_names_the_announcements_that_are_over_by_then(sign_in, anna, first):
    day = datetime.now(UTC) + timedelta(days=30)
    text = f"活动定于{day.year}年{day.month}月{day.day}日下午2点举行。"
    anna.post(f"{BOARD}items/{first.key}/", form_of(first, summary=f"（示例）{text}"))
    assert sign(anna, "first").status_code == 302
    assert sign(sign_in("bo"), "second").status_code == 302
    chen = sign_in("chen")
    later = (day + timedelta(days=2)).strftime("%Y-%m-%dT08:00")
    html = chen.post(
        f"{BOARD}review/sign/",
        {"step": "final", "box": list(approvals.BOXES), "content_hash": now().content_hash,
         "send_at": later},
        follow=True,
    ).content.decode()  # fmt: skip
    assert "到发送那天，有1处预告已经过期" in html
    earlier = (day - timedelta(days=2)).strftime("%Y-%m-%dT08:00")
    again = chen.post(f"{BOARD}review/schedule/", {"send_at": earlier}, follow=True)
    assert "已经过期" not in again.content.decode()


def test_a_time_that_is_over_is_not_offered_since_it_would_be_refused():
    day = timedelta(days=1)
    assert to_field(datetime.now(UTC) - day) == ""
    assert to_field(datetime(2199, 1, 1, tzinfo=UTC)) == "2199-01-01T08:00"


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


def test_a_revision_whose_story_has_gone_into_another_issue_does_not_come_back(anna, first):
    act(anna, "remove", first.key)
    coming = datetime.now(UTC) + timedelta(days=4)
    other = replace(
        now().issue, week="2026-W48", starts=now().issue.ends, ends=coming, publishes_at=coming,
        sections=(Section(SectionKind.LEAD, "", (first,)),),
    )  # fmt: skip
    drafts.save_draft(other, START)
    refused = anna.post(f"{BOARD}history/undo/", {"n": "1"})
    assert refused.status_code == 409
    assert f"“{first.title}”已在别的一期里" in refused.content.decode()
    assert now().n == 2


def test_a_revision_that_only_scores_anew_is_called_so_and_voids_nothing(anna):
    sign(anna, "first")
    before = now()
    first, *rest = before.issue.sections
    item, *others = first.items
    again = replace(item, reasons=(Reason("freshness", 9.0, "重新算过"),))
    scored = replace(before.issue, sections=(replace(first, items=(again, *others)), *rest))
    drafts.add_revision(scored, author="anna", expected=before.n, at=START)
    assert "只重算了入选得分" in page(anna, f"{BOARD}history/")
    assert len(approvals.list_signatures(WEEK)) == 1


def test_a_changed_card_and_a_changed_event_are_changes_with_their_words(anna):
    before = now()
    first, *rest = before.issue.sections
    item, *others = first.items
    event = Event("示例邻里节", START, None, "示例广场")
    other = replace(item, details={"做法": "（示例）轮流值守"}, events=(event,))
    drafts.add_revision(
        replace(before.issue, sections=(replace(first, items=(other, *others)), *rest)),
        author="anna", expected=before.n, at=START,
    )  # fmt: skip
    shown = page(anna, f"{BOARD}history/")
    assert "没有改动" not in shown
    assert "（示例）轮流值守" in re.sub("</?ins>", "", shown)
    assert "示例广场" in re.sub("</?ins>", "", shown)


def test_the_audit_log_is_exported_as_json_lines(sign_in, anna, first):
    act(anna, "remove", first.key)
    lines = (
        b"".join(sign_in("chen").get("/desk/audit.jsonl").streaming_content).decode().splitlines()
    )
    assert json.loads(lines[-1])["action"] == "save"
    assert json.loads(lines[0])["previous"] == "0" * 64


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


def test_editors_hear_before_and_after_a_change_what_it_does_to_the_signatures(
    anna, sign_in, first
):
    sign(anna, "first")
    sign(sign_in("bo"), "second")
    path = f"{BOARD}items/{first.key}/"
    for shown in (page(anna, path), page(anna, BOARD)):
        assert "一审、二审已签。现在改动内容，签发就作废，要从一审重新签。" in shown
    saved = anna.post(path, form_of(first, title="示例：改过的标题"), follow=True)
    told = f"第{now().n}稿改动了内容，一审、二审的签发已作废，要从一审重新签。"
    assert told in saved.content.decode()
    assert told in page(sign_in("bo"), BOARD)
    sign(anna, "first")
    assert "一审已签。现在改动" in page(anna, BOARD)


def test_nothing_is_said_of_signatures_where_nobody_signed(anna):
    assert "签发就作废" not in page(anna, BOARD)
    assert "已作废" not in page(anna, BOARD)


def test_signing_is_offered_only_when_no_error_is_left(anna, first):
    assert 'class="main sign"' in page(anna, f"{BOARD}review/")
    anna.post(f"{BOARD}items/{first.key}/", form_of(first, url="news.example"))
    shown = page(anna, f"{BOARD}review/")
    assert 'class="main sign"' not in shown
    assert "现在轮到您签一审。还有 1 处差错，改完才能签发。" in shown


def test_a_refusal_leads_back_to_the_page_it_came_from(anna, first):
    anna.post(f"{BOARD}items/{first.key}/", form_of(first, url="news.example"))
    for referer, leads in (
        (f"http://testserver{BOARD}review/", True),
        ("https://evil.example/desk/", False),
        ("", False),
    ):
        boxes = {"box": ["topics", "leaders"], "step": "first", "content_hash": now().content_hash}
        refused = anna.post(f"{BOARD}review/sign/", boxes, headers={"referer": referer})
        assert refused.status_code == 409
        assert (f'<a href="{BOARD}review/">返回上一页</a>' in refused.content.decode()) is leads
        assert "evil" not in refused.content.decode()


def test_who_signs_sees_all_that_is_printed_and_the_sources_text_beside_it(anna, first):
    start = datetime(2026, 11, 29, 14, tzinfo=SHANGHAI)
    event = Event("茶艺课", start, start + timedelta(hours=2), "会客厅二楼")
    image = Image("https://a.example/1.jpg", "一屋子人", "居民在学茶艺", "示例摄影")
    issue = edit.change(
        now().issue, first.key, events=(event,), image=image, why="关系到每一户。",
        details={"做法": "先商量，后动手。"},
    )  # fmt: skip
    issue = edit.write_corrections(
        replace(issue, intro="卷首第一段。\n第二段。"), "上期第一条有误。"
    )
    drafts.add_revision(issue, author="anna", expected=now().n, at=START)
    shown = page(anna, f"{BOARD}review/")
    table = shown[shown.index('id="h-facts"') :]
    for words in ("11月29日 周日 14:00—16:00", "会客厅二楼", "茶艺课", "居民在学茶艺", "示例摄影",
                  "一屋子人", "https://a.example/1.jpg", "关系到每一户。", "先商量，后动手。",
                  "卷首第一段。", "第二段。", "上期第一条有误。", now().issue.subject,
                  now().issue.preheader):  # fmt: skip
        assert words in table, words
    row = next(one for one in table.split("<tr>") if f"items/{first.key}/" in one)
    assert "<details><summary>原文正文" in row
    assert all(line in row for line in first.text.split("\n"))
    issue = edit.change(now().issue, first.key, text="编辑改过的存用正文。", own=True, url="")
    drafts.add_revision(issue, author="anna", expected=now().n, at=START)
    shown = page(anna, f"{BOARD}review/")
    row = next(one for one in shown.split("<tr>") if f"items/{first.key}/" in one)
    assert first.text.split("\n")[0] in row  # as it came, whatever became of it


def test_the_last_note_goes_to_nobody_next_and_a_short_issue_has_no_rate(anna, sign_in):
    assert now().issue.items
    assert "处差错／万字" in page(anna, f"{BOARD}review/")
    assert "附言（给下一审）" in page(anna, f"{BOARD}review/")
    for name, step in (("anna", "first"), ("bo", "second")):
        sign(sign_in(name), step)
    last = page(sign_in("chen"), f"{BOARD}review/")
    assert "附言（随签发留存）" in last
    assert "附言（给下一审）" not in last
    drafts.add_revision(replace(now().issue, sections=()), author="bo", expected=now().n, at=START)
    empty = page(anna, f"{BOARD}review/")
    assert "处差错／万字" not in empty
    assert "不足 3000 字的不折算" in empty


def test_where_there_are_no_readers_yet_the_page_says_how_they_come(anna):
    shown = page(anna, "/desk/subscribers/")
    assert "还没有读者" in shown
    assert 'href="/subscribe"' in shown
    assert "没有找到" in page(anna, "/desk/subscribers/?search=nobody")
