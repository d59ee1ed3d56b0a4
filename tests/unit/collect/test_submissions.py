"""What member units send: mails with Word documents and pictures, from whatever program."""

from __future__ import annotations

import io
from email.message import EmailMessage
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

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
    sent = read_mail(make_mail(body=f"{TEXT}\n-- \n示例社区 电话\n").as_bytes(), MOST)
    assert sent.title == "示例来稿"
    assert sent.text == TEXT
    assert sent.author == "示例社区通讯员"
    assert sent.published is not None
    assert sent.published.isoformat() == "2026-11-20T08:00:00+08:00"


def test_a_word_document_counts_before_the_body_and_pictures_come_along() -> None:
    mail = make_mail("Fwd: 投稿:关于议事会", "见附件。")
    word = make_docx("标题：示例议事会", "作者：示例作者", TEXT)
    kind = "vnd.openxmlformats-officedocument.wordprocessingml.document"
    mail.add_attachment(word, "application", kind, filename="稿件.docx")
    mail.add_attachment(make_picture(), "image", "png", filename="../../现场.png")
    mail.add_attachment(b"x", "application", "zip", filename="原图.zip")
    sent = read_mail(mail.as_bytes(), MOST)
    assert (sent.title, sent.text, sent.author) == ("示例议事会", TEXT, "示例作者")
    assert [picture.ending for picture in sent.pictures] == [".png"]
    assert "原图.zip" in sent.warnings[0]


def test_a_mail_in_gbk_and_html_is_read() -> None:
    raw = (
        "Subject: =?gb2312?B?zba45aO6yr7A/cC0uOU=?=\r\nContent-Type: text/html; charset=gb2312\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    ).encode("ascii") + f"<p>{TEXT}</p><script>x()</script>".encode("gb18030")
    sent = read_mail(raw, MOST)
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


@given(st.binary(max_size=400))
def test_any_bytes_give_a_submission_or_a_reason(data: bytes) -> None:
    for read in (read_mail, read_docx):
        try:
            read(data, MOST)
        except CollectError as error:
            assert str(error)  # noqa: PT017 - a reason is all that is asked for
