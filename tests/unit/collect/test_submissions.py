"""What member units send: mails with Word documents and pictures, from whatever program."""

from __future__ import annotations

import base64
import io
import os
from email.message import EmailMessage
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipeline.collect.mailheaders import decode_words
from pipeline.collect.photos import MOST_PICTURES
from pipeline.collect.submissions import read_docx, read_mail
from pipeline.errors import CollectError, ParseError, TooLargeError

from .conftest import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Site

MOST = 1_000_000
TEXT = "（示例）居民在议事厅里商量了楼道照明的办法，社区当天记下了每一条意见。"


def make_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), "#a3271d").save(out, "PNG")
    return out.getvalue()


def make_docx(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def make_mail(subject: str = "投稿：示例来稿", body: str = TEXT) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "示例社区通讯员 <unit@news.example>"
    mail["Date"] = "Fri, 20 Nov 2026 08:00:00 +0800"
    mail.set_content(body)
    return mail


def test_a_mail_gives_its_subject_text_sender_and_day() -> None:
    (sent,) = read_mail(make_mail(body=f"{TEXT}\n-- \n示例社区 电话\n").as_bytes(), MOST)
    assert sent.title == "示例来稿"
    assert sent.text == TEXT
    assert sent.author == "示例社区通讯员"
    assert sent.published is not None
    assert sent.published.isoformat() == "2026-11-20T08:00:00+08:00"


def test_a_mail_sent_at_a_time_in_cst_was_sent_in_china() -> None:
    raw = make_mail().as_bytes().replace(b"08:00:00 +0800", b"08:00:00 CST")
    (sent,) = read_mail(raw, MOST)
    assert sent.published is not None
    assert sent.published.isoformat() == "2026-11-20T08:00:00+08:00"


def test_a_word_document_counts_before_the_body_and_pictures_come_along() -> None:
    mail = make_mail("Fwd: 投稿:关于议事会", "见附件。")
    word = make_docx("标题：示例议事会", "作者：示例作者", TEXT)
    kind = "vnd.openxmlformats-officedocument.wordprocessingml.document"
    mail.add_attachment(word, "application", kind, filename="稿件.docx")
    mail.add_attachment(make_picture(), "image", "png", filename="../../现场.png")
    mail.add_attachment(b"x", "application", "zip", filename="原图.zip")
    (sent,) = read_mail(mail.as_bytes(), MOST)
    assert (sent.title, sent.text, sent.author) == ("示例议事会", TEXT, "示例作者")
    assert [picture.ending for picture in sent.pictures] == [".png"]
    assert "原图.zip" in sent.warnings[0]


def test_a_mail_in_gbk_and_html_is_read() -> None:
    raw = (
        "Subject: =?gb2312?B?zba45aO6yr7A/cC0uOU=?=\r\nContent-Type: text/html; charset=gb2312\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    ).encode("ascii") + f"<p>{TEXT}</p><script>x()</script>".encode("gb18030")
    (sent,) = read_mail(raw, MOST)
    assert sent.title == "示例来稿"
    assert sent.text == TEXT


def test_what_is_no_word_document_or_unpacks_too_far_is_refused() -> None:
    with pytest.raises(ParseError, match="not a Word document"):
        read_docx(b"PK no", MOST)
    with pytest.raises(TooLargeError, match="unpacks to more than"):
        read_docx(make_docx(TEXT), 100)


def test_a_folder_of_mails_becomes_articles_with_stored_pictures(
    site: Site, tmp_path: Path
) -> None:
    folder = tmp_path / "inbox" / "new"
    folder.mkdir(parents=True)
    mail = make_mail()
    mail.add_attachment(make_picture(), "image", "png", filename="现场.png")
    (folder / "1700000000.M1.host").write_bytes(mail.as_bytes())
    (tmp_path / "inbox" / "empty.eml").write_bytes(b"Subject: x\r\n\r\n")
    (tmp_path / "inbox" / "news.docx").write_bytes(make_docx("示例标题一行", TEXT))
    kept: list[str] = []

    def keep(data: bytes, ending: str) -> str:
        kept.append(ending)
        return f"https://news.example/media/{len(data)}{ending}"

    site.keep_picture = keep
    site.settings = SETTINGS.model_copy(update={"max_bytes": MOST})
    result = site.visit_file("inbox")
    assert result.status == "ok"
    assert {article.title for article in result.articles} == {"示例来稿", "示例标题一行"}
    (mailed,) = (article for article in result.articles if article.images)
    assert mailed.images[0].url.startswith("https://news.example/media/")
    assert any("empty.eml" in line for line in result.warnings)


def test_files_with_names_in_gbk_are_read_and_named_as_they_are_meant(
    site: Site, tmp_path: Path
) -> None:
    folder = tmp_path / "in" / os.fsdecode("投稿".encode("gbk"))
    folder.mkdir(parents=True)
    pages = f"<html><body><h1>示例</h1><p>{TEXT * 5}</p></body></html>"
    feed = (
        "<rss version='2.0'><channel><item><title>示例</title><link>http://news.example/1</link>"
        f"<description>{TEXT * 9}</description></item><item><title>示例</title>"
        "<link>%D2%D2.html</link><description/></item></channel></rss>"
    )
    files = {
        "甲.txt": f"标题：示例\n日期：无\n{TEXT}",
        "乙.html": pages,
        "丙.xml": feed,
        "丁.docx": "PK",
    }
    for name, text in files.items():
        (folder / os.fsdecode(name.encode("gbk"))).write_text(text, encoding="utf-8")
    result = site.visit_file("in")
    addresses = [one.url for one in result.articles]
    assert sorted(addresses) == [
        "file:///in/%CD%B6%B8%E5/%D2%D2.html",  # linked to by the feed
        "file:in/%CD%B6%B8%E5/%BC%D7.txt",
        "file:in/%CD%B6%B8%E5/%D2%D2.html",
        "http://news.example/1",
    ]
    assert sorted(line.partition(": ")[0] for line in result.warnings) == ["丁.docx", "甲.txt"]
    assert [one.url for one in site.visit_file("in").articles] == addresses


def shown(width: int = 4) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (width, 3), "#a3271d").save(out, "PNG")
    return io.BytesIO(out.getvalue())


def saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


NAME = "锦悦湾社区的共享会客厅试运行"
BYLINE = "首南街道锦悦湾社区　通讯员 王小芳"


@pytest.mark.parametrize("style", ["Title", "Heading 1", "Normal"])
def test_a_word_file_is_called_by_its_style_or_its_first_line_and_never_by_its_byline(
    style: str,
) -> None:
    document = docx.Document()
    document.add_paragraph(NAME, style=style)
    for line in (BYLINE, TEXT, "每天开到晚上九点。"):
        document.add_paragraph(line)
    sent = read_docx(saved(document), MOST)
    assert (sent.title, sent.text) == (NAME, f"{TEXT}\n每天开到晚上九点。")
    assert sent.head["author"] == "王小芳"
    assert sent.head["origin"] == "首南街道锦悦湾社区"
    mail = make_mail("投稿", "见附件")
    mail.add_attachment(saved(document), "application", WORD, filename="稿件.docx")
    (sent,) = read_mail(mail.as_bytes(), MOST)
    assert (sent.title, sent.author) == (NAME, "王小芳")
    mail.replace_header("Subject", "投稿：关于会客厅")
    (sent,) = read_mail(mail.as_bytes(), MOST)
    assert sent.title == ("关于会客厅" if style == "Normal" else NAME)


def test_headings_within_a_word_file_are_no_titles() -> None:
    document = docx.Document()
    document.add_paragraph("关于会客厅的几件事")
    for heading in ("一、怎么来的", "二、怎么用"):
        document.add_paragraph(heading, style="Heading 1")
        document.add_paragraph(TEXT)
    sent = read_docx(saved(document), MOST)
    assert sent.title == "关于会客厅的几件事"
    assert sent.text.startswith("一、怎么来的")


def test_a_mails_own_byline_names_its_author_and_unit() -> None:
    (sent,) = read_mail(make_mail(body=f"{NAME}\n{BYLINE}\n{TEXT}").as_bytes(), MOST)
    assert (sent.title, sent.text, sent.author) == ("示例来稿", TEXT, "王小芳")
    assert sent.head["origin"] == "首南街道锦悦湾社区"


def test_tables_stand_where_the_word_file_has_them() -> None:
    document = docx.Document()
    document.add_paragraph(NAME)
    document.add_paragraph("开放时间如下。")
    table = document.add_table(rows=2, cols=2)
    for row, words in zip(table.rows, (("星期", "时间"), ("周六", "14点")), strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    document.add_paragraph("欢迎大家来。")
    assert read_docx(saved(document), MOST).text.split("\n") == [
        "开放时间如下。", "星期 时间", "周六 14点", "欢迎大家来。"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("图为居民在会客厅下棋。张三 摄", "图为居民在会客厅下棋。", "张三"),
        ("居民在会客厅下棋（张三/摄）", "居民在会客厅下棋", "张三"),
        ("居民在会客厅下棋。摄影：张三", "居民在会客厅下棋。", "张三"),
        ("▲居民在会客厅下棋 锦悦湾社区供图", "居民在会客厅下棋", "锦悦湾社区"),
        ("摄影：张　三", "", "张三"),
    ],
)
def test_a_caption_below_a_picture_belongs_to_it(line: str, caption: str, credit: str) -> None:
    document = docx.Document()
    for words in (NAME, TEXT):
        document.add_paragraph(words)
    document.add_picture(shown(4))
    document.add_paragraph(line)
    document.add_paragraph("会客厅每天开到晚上九点。")
    document.add_picture(shown(5))
    document.add_paragraph("图为茶艺课。李四 摄")
    sent = read_docx(saved(document), MOST)
    assert sent.text == f"{TEXT}\n会客厅每天开到晚上九点。"
    assert [(one.width, one.caption, one.credit) for one in sent.pictures] == [
        (4, caption, credit), (5, "图为茶艺课。", "李四")
    ]  # fmt: skip


def test_sentences_about_photographs_stay_in_the_text() -> None:
    document = docx.Document()
    document.add_paragraph(NAME)
    document.add_picture(shown())
    for line in ("这些照片都是他自己拍摄。", "会客厅里还有一门课叫摄影"):
        document.add_paragraph(line)
    sent = read_docx(saved(document), MOST)
    assert sent.text.count("\n") == 1
    assert [one.caption for one in sent.pictures] == [""]


def test_a_caption_in_a_mail_goes_to_the_picture_attached() -> None:
    line = "图为居民在会客厅下棋。张三 摄"
    mail = make_mail(body=f"{TEXT}\n{line}")
    mail.add_attachment(make_picture(), "image", "png", filename="现场.png")
    (sent,) = read_mail(mail.as_bytes(), MOST)
    assert sent.text == TEXT
    assert [(one.caption, one.credit) for one in sent.pictures] == [
        ("图为居民在会客厅下棋。", "张三")
    ]
    (alone,) = read_mail(make_mail(body=f"{TEXT}\n{line}").as_bytes(), MOST)
    assert alone.text.endswith(line)


def test_a_word_file_with_only_a_picture_keeps_it_and_is_not_called_empty(
    site: Site, tmp_path: Path
) -> None:
    document = docx.Document()
    document.add_picture(shown())
    sent = read_docx(saved(document), MOST)
    assert (sent.title, sent.text, len(sent.pictures)) == ("", "", 1)
    mail = make_mail()
    mail.add_attachment(saved(document), "application", WORD, filename="照片.docx")
    (mailed,) = read_mail(mail.as_bytes(), MOST)
    assert (mailed.text, len(mailed.pictures)) == (TEXT, 1)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.docx").write_bytes(saved(document))
    site.settings = SETTINGS.model_copy(update={"max_bytes": MOST})
    result = site.visit_file("in")
    assert result.warnings == ("a.docx: the file holds a picture and no text: left out",)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_submission_or_a_reason(data: bytes) -> None:
    for read in (read_mail, read_docx):
        try:
            read(data, MOST)
        except CollectError as error:
            assert str(error)  # noqa: PT017 - a reason is all that is asked for


WORD = "vnd.openxmlformats-officedocument.wordprocessingml.document"


def encoded(text: str, charset: str, kind: str = "B") -> str:
    """Return an encoded word as mail programs write it, under a label of their choice."""
    data = text.encode("gb18030")
    if kind == "Q":
        return f"=?{charset}?Q?{''.join(f'={one:02X}' for one in data)}?="
    return f"=?{charset}?B?{base64.b64encode(data).decode()}?="


@pytest.mark.parametrize("charset", ["gb2312", "GBK", "GB18030", "gb2312*zh"])
@pytest.mark.parametrize("kind", ["B", "Q"])
def test_words_of_a_header_hold_more_characters_than_their_label(charset: str, kind: str) -> None:
    assert decode_words(f"Re: {encoded('镕基瑢社区', charset, kind)} x") == "Re: 镕基瑢社区 x"


def test_a_character_cut_between_two_words_is_put_together() -> None:
    data = "示例社区议事会".encode("gb18030")
    words = [base64.b64encode(part).decode() for part in (data[:5], data[5:])]
    assert decode_words("\r\n ".join(f"=?gb2312?B?{one}?=" for one in words)) == "示例社区议事会"


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_headers_without_any_label_are_read_and_leave_nothing_that_cannot_be_stored(
    charset: str,
) -> None:
    raw = "From: 示例街道 <a@b.example>\nSubject: 投稿：直接写的标题\n\n" + TEXT
    (sent,) = read_mail(raw.encode(charset), MOST)
    assert (sent.title, sent.author, sent.text) == ("直接写的标题", "示例街道", TEXT)


@given(st.binary(max_size=200), st.text(max_size=50))
def test_any_header_becomes_a_line_that_can_be_stored(data: bytes, text: str) -> None:
    raw = b"Subject: " + data.replace(b"\n", b"").replace(b"\r", b"") + b"\n\nx"
    (sent,) = read_mail(raw, MOST)
    for line in (sent.title, decode_words(text), decode_words(f"=?utf-8?B?{text}?=")):
        assert "\n" not in line
        line.encode()


def test_two_documents_of_one_mail_are_two_texts_and_the_pictures_go_with_the_first() -> None:
    mail = make_mail("两篇")
    for name in ("甲", "乙"):
        word = make_docx(f"标题：示例{name}", TEXT)
        mail.add_attachment(word, "application", WORD, filename=f"{name}.docx")
    mail.add_attachment(make_picture(), "image", "png", filename="图.png")
    first, second = read_mail(mail.as_bytes(), MOST)
    assert (first.title, second.title) == ("示例甲", "示例乙")
    assert (len(first.pictures), len(second.pictures)) == (1, 0)
    assert first.author == second.author == "示例社区通讯员"


def test_a_name_in_an_encoded_word_tells_a_word_document() -> None:
    name = encoded("稿件.docx", "gb18030")
    mail = make_mail("附件没有类型", "见附件")
    mail.add_attachment(make_docx("标题：示例", TEXT), "application", "octet-stream", filename="x")
    raw = mail.as_bytes().replace(b'filename="x"', f'filename="{name}"'.encode())
    (sent,) = read_mail(raw, MOST)
    assert (sent.title, sent.text) == ("示例", TEXT)


def test_a_text_file_that_is_attached_is_the_text() -> None:
    mail = make_mail("文本附件", "请查收")
    mail.add_attachment(TEXT.encode("gb18030"), "text", "plain", filename="稿件.txt")
    (sent,) = read_mail(mail.as_bytes(), MOST)
    assert sent.text == TEXT


def test_a_mail_forwarded_as_an_attachment_counts_before_the_one_around_it() -> None:
    outer = make_mail("转发：来稿", "请看转来的邮件")
    outer.add_attachment(make_mail("投稿：里面的稿子"))
    (sent,) = read_mail(outer.as_bytes(), MOST)
    assert (sent.title, sent.text) == ("里面的稿子", TEXT)


def test_a_document_that_cannot_be_read_leaves_the_body_and_a_warning() -> None:
    mail = make_mail()
    mail.add_attachment(b"PK\x03\x04 no", "application", WORD, filename="坏.docx")
    (sent,) = read_mail(mail.as_bytes(), MOST)
    assert sent.text == TEXT
    assert "坏.docx" in sent.warnings[0]
    assert "not a Word document" in sent.warnings[0]


def test_what_is_no_picture_is_not_stored_as_one() -> None:
    mail = make_mail()
    mail.add_attachment(b"<html><script>x()</script>", "image", "jpeg", filename="x.jpg")
    (sent,) = read_mail(mail.as_bytes(), MOST)
    assert sent.pictures == ()
    assert "no picture" in sent.warnings[0]


def test_an_old_word_file_alone_is_named_in_the_reason() -> None:
    mail = make_mail(body="")
    mail.add_attachment(b"\xd0\xcf\x11\xe0", "application", "msword", filename="稿件.doc")
    with pytest.raises(ParseError, match=r"稿件\.doc.* ask for a \.docx"):
        read_mail(mail.as_bytes(), MOST)


def test_of_a_mail_that_is_too_large_the_text_is_taken(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    mail = make_mail()
    mail.add_attachment(make_picture(), "image", "png", filename="小图.png")
    mail.add_attachment(b"\xff\xd8\xff" + b"\0" * 3_000_000, "image", "jpeg", filename="大图.jpg")
    (folder / "1.eml").write_bytes(mail.as_bytes())
    site.keep_picture = lambda _, ending: f"https://news.example/1{ending}"
    result = site.visit_file("inbox")
    assert [(one.text, len(one.images)) for one in result.articles] == [(TEXT, 1)]
    assert result.warnings == (
        "1.eml: the mail is too large: attachment '大图.jpg' was left out, with what follows",
    )


def test_a_mail_of_a_million_lines_costs_its_first_ones() -> None:
    raw = f"Subject: x\nContent-Type: text/plain; charset=utf-8\n\n{TEXT}\n-- \n".encode()
    (sent,) = read_mail(raw + b"a\n" * 1_000_000, 10 * MOST)
    assert sent.text == TEXT
    assert "its end was left out" in sent.warnings[0]


def test_of_too_many_pictures_the_first_ones_are_taken() -> None:
    mail = make_mail()
    for n in range(MOST_PICTURES + 2):
        mail.add_attachment(make_picture(), "image", "png", filename=f"{n}.png")
    (sent,) = read_mail(mail.as_bytes(), MOST)
    assert [one.name for one in sent.pictures] == [f"{n}.png" for n in range(MOST_PICTURES)]
    assert [line for line in sent.warnings if "more than 20 pictures" in line] == list(
        sent.warnings
    )
    document = docx.Document()
    document.add_paragraph(TEXT)
    for n in range(3):
        one = io.BytesIO()
        Image.new("RGB", (4 + n, 3)).save(one, "PNG")
        document.add_picture(io.BytesIO(one.getvalue()))
    out = io.BytesIO()
    document.save(out)
    few = read_docx(out.getvalue(), MOST, 2)
    assert len(few.pictures) == 2
    assert "the rest was left out" in few.warnings[0]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(site: Site) -> None:
    folder, outside = site.root / "in", site.root / "private"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("标题：机密\n" + TEXT, encoding="utf-8")
    (folder / "own.txt").write_text("标题：示例\n" + TEXT, encoding="utf-8")
    (folder / "a.txt").symlink_to(outside / "secret.txt")
    (folder / "b").symlink_to(outside)
    (folder / "c.txt").symlink_to("own.txt")
    result = site.visit_file("in")
    assert {one.title for one in result.articles} == {"示例"}
    assert "a.txt: leads out of the folder: left out" in result.warnings
    site.root.joinpath("box").symlink_to(outside)
    assert [one.title for one in site.visit_file("box").articles] == ["机密"]
