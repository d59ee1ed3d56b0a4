"""An item at the desk: edited, kept while typed, merged with what others saved, its findings answered."""

import io
import re
from dataclasses import replace
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from pipeline.assemble import edit
from pipeline.calendar import SHANGHAI
from pipeline.desk.services import get_services
from pipeline.model import Image
from pipeline.store import (
    drafts,
    typed,
    waivers,
)
from pipeline.store.models import IssueRow
from tests.integration.desk.conftest import BOARD, START, WEEK, act, form_of, now, page

pytestmark = pytest.mark.usefixtures("week")


def test_an_item_is_edited_with_typography_and_only_known_pictures(anna):
    item = next(one for one in now().issue.items if one.image)
    path = f"{BOARD}items/{item.key}/"
    assert item.original_title in page(anna, path)
    saved = anna.post(path, form_of(item, title="示例：3楼亮了", summary="有12盏灯。", alt="楼道", credit="示例摄影"), follow=True)  # fmt: skip
    assert "已保存" in saved.content.decode()
    changed = edit.get_item(now().issue, item.key)
    assert changed.title == "示例：3 楼亮了"
    assert changed.summary == "有 12 盏灯。"
    assert changed.image is not None
    assert (changed.image.alt, changed.image.credit) == ("楼道", "示例摄影")
    assert changed.text == item.text
    anna.post(path, form_of(changed, picture="https://evil.example/x.png"))
    assert edit.get_item(now().issue, item.key).image is None
    assert anna.post(path, form_of(changed, title=" ")).status_code == 422
    before = now().n
    same = anna.post(path, form_of(edit.get_item(now().issue, item.key)), follow=True)
    assert "没有改动" in same.content.decode()
    assert now().n == before


def test_the_text_that_our_own_page_prints_is_shown_to_who_signs(anna, first):
    path, review = f"{BOARD}items/{first.key}/", f"{BOARD}review/"
    assert "存用正文（供校对，不随邮件刊出）" in page(anna, path)
    assert "网页上刊出的全文" not in page(anna, review)
    issue = edit.change(now().issue, first.key, own=True, url="")
    drafts.add_revision(issue, author="bo", expected=now().n, at=START, note="试")
    assert "正文（刊在网页上" in page(anna, path)
    shown = page(anna, review)
    assert shown.count("网页上刊出的全文") == 1
    assert all(line in shown for line in first.text.split("\n"))


def test_a_reprint_that_lacks_its_address_and_author_is_put_right_at_the_desk(anna, first):
    def lacks():
        report = get_services().judge(now())[1]
        return [one.message for one in report.findings if one.rule == "source-missing"]

    path = f"{BOARD}items/{first.key}/"
    anna.post(path, form_of(first, url="", origin="示例晚报"))
    assert lacks() == ["转载稿缺少网址、作者或编辑，请补全后再签发。"]
    shown = page(anna, path)
    assert re.search(r'<details class="origin" open>', shown)
    assert 'data-jump="f-source_name"' in shown
    item = edit.get_item(now().issue, first.key)
    anna.post(path, form_of(item, url="https://news.example/0", author="示例记者"))
    assert lacks() == []
    put_right = edit.get_item(now().issue, first.key)
    assert (put_right.url, put_right.author) == ("https://news.example/0", "示例记者")
    assert "示例记者" in page(anna, f"{BOARD}history/")


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


