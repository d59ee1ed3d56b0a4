"""写稿: what an editor writes or brings in goes the way of every story."""

import io
import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import docx
import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from pipeline import runner
from pipeline.assemble import edit
from pipeline.calendar import SHANGHAI
from pipeline.desk import writing
from pipeline.model import DESK_SOURCE
from pipeline.store import articles, audit, stories
from pipeline.store.models import (
    ArticleRow,
    AuditRow,
    SearchRow,
    StoryArticleRow,
    StoryRow,
    TaggingRow,
)
from pipeline.week import grouping, periods
from tests.integration.desk.conftest import (
    BOARD,
    START,
    WEEK,
    act,
    form_of,
    make_draft,
    now,
    page,
    sign,
)

pytestmark = pytest.mark.usefixtures("week")

PAGE = f"{BOARD}write/"
TITLE = "示例：幸福苑社区的二手书角开张"
TEXT = (
    "（示例）鄞州区东柳街道幸福苑社区把旧岗亭改成了二手书角，居民拿一本换一本。\r\n\r\n"
    "　　书架是物业淘汰的货架，刷了一遍漆，花了三百二十元。\r\n"
    "11月28日下午2点，书角办第一次读书会，地点在社区活动室。"
)


@pytest.fixture
def week(people):  # noqa: ARG001 - an issue has people who may edit it
    """Make a small draft: what is written here does not depend on what else stands in it."""
    return make_draft(4)


def fields_of(html):
    """The form as a browser would send it back."""
    found = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', html))
    (found["number"],) = re.findall(r'name="number" value="([^"]+)"', html)
    return {name: found.get(name, "") for name in writing.LONGEST}


def filled(client, **given):
    return fields_of(page(client, PAGE)) | {"title": TITLE, "text": TEXT, "op": "save"} | given


def picture(width=1600, kind="JPEG"):
    out = io.BytesIO()
    Image.new("RGB", (width, 900), "#a3271d").save(out, kind)
    return SimpleUploadedFile("IMG 1.jpg", out.getvalue(), "image/jpeg")


def word(*lines, pictures=0):
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    for n in range(pictures):
        document.add_picture(io.BytesIO(picture(300 + n).read()))
    out = io.BytesIO()
    document.save(out)
    return SimpleUploadedFile("来稿.docx", out.getvalue())


def written():
    week = timedelta(days=9)
    found = articles.list_articles(START - week, datetime.now(UTC) + week)
    return [one for one in found if one.source_id == DESK_SOURCE]


def test_what_is_written_stands_in_the_section_with_tags_summary_and_event(anna):
    html = page(anna, PAGE)
    assert fields_of(html)["day"] <= "2026-11-22"  # the week's last day, when the week is over
    answer = anna.post(PAGE, filled(anna, day="2026-11-22", origin="东柳街道幸福苑社区",
                                    author="示例通讯员", section="cases"))  # fmt: skip
    (article,) = written()
    key = stories.find_story(article.id)[0]
    assert answer["Location"] == f"{BOARD}items/{key}/"
    item = edit.get_item(now().issue, key)
    assert now().author == "anna"
    assert item.own
    assert (item.title, item.origin, item.source_name) == (TITLE, "东柳街道幸福苑社区", "编辑部")
    assert item.districts == ("鄞州",)
    assert item.summary.startswith("（示例）鄞州区东柳街道幸福苑社区把旧岗亭")
    assert [(one.place, one.start.hour) for one in item.events] == [("社区活动室", 14)]
    assert article.text.count("\n") == 2
    assert article.published == datetime(2026, 11, 22, tzinfo=SHANGHAI)
    (section,) = (one for one in now().issue.sections if one.kind == "cases")
    assert section.items[-1].key == key
    assert [one.user for one in audit.iter_entries(WEEK) if one.action == "write"] == ["anna"]
    assert "编辑部" in page(anna, f"{BOARD}stories/{key}/")


def test_what_is_kept_for_later_is_a_candidate_of_its_week(anna):
    before = now().n
    anna.post(PAGE, filled(anna, day="2026-11-20", section=""))
    assert now().n == before
    assert TITLE in page(anna, BOARD)
    (article,) = written()
    key = stories.find_story(article.id)[0]
    act(anna, "add", key, section="districts")
    assert edit.get_item(now().issue, key).own


def test_the_same_form_sent_twice_is_one_story(anna):
    form = filled(anna, day="2026-11-20", section="districts")
    anna.post(PAGE, form)
    anna.post(PAGE, form | {"title": "示例：改过的标题"})
    (article,) = written()
    assert article.title == "示例：改过的标题"
    key = stories.find_story(article.id)[0]
    assert edit.get_item(now().issue, key).title == "示例：改过的标题"


