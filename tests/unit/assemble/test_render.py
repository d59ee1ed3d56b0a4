"""Rendering: golden files, hostile words, preferences, and errors that say where.

``UPDATE_GOLDEN=1`` writes the golden files anew; look at the difference before committing it.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.assemble import edit, render, render_wechat
from pipeline.assemble.archive import build_archive
from pipeline.assemble.outputs import events_ics
from pipeline.assemble.templates import TEMPLATES, get_credit, get_event_time
from pipeline.assemble.typography import space, strip_invisible, width
from pipeline.calendar import SHANGHAI
from pipeline.errors import RenderError
from pipeline.model import Edition, Event, Image, Issue, Preferences, SectionKind, Story

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parents[2] / "golden" / "assemble"
SITE = "https://news.example"


def draw(desk: Any, issue: Issue, **more: Any) -> Edition:
    return render(issue, newsletter=desk.newsletter, site_url=SITE, **more)


@pytest.mark.parametrize("name", ["weekly.html", "weekly.txt", "wechat.html"])
def test_the_sample_week_looks_as_it_was_approved(desk: Any, week: list[Story], name: str) -> None:
    issue = desk.assemble(week)
    edition = draw(desk, issue)
    wechat = render_wechat(issue, newsletter=desk.newsletter, site_url=SITE)
    made = {"weekly.html": edition.html, "weekly.txt": edition.text, "wechat.html": wechat}[name]
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_text(made, encoding="utf-8", newline="\n")
    assert made == path.read_text(encoding="utf-8")


def test_the_same_issue_gives_the_same_bytes_and_another_gives_another_id(
    desk: Any, week: list[Story]
) -> None:
    issue = desk.assemble(week)
    assert draw(desk, issue) == draw(desk, issue)
    assert draw(desk, issue).id != draw(desk, replace(issue, subject="示例：另一期")).id


def test_thirty_items_stay_below_the_size_that_mail_services_clip(
    desk: Any, week: list[Story]
) -> None:
    issue = desk.assemble(week)
    item = replace(issue.items[0], image=None, why="", summary="示例。" * 40)
    parts = (
        replace(
            next(one for one in issue.sections if one.kind is SectionKind.CASES),
            items=tuple(replace(item, key=f"x{number}") for number in range(30)),
        ),
    )
    html = draw(desk, replace(issue, sections=parts)).html
    assert html.count("示例晚报") >= 30
    assert len(html.encode()) < 90_000
    assert not re.search("[\u0080-\u009f]", html)


def test_styles_are_inlined_and_dark_mode_survives(desk: Any, week: list[Story]) -> None:
    html = draw(desk, desk.assemble(week)).html
    assert html.count("<style") == 1
    assert "prefers-color-scheme: dark" in html
    assert "!important" in html
    assert "[if mso]" in html


def test_personal_parts_stand_as_tokens_in_both_parts(desk: Any, week: list[Story]) -> None:
    edition = draw(desk, desk.assemble(week))
    for token in ("__UNSUBSCRIBE__", "__PREFERENCES__", "__VIEW__"):
        assert f'href="{token}"' in edition.html
        assert token in edition.text
    assert desk.newsletter.postal_address in edition.html
    assert "样刊" in edition.html
    assert "样刊" in edition.text


def test_every_item_names_its_source_and_a_file_has_no_link(desk: Any, week: list[Story]) -> None:
    issue = desk.assemble(week)
    html = draw(desk, issue).html
    for item in issue.items:
        assert item.source_name in html
        assert item.title in html
    assert 'href="file:' not in html
    assert 'href=""' not in html
    assert html.count("日期不详") == sum(item.published is None for item in issue.items)


def test_other_districts_become_one_line_each(desk: Any, week: list[Story]) -> None:
    issue = desk.assemble(week)
    whole = draw(desk, issue)
    mine = draw(desk, issue, preferences=Preferences(districts=frozenset({"海曙"})))
    assert len(mine.html) < len(whole.html)
    assert len(mine.text) < len(whole.text)
    assert mine.id != whole.id
    for item in issue.items:
        assert item.title in mine.html


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "{{ 7 * 7 }}{% raw %}",
        "示例" + "长" * 500,
        "a" * 500,
        "\u0645\u062b\u0627\u0644 \u200f示例\u200e \u05e9\u05dc",
        "示例👩‍👩‍👧‍👦🎉",
        '__UNSUBSCRIBE__ " onmouseover="x',
    ],
)
def test_hostile_titles_are_words_and_nothing_else(
    desk: Any, story: Callable[..., Story], title: str
) -> None:
    issue = desk.assemble([story(1, title=title)])
    html = draw(desk, issue).html
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    assert tree.findall(".//script") == []
    assert all(image.get("src") != "x" for image in tree.findall(".//img"))
    assert not [one for one in tree.iter() if one.get("onmouseover") or one.get("onerror")]
    body = tree.find("body")
    assert body is not None
    shown = "".join(body.itertext()).replace("\u200b", "")
    # Marks of direction go, and our own token is broken up; every other word stands.
    words = strip_invisible(title).replace("__UNSUBSCRIBE__", "_ _UNSUBSCRIBE_ _")
    assert " ".join(words.split()) in " ".join(shown.split())
    assert html.count("__UNSUBSCRIBE__") == 1


@settings(max_examples=40, deadline=None)
@given(title=st.text(st.characters(categories=("L", "N", "P", "S", "Z")), min_size=1, max_size=80))
def test_any_title_renders_in_every_form(
    desk: Any, story: Callable[..., Story], title: str
) -> None:
    issue = desk.assemble([story(1, title=title)])
    assert draw(desk, issue).html
    assert render_wechat(issue, newsletter=desk.newsletter, site_url=SITE)


def test_lines_of_the_text_part_are_76_columns_wide_at_most(desk: Any, week: list[Story]) -> None:
    lines = draw(desk, desk.assemble(week)).text.splitlines()
    closing = 2  # a closing mark may hang over: it never begins a line
    long = [line for line in lines if width(line) > 76 + closing and "://" not in line]
    assert long == []


def test_a_week_of_nothing_still_reads_as_a_mail(desk: Any) -> None:
    edition = draw(desk, desk.assemble([]))
    assert "本期暂无稿件" in edition.html
    assert "本期暂无稿件" in edition.text


@pytest.mark.parametrize(
    ("broken", "said"),
    [("行一\n{{ nothing_of_that_name }}\n", "body.html:2"), ("{% if %}", "body.html:1")],
)
def test_a_broken_template_is_named_with_its_line(
    desk: Any, week: list[Story], tmp_path: Path, broken: str, said: str
) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES / "email", folder / "email")
    (folder / "email/weekly/body.html").write_text(broken, encoding="utf-8")
    with pytest.raises(RenderError, match=re.escape(said)):
        draw(desk, desk.assemble(week), templates=folder)


def test_the_line_is_named_in_a_folder_of_any_name(
    desk: Any, week: list[Story], tmp_path: Path
) -> None:
    folder = tmp_path / "ours"
    shutil.copytree(TEMPLATES / "email", folder / "email")
    (folder / "email/weekly/body.html").write_text("行一\n{{ nothing }}\n", encoding="utf-8")
    with pytest.raises(RenderError, match=r"body\.html:2"):
        draw(desk, desk.assemble(week), templates=folder)


def test_an_error_of_python_in_a_template_is_named_too(
    desk: Any, week: list[Story], tmp_path: Path
) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES / "email", folder / "email")
    (folder / "email/weekly/body.html").write_text("行一\n{{ 1 / 0 }}\n", encoding="utf-8")
    with pytest.raises(RenderError, match=r"body\.html:2"):
        draw(desk, desk.assemble(week), templates=folder)


@pytest.mark.parametrize(
    "edit",
    [{"url": "javascript:alert(1)"}, {"image": Image("file:a.png")}],
    ids=["link", "picture"],
)
def test_an_edited_item_brings_no_address_but_http_into_the_mail(
    desk: Any, story: Callable[..., Story], edit: dict[str, Any]
) -> None:
    issue = desk.assemble([story(1)])
    lead = issue.sections[0]
    item = replace(lead.items[0], **edit)
    html = draw(desk, replace(issue, sections=(replace(lead, items=(item,)),))).html
    assert "javascript:" not in html
    assert "file:" not in html


def test_a_missing_template_is_named(desk: Any, week: list[Story], tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="no such template"):
        draw(desk, desk.assemble(week), templates=tmp_path)


def test_the_page_for_wechat_has_no_class_no_style_block_and_no_link(
    desk: Any, week: list[Story]
) -> None:
    issue = desk.assemble(week)
    page = render_wechat(issue, newsletter=desk.newsletter, site_url=SITE)
    assert not re.search(r"<style|<script|class=|<a\s|id=", page)
    for item in issue.items:
        assert item.title in page
        if item.url:
            assert item.url in page
        for event in item.events:
            assert get_event_time(event) in page
        for name, words in item.details.items():
            assert name in page
            assert words in page
        assert space(item.why) in page
    assert all(f">{name}</p>" in page for name in ("海曙", "鄞州", "江北"))


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (Event("合唱", at(28, 9), None, ""), "11月28日 周六 09:00"),
        (Event("合唱", at(28, 9), at(28, 11), ""), "11月28日 周六 09:00—11:00"),
        (Event("合唱", at(28, 9), at(28, 9), ""), "11月28日 周六 09:00"),
        (Event("画展", at(28), at(30), "", all_day=True), "11月28日 周六 至 11月30日 周一"),
        (Event("画展", at(28), None, "", all_day=True), "11月28日 周六"),
        (Event("画展", at(28, 9).astimezone(UTC), None, ""), "11月28日 周六 09:00"),
        (
            Event("体检", at(28, 7).astimezone(UTC), at(30, 9).astimezone(UTC), ""),
            "11月28日 周六 至 11月30日 周一 每天 07:00—09:00",
        ),
        (Event("看星", at(28, 22), at(29, 5), ""), "11月28日 周六 22:00 至 11月29日 周日"),
        (
            Event("柿子节", at(28, 10), at(29, 23) + timedelta(minutes=59), ""),
            "11月28日 周六 10:00 至 11月29日 周日",
        ),
    ],
)
def test_an_event_is_told_with_its_weekday_and_its_announced_end(event: Event, told: str) -> None:
    assert get_event_time(event) == told


def test_the_masthead_says_what_the_issue_holds_and_when_the_next_event_is(
    desk: Any, week: list[Story]
) -> None:
    edition = draw(desk, desk.assemble(week))
    for part in (edition.html, edition.text.replace("\n", "")):
        assert "活动预告 1（最近 11月28日 周六）" in part
    assert "本期：" not in draw(desk, desk.assemble(week[:1])).text


def test_an_event_bears_its_day_beside_it_for_who_reads_it_in_full(
    desk: Any, week: list[Story]
) -> None:
    issue = desk.assemble(week)
    in_full = draw(desk, issue).html
    one_line = draw(desk, issue, preferences=Preferences(frozenset({"奉化"}))).html
    assert re.search(r'class="tile"[^>]*>11月<div[^>]*>28</div>周六', in_full)
    assert 'class="tile"' not in one_line


@pytest.mark.parametrize(
    ("own", "origin", "said"),
    [
        (True, "示例社区", "供稿 示例社区"),
        (False, "示例晚报", "原载 示例晚报"),
        (True, "", ""),
        (False, "示例来源", ""),
    ],
)
def test_a_members_own_text_is_not_called_published_elsewhere(
    desk: Any, story: Callable[..., Story], *, own: bool, origin: str, said: str
) -> None:
    (item,) = desk.assemble([story(1)]).items
    item = replace(item, own=own, origin=origin or None, source_name="示例来源")
    assert get_credit(item) == said


@pytest.mark.parametrize("count", [(), ("clicks",)])
def test_a_members_own_text_is_read_on_our_page(
    desk: Any, story: Callable[..., Story], count: tuple[str, ...]
) -> None:
    event = Event("示例开放日", datetime(2026, 11, 28, 9, tzinfo=SHANGHAI), None, "")
    sent = story(7, source_id="sample-own", url="file:members/a.txt", events=(event,))
    issue = desk.assemble([sent])
    page = f"{SITE}/issues/{issue.week}/7/"
    made = draw(desk, issue, count=count)
    assert made.html.count(f'href="{page}"') == 2  # the title and 阅读全文
    assert "阅读全文" in made.html
    assert "阅读原文" not in made.html
    assert f"\n{page}\n" in made.text
    wechat = render_wechat(issue, newsletter=desk.newsletter, site_url=SITE)
    assert f"[1] {page}" in wechat
    calendar = events_ics(issue, newsletter=desk.newsletter, site_url=SITE)
    assert page.encode() in calendar.replace(b"\r\n ", b"")


def test_why_it_matters_stands_with_the_lead_alone_in_every_form(
    desk: Any, week: list[Story]
) -> None:
    issue = desk.assemble(week)
    lead = issue.items[0]
    assert lead.why
    given: dict[str, Any] = {"newsletter": desk.newsletter, "site_url": SITE}
    for now, shown in ((issue, True), (edit.place(issue, lead, SectionKind.CASES, 0), False)):
        made = draw(desk, now)
        files = build_archive([now], **given)
        pages = [files[f"{now.week}/{one}index.html"].decode() for one in ("", f"{lead.key}/")]
        for text in (made.html, made.text, render_wechat(now, **given), *pages):
            assert ("为何重要" in text) == shown


def test_an_issue_of_one_story_has_its_first_sentence_below_the_subject(
    desk: Any, story: Callable[..., Story]
) -> None:
    issue = desk.assemble([story(1, summary="（示例）楼道亮了。居民都说好。")])
    assert issue.preheader == "（示例）楼道亮了。"
    assert "（示例）楼道亮了。" in draw(desk, issue).html.partition("<table")[0]
    one = replace(issue, preheader="")  # as such an issue was stored before
    changed = edit.finish(one, one, desk.newsletter)
    assert changed.preheader == "（示例）楼道亮了。"


@pytest.mark.parametrize(
    ("pixels", "mail", "page"),
    [
        ((1080, 2340), (328, 710), (377, 816)),  # a telephone's, upright
        ((300, 4000), (53, 710), (61, 816)),
        ((20, 20), (20, 20), (20, 20)),
        ((1184, 888), (592, 444), (680, 510)),
        ((None, None), (592, None), (None, None)),
        ((0, 10), (592, None), (None, None)),
    ],
)
def test_a_picture_is_no_taller_than_a_screen_and_never_blown_up(
    desk: Any, story: Callable[..., Story], pixels: Any, mail: Any, page: Any
) -> None:
    picture = Image("https://news.example/a.png", "示例图片", "", "示例摄影", *pixels)
    issue = desk.assemble([story(1, images=(picture,))])
    html = draw(desk, issue).html
    archive = build_archive([issue], newsletter=desk.newsletter, site_url=SITE)[
        f"{issue.week}/index.html"
    ].decode()
    for text, size in ((html, mail), (archive, page)):
        (tag,) = (one for one in re.findall("<img [^>]*>", text) if "a.png" in one)
        found = [re.search(f' {name}="(\\d+)"', tag) for name in ("width", "height")]
        assert tuple(int(one[1]) if one else None for one in found) == size
    assert f"max-width:{mail[0]}px" in html


def test_of_several_events_each_has_its_name_and_more_than_three_are_counted(
    desk: Any, story: Callable[..., Story]
) -> None:
    names = ("示例集市", "示例讲座", "示例合唱", "示例比赛")
    events = tuple(
        Event(name, datetime(2026, 11, 28 + n // 2, 9 + n, tzinfo=SHANGHAI), None, "")
        for n, name in enumerate(names)
    )
    for count, shown in ((1, 1), (3, 3), (4, 3)):
        issue = desk.assemble([story(7, events=events[:count])])
        made = draw(desk, issue)
        wechat = render_wechat(issue, newsletter=desk.newsletter, site_url=SITE)
        for text in (made.html, made.text, wechat):
            assert [name in text for name in names] == [n < shown for n in range(4)]
            assert ("共 4 场，其余见全文" in text) == (count > shown > 0)


def test_a_text_without_a_page_that_is_not_ours_has_no_link(
    desk: Any, story: Callable[..., Story]
) -> None:
    made = draw(desk, desk.assemble([story(7, source_id="sample-a", url="file:clipping.txt")]))
    assert "阅读全文" not in made.html
    assert "/7/" not in made.html + made.text


@pytest.mark.parametrize(
    "title",
    ["A" * 90, "示例社区" + "W" * 70 + "开张", "见https://example.org/" + "x" * 200 + "。"],
)
def test_no_run_of_letters_is_wider_than_a_telephone(
    desk: Any, story: Callable[..., Story], title: str
) -> None:
    issue = desk.assemble([story(1, title=title)])
    (item,) = issue.items
    made = draw(desk, issue).html
    shown = re.search(r'class="leadtitle"[^>]*>([^<]*)<', made)
    assert shown is not None
    assert shown[1].replace("\u200b", "") == item.title
    assert max(map(len, re.findall(r"[!-~]+", shown[1]))) <= 24