def test_a_change_to_an_event_that_another_took_out_lands_on_no_other(anna, sign_in, first):
    path = f"{BOARD}items/{first.key}/"
    paper = {"event1_title": "剪纸课", "event1_day": "2026-12-19", "event1_time": "09:00"}
    brush = {"event2_title": "书法课", "event2_day": "2026-12-20", "event2_time": "09:00"}
    anna.post(path, form_of(first, **paper, **brush))
    item = edit.get_item(now().issue, first.key)
    mine = form_of(item, event1_time="14:00")
    theirs = form_of(item, **dict.fromkeys(paper, ""))
    assert sign_in("bo").post(path, theirs).status_code == 302
    for _again in range(2):  # what was kept unsaved meanwhile is the form as it was filled in
        refused = anna.post(path, mine)
        assert refused.status_code == 409
        shown = refused.content.decode()
        assert "活动2 开始（剪纸课）" in shown
        events = edit.get_item(now().issue, first.key).events
        assert [one.title for one in events] == ["书法课"]
        form = page(anna, path)
        mine = dict(re.findall(r'name="(event\d_\w+|revision)"[^>]*value="([^"]*)"', form)) | {
            name: value for name, value in mine.items() if not name.startswith(("event", "rev"))
        }
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown))
    fields |= dict(re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', shown))
    assert anna.post(path, fields).status_code == 302
    events = edit.get_item(now().issue, first.key).events
    assert [(one.title, f"{one.start.astimezone(SHANGHAI):%H:%M}") for one in events] == [
        ("书法课", "09:00"), ("剪纸课", "14:00"),
    ]  # fmt: skip


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


def warnings_of(key, field="summary"):
    _, report = get_services().judge(now())
    return [
        one
        for one in report.findings
        if (one.item, one.field, one.level) == (key, field, "warning")
    ]


def test_a_waiver_stands_while_its_sentence_does_and_falls_with_it(anna, first):
    path = f"{BOARD}items/{first.key}/"
    anna.post(path, form_of(first, summary="路灯装好了。这几天还在试运行。"))
    (warning,) = warnings_of(first.key)
    anna.post(f"{path}waive/", {"finding": waivers.fingerprint(warning), "reason": "周四仍在试"})
    kept = waivers.list_waivers(WEEK)
    ((_, waiver),) = kept.items()
    assert (waiver.user, waiver.reason) == ("anna", "周四仍在试")
    assert waiver.at.tzinfo is not None

    anna.post(path, form_of(now().issue.items[0], summary="十盏路灯装好了。这几天还在试运行。"))
    assert [waivers.fingerprint(one) in kept for one in warnings_of(first.key)] == [True]

    anna.post(path, form_of(now().issue.items[0], summary="这几天灯都亮着。这几天还在试运行。"))
    assert [waivers.fingerprint(one) in kept for one in warnings_of(first.key)] == [False, True]

    anna.post(path, form_of(now().issue.items[0], summary="路灯装好了。这几天已经停用。"))
    assert [waivers.fingerprint(one) in kept for one in warnings_of(first.key)] == [False]


def test_what_a_summary_repeats_from_its_text_is_shown_mended_and_waived_once(anna, first):
    path = f"{BOARD}items/{first.key}/"
    said = "居民们听得津津有味,不时的点头。"
    anna.post(
        path,
        form_of(first, summary=f"{said}灯亮了。", text=f"示例讯 记者获悉，{said}\n{said}散了。"),
    )
    judged = [one for one in get_services().judge(now())[1].findings if one.surface == ","]
    assert [one.field for one in judged] == ["summary", "text", "text"]
    shown = page(anna, path)
    assert shown.count("<button>改为“，”</button>") == 1
    assert "摘要、正文：“,”" in shown.replace("存用正文", "正文")
    for one in judged:  # whichever part of it a form names
        assert anna.post(f"{path}suggest/", {"finding": waivers.fingerprint(one)}).status_code in {
            302,
            404,
        }
    item = edit.get_item(now().issue, first.key)
    assert (item.summary.count(","), item.text.count(",")) == (0, 0)
    assert (item.summary.count("，"), item.text.count("，")) == (1, 3)

    anna.post(path, form_of(item, summary="这几天还在试。", text="这几天还在试。完了。"))
    before = page(anna, BOARD).count("1条提示")
    (summary,), (text,) = warnings_of(first.key), warnings_of(first.key, "text")
    anna.post(f"{path}waive/", {"finding": waivers.fingerprint(text), "reason": "周四仍在试"})
    assert set(waivers.list_waivers(WEEK)) == {waivers.fingerprint(one) for one in (summary, text)}
    assert page(anna, path).count("放行：周四仍在试") == 1
    assert page(anna, BOARD).count("1条提示") == before - 1
    anna.post(f"{path}waive/", {"finding": waivers.fingerprint(summary), "op": "undo"})
    assert waivers.list_waivers(WEEK) == {}


def test_a_suggestion_for_a_case_card_or_a_caption_is_taken_too(anna, first):
    path = f"{BOARD}items/{first.key}/"
    image = Image("https://a.example/1.jpg", "路灯", "新灯,旧杆。", "示例摄影")
    issue = edit.change(now().issue, first.key, details={"做法": "先议,后办。"}, image=image)
    drafts.add_revision(issue, author="anna", expected=now().n, at=START)
    for field in ("details.做法", "image.caption"):
        (found,) = [one for one in warnings_of(first.key, field) if one.suggestion]
        anna.post(f"{path}suggest/", {"finding": waivers.fingerprint(found)})
    item = edit.get_item(now().issue, first.key)
    assert item.details["做法"] == "先议，后办。"
    assert item.image is not None
    assert item.image.caption == "新灯，旧杆。"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("approved", "本期已签发，不能再改。要改请在“审签”页退回。"),
        ("sent", "本期已发出，不能再改。有差错请在下一期的“勘误”里更正。"),
    ],
)
def test_an_issue_that_is_closed_says_so_and_takes_no_words(anna, first, status, said):
    path = f"{BOARD}items/{first.key}/"
    assert "disabled" not in page(anna, path)
    IssueRow.objects.filter(week=WEEK).update(status=status)
    for shown in (page(anna, path), page(anna, BOARD)):
        assert said in shown
    assert '<fieldset class="bare stack" disabled>' in page(anna, path)
    assert anna.post(path, form_of(first, title="示例：太晚")).status_code == 409
    if status == "sent":
        assert "可以发送" not in page(anna, f"{BOARD}review/")