def test_a_word_file_fills_the_form_and_nothing_is_stored_yet(anna):
    file = word(TITLE, "供稿：示例社区", "一楼的旧岗亭改成了书角。", "花了三百二十元。", pictures=1)
    answer = anna.post(PAGE, filled(anna, title="", text="", op="read", file=file, section="echo"))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "已带入" in html
    assert fields_of(html) | {"number": ""} == fields_of(page(anna, PAGE)) | {
        "number": "", "title": TITLE, "origin": "示例社区",
    }  # fmt: skip
    assert "一楼的旧岗亭改成了书角。\n花了三百二十元。</textarea>" in html
    assert '<option value="echo" selected>' in html
    assert written() == []
    kept = re.findall(r'name="kept" value="([^"]+)"', html)
    form = fields_of(html) | {"text": "一楼的旧岗亭改成了书角。", "op": "save", "kept": kept,
                              "day": "2026-11-20", "caption": "书角", "credit": "示例摄影"}  # fmt: skip
    anna.post(PAGE, form)
    (article,) = written()
    (image,) = article.images
    assert (image.caption, image.credit, image.width) == ("书角", "示例摄影", 300)
    name = image.url.rpartition("/")[2]
    assert (django_settings.PIPELINE.data_dir / "site" / "media" / name).exists()


def test_captions_of_a_word_file_stay_with_their_pictures(anna):
    document = docx.Document()
    document.add_paragraph(TITLE, style="Title")
    for line in ("首南街道锦悦湾社区　通讯员 王小芳", "一楼的旧岗亭改成了书角。"):
        document.add_paragraph(line)
    for n, line in enumerate(("图为居民在下棋。张三 摄", "图为书角。李四 摄")):
        document.add_picture(io.BytesIO(picture(300 + n).read()))
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    file = SimpleUploadedFile("来稿.docx", out.getvalue())
    html = anna.post(PAGE, filled(anna, op="read", file=file)).content.decode()
    told = fields_of(html)
    assert (told["title"], told["author"]) == (TITLE, "王小芳")
    assert (told["origin"], told["credit"]) == ("首南街道锦悦湾社区", "张三")
    assert "一楼的旧岗亭改成了书角。</textarea>" in html
    kept = re.findall(r'name="kept" value="([^"]+)"', html)
    anna.post(PAGE, told | {"text": TEXT, "op": "save", "kept": kept, "day": "2026-11-20"})
    (article,) = written()
    assert [(one.caption, one.credit) for one in article.images] == [
        ("图为居民在下棋。", "张三"), ("图为书角。", "李四"),
    ]  # fmt: skip


def test_a_word_file_with_only_a_picture_brings_it_in_and_says_so(anna):
    html = anna.post(PAGE, filled(anna, op="read", file=word(pictures=1))).content.decode()
    assert "“来稿.docx”里只有图片，没有正文；图片已带入，正文请补上。" in html
    assert 'name="kept"' in html


def test_a_picture_is_made_fit_for_a_mail_and_comes_first(anna):
    form = filled(anna, day="2026-11-20", section="districts", picture=picture())
    anna.post(PAGE, form)
    (article,) = written()
    assert (article.images[0].width, article.images[0].height) == (1184, 666)
    key = stories.find_story(article.id)[0]
    assert edit.get_item(now().issue, key).image == article.images[0]


def test_an_item_gets_a_picture_of_the_editors_own(anna, sign_in, first):
    path = f"{BOARD}items/{first.key}/"
    mine = form_of(first, title="示例：甲的标题")
    answer = anna.post(f"{path}picture/", {"picture": picture()}, follow=True)
    assert "图片已换上，请写上替代文字" in answer.content.decode()
    image = edit.get_item(now().issue, first.key).image
    assert image is not None
    assert (image.width, image.caption) == (1184, "")
    assert "/media/" in image.url
    # What was being typed in the form meanwhile is no conflict, and keeps the new picture.
    sign_in("bo").post(path, mine)
    item = edit.get_item(now().issue, first.key)
    assert (item.title, item.image) == ("示例：甲的标题", image)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "请先选择图片"),
        ({"picture": SimpleUploadedFile("图.jpg", b"<html>")}, "“图.jpg”不是能用的图片"),
        ({"picture": SimpleUploadedFile("图.jpg", b"x" * 16_000_000)}, "传不了"),
    ],
)
def test_what_is_no_picture_changes_nothing(anna, first, given, said):
    before = now().n
    answer = anna.post(f"{BOARD}items/{first.key}/picture/", given, follow=True)
    assert said in answer.content.decode()
    assert now().n == before


def test_a_picture_that_we_did_not_keep_is_none(anna):
    forged = ["https://evil.example/x.png", "WyJodHRwOi8veCJd:1x:abc", ""]
    anna.post(PAGE, filled(anna, day="2026-11-20", kept=forged))
    (article,) = written()
    assert article.images == ()