def test_a_case_card_is_written_for_a_story_of_which_none_could_be_made(anna, first):
    path = f"{BOARD}items/{first.key}/"
    assert "取经卡" not in page(anna, path)
    anna.post(path, form_of(first, text="路灯亮了。"))
    act(anna, "move", first.key, section="cases")
    assert edit.get_item(now().issue, first.key).details == {}
    shown = page(anna, path)
    for heading in ("背景", "做法", "成效", "启示", "可复制条件", "联系人"):
        assert f"取经卡·{heading}" in shown
    anna.post(path, as_sent(shown) | {"card1": "先商量，后动手。", "card2": "投诉少了三成。"})
    card = edit.get_item(now().issue, first.key).details
    assert card == {"做法": "先商量，后动手。", "成效": "投诉少了三成。"}


def picture(color, width=900, height=600):
    out = io.BytesIO()
    Picture.new("RGB", (width, height), color).save(out, "JPEG")
    return SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")


def as_sent(html):
    """The item's form as a browser would send it."""
    form = html[html.index('id="edit"') :].partition("</form>")[0]
    found = dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</textarea>', form))
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r' name="(\w+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken" and ('"radio"' not in tag or "checked" in tag):
            found[name[1]] = value[1] if value else ""
    return {name: unescape(value) for name, value in found.items()}


def type_into(client, key, **changes):
    """Type into the form as it is shown, and let the page keep it."""
    path = f"{BOARD}items/{key}/"
    typed_words = as_sent(page(client, path)) | changes
    assert client.post(f"{path}typed/", typed_words).status_code == 200


def test_a_picture_that_is_uploaded_while_words_are_unsaved_is_the_one_that_is_chosen(anna):
    item = next(one for one in now().issue.items if one.image)
    path = f"{BOARD}items/{item.key}/"
    type_into(anna, item.key, summary="写到一半的摘要。", caption="新图的说明")
    anna.post(f"{path}picture/", {"picture": picture("red")}, follow=True)
    form = as_sent(page(anna, path))
    own = edit.get_item(now().issue, item.key).image
    assert own is not None
    assert form["picture"] == own.url != item.image.url
    assert (form["summary"], form["caption"]) == ("写到一半的摘要。", "新图的说明")
    assert (form["alt"], form["credit"]) == ("", "")  # those of the picture that went
    saved = anna.post(path, form | {"alt": "一屋子人", "credit": "示例摄影"})
    assert saved.status_code == 302
    image = edit.get_item(now().issue, item.key).image
    assert image is not None
    assert (image.url, image.alt, image.caption) == (own.url, "一屋子人", "新图的说明")
    assert typed.list_typed(WEEK, item.key) == []


def test_the_item_says_where_its_picture_is_shown_and_an_upload_what_a_mail_makes_of_it(anna):
    lead, other = now().issue.items[0], next(
        one for one in now().issue.items[1:] if one.image
    )  # fmt: skip
    shown = page(anna, f"{BOARD}items/{other.key}/")
    assert "邮件只刊头条的图" in shown
    assert "焦点" not in shown
    path = f"{BOARD}items/{lead.key}/picture/"
    said = anna.post(path, {"picture": picture("red", 400, 900)}, follow=True).content.decode()
    assert "邮件和网页上都刊出" in said
    assert "这张图太高（400×900 像素）" in said
    assert "这张图只有 400 像素宽" in said
    said = anna.post(path, {"picture": picture("red")}, follow=True).content.decode()
    assert "这张图" not in said


def test_a_focus_point_of_old_stays_where_it_was(anna, first):
    image = Image("https://a.example/1.jpg", "路灯", "新灯", "示例摄影", focus_x=0.25)
    issue = edit.change(now().issue, first.key, image=image)
    drafts.add_revision(issue, author="anna", expected=now().n, at=START)
    path = f"{BOARD}items/{first.key}/"
    anna.post(path, as_sent(page(anna, path)) | {"alt": "亮了的路灯"})
    kept = edit.get_item(now().issue, first.key).image
    assert kept == replace(image, alt="亮了的路灯")


def test_a_suggestion_taken_while_words_are_unsaved_stands_in_them_too(anna, first):
    path = f"{BOARD}items/{first.key}/"
    anna.post(path, form_of(first, title="示例：居民,昨天来了", summary="原来的摘要。"))
    type_into(anna, first.key, title="示例：二十位居民,昨天来了", summary="写到一半。")
    offered = next(
        one for one in get_services().judge(now())[1].findings
        if (one.item, one.field, one.rule) == (first.key, "title", "punctuation")
    )  # fmt: skip
    told = anna.post(f"{path}suggest/", {"finding": waivers.fingerprint(offered)}, follow=True)
    form = as_sent(told.content.decode())
    assert form["title"] == "示例：二十位居民，昨天来了"
    assert form["summary"] == "写到一半。"
    assert anna.post(path, form).status_code == 302
    type_into(anna, first.key, title="示例：又改了一半")
    whole = next(one for one in get_services().judge(now())[1].findings
                 if (one.item, one.rule) == (first.key, "title-changed"))  # fmt: skip
    told = anna.post(f"{path}suggest/", {"finding": waivers.fingerprint(whole)}, follow=True)
    assert as_sent(told.content.decode())["title"] == whole.suggestion == first.original_title
    anna.post(f"{path}discard/")
    anna.post(path, form | {"revision": str(now().n)})
    item = edit.get_item(now().issue, first.key)
    assert (item.title, item.summary) == ("示例：二十位居民，昨天来了", "写到一半。")


def test_unsaved_words_take_over_what_others_changed_beside_them(anna, sign_in, first):
    path = f"{BOARD}items/{first.key}/"
    type_into(anna, first.key, summary="甲写到一半。")
    sign_in("bo").post(path, form_of(first, title="示例：乙的标题"))
    form = as_sent(page(anna, path))
    assert (form["title"], form["summary"]) == ("示例：乙的标题", "甲写到一半。")
    assert anna.post(path, form).status_code == 302

    # What both changed is merged by hand, picture or no picture.
    type_into(anna, first.key, summary="甲又写。")
    sign_in("bo").post(path, form_of(edit.get_item(now().issue, first.key), summary="乙的。"))
    anna.post(f"{path}picture/", {"picture": picture("blue")})
    refused = anna.post(path, as_sent(page(anna, path)))
    assert refused.status_code == 409
    assert {"甲又写。", "乙的。"} <= set(re.findall(r">([^<>]+)<", refused.content.decode()))


def test_who_disputes_with_himself_in_two_windows_is_told_so(anna, first):
    path = f"{BOARD}items/{first.key}/"
    other = form_of(first, summary="一个窗口的。")
    anna.post(path, form_of(first, summary="另一个窗口的。"))
    refused = anna.post(path, other)
    assert refused.status_code == 409
    assert "您自己在别的窗口" in refused.content.decode()