def docx_named(name):
    return SimpleUploadedFile(name, b"\xd0\xcf\x11\xe0 old word")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": " "}, "标题不能为空"),
        ({"text": "\r\n 　\r\n"}, "正文不能为空"),
        ({"day": ""}, "日期不对"),
        ({"day": "2026-02-30"}, "日期不对"),
        ({"day": "2999-01-01"}, "日期不能晚于今天"),
        ({"op": "read"}, "请先选择要带入的文件"),
        ({"op": "read", "file": docx_named("稿件.doc")}, "请先另存为 .docx"),
        ({"op": "read", "file": docx_named("稿件.docx")}, "“稿件.docx”读不出文字"),
        ({"op": "read", "file": SimpleUploadedFile("空.txt", b" \n ")}, "“空.txt”是空的"),
        ({"op": "read", "file": SimpleUploadedFile("大.txt", b"x" * 16_000_000)}, "传不了"),
        ({"picture": SimpleUploadedFile("图.jpg", b"<html>")}, "“图.jpg”不是能用的图片"),
    ],
)
def test_what_cannot_be_stored_comes_back_as_it_was_typed(anna, given, said):
    answer = anna.post(PAGE, filled(anna, author="示例通讯员") | given)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert fields_of(html)["author"] == "示例通讯员"
    assert "把旧岗亭改成了二手书角" in html or "text" in given
    assert written() == []


def test_a_mail_of_several_texts_gives_its_first_and_says_so(anna):
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "投稿", "示例通讯员 <unit@news.example>"
    mail.set_content("见附件。")
    for n in (1, 2):
        mail.add_attachment(word(f"示例：第{n}篇", "正文一句。").read(), "application",
                            "vnd.openxmlformats-officedocument.wordprocessingml.document",
                            filename=f"{n}.docx")  # fmt: skip
    file = SimpleUploadedFile("来信.eml", mail.as_bytes())
    html = anna.post(PAGE, filled(anna, op="read", file=file)).content.decode()
    assert "这封邮件里有2篇，只带入第一篇" in html
    assert fields_of(html)["title"] == "示例：第1篇"


def test_words_are_kept_as_a_candidate_when_the_issue_has_left_the_desk(anna, sign_in):
    for name, step in (("anna", "first"), ("bo", "second"), ("chen", "final")):
        sign(sign_in(name), step)
    assert now().issue.status == "approved"
    answer = anna.post(PAGE, filled(anna, day="2026-11-20", section="districts"), follow=True)
    assert "稿件已存为候选，没有排入本期：" in answer.content.decode()
    assert len(written()) == 1


def test_a_run_after_it_leaves_the_story_where_it_stands(anna):
    anna.post(PAGE, filled(anna, day="2026-11-20", section="cases"))
    key = stories.find_story(written()[0].id)[0]
    settings = django_settings.PIPELINE
    period = periods.get_period(settings, WEEK, START)
    grouping.group(settings, period)
    runner.assemble(settings, period)
    assert edit.get_item(now().issue, key).title == TITLE
    assert stories.find_story(written()[0].id)[0] == key


def count_stored():
    models = (ArticleRow, TaggingRow, StoryRow, StoryArticleRow, SearchRow, AuditRow)
    return [model.objects.count() for model in models]


def test_a_story_is_stored_whole_or_not_at_all(anna):
    before = count_stored()
    values = filled(anna, day="2026-11-20", section="")
    with connection.cursor() as cursor:  # the last of what is stored finds no room
        cursor.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON audit WHEN NEW.action = 'write' "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    anna.raise_request_exception = False
    assert anna.post(PAGE, values).status_code == 500
    assert count_stored() == before
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER no_room")
    assert anna.post(PAGE, values).status_code == 302
    assert len(written()) == 1


def test_a_form_sent_again_leaves_its_article_in_the_story_it_was_merged_into(anna):
    values = filled(anna, day="2026-11-20", section="")
    anna.post(PAGE, values)
    (article,) = written()
    into = now().issue.items[0].key
    anna.post(f"{BOARD}stories/{article.id}/group/", {"op": "merge", "into": into})
    whole = stories.find_story(article.id)[0]
    placed = edit.get_item(now().issue, whole)
    assert whole != str(article.id)
    again = anna.post(PAGE, values | {"title": "示例：改过的标题"})
    assert again["Location"].endswith(f"/stories/{whole}/")
    anna.post(PAGE, values | {"title": "示例：改过的标题", "section": "districts"})
    assert edit.get_item(now().issue, whole) == placed
    assert stories.find_story(article.id)[0] == whole
    assert [one.title for one in written()] == ["示例：改过的标题"]
