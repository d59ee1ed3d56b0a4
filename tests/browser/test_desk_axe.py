"""No axe violation on any page of the desk, at 1280 and 360 px; the pages are listed by program."""

import base64
import shutil
import time

import pytest
from django.urls import get_resolver
from django_otp.oath import TOTP

from pipeline.desk.urls import urlpatterns
from pipeline.reader.staff import staff_urlpatterns
from pipeline.week import progress
from tests.browser.axe import look
from tests.browser.conftest import PASSWORD, ROOT, keep
from tests.integration.desk.test_gate import POSTED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WEEK = "2026-W47"
BOARD = f"/desk/weeks/{WEEK}/"
PAGES = {
    "home": ("/desk/",),
    "login": (),  # by test_the_doors_…
    "code": (),
    "password": ("/desk/password/",),
    "second-step": ("/desk/second-step/",),
    "search": ("/desk/search/?q=社区", "/desk/search/?q=没有这样的词"),
    "weeks": ("/desk/weeks/",),
    "work": ("/desk/work/",),
    "board": (BOARD,),
    "write": (BOARD + "write/",),
    "item": (BOARD + "items/{key}/",),
    "story": (BOARD + "stories/{key}/",),
    "preview": (BOARD + "preview/", BOARD + "preview/?part=text"),
    "review": (BOARD + "review/",),
    "history": (BOARD + "history/",),
    "staff": ("/desk/subscribers/", "/desk/subscribers/?search=nobody"),
    "staff-reader": ("/desk/subscribers/1/", "/desk/subscribers/1/?fault=reason"),
}
"""Every route of the desk that shows a page."""
ELSEWHERE = {"article", "now"}  # lead on to a page of the list
DOCUMENTS = {"mail", "audit"}  # the mail in its frame has tests of its own; JSON lines are no page
IN_A_STATE = {
    "code.html": "the_doors", "login.html": "the_doors", "second-step.html": "the_second_step",
    "said.html": "says_no", "conflict.html": "says_no", "lost.html": "says_no",
    "again.html": "says_no", "work.html": "work",
}  # fmt: skip
"""Templates whose pages depend on what was done before, and the test that brings it about."""


@pytest.fixture(scope="module")
def desk(serve_desk, drafted_room, tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk") / "room"
    shutil.copytree(drafted_room, folder)
    path = folder / "list.csv"
    rows = [f"r{n}@news.example,示例读者,{'鄞州' if n % 2 else ''},示例登记表" for n in range(60)]
    path.write_text("\n".join(["邮箱,姓名,区,同意方式", *rows]), encoding="utf-8")
    command = ("subscribers", "import", str(path))
    with serve_desk(folder / "var", folder / "feeds.yaml", *command) as one:
        yield one


@pytest.fixture(scope="module")
def page(desk):
    """Bo's window, in which nothing may be said on the console."""
    errors: list[str] = []
    opened = desk.enter("bo")
    opened.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    # Chromium reports refusals itself: those that the tests ask for, and no others.
    assert [one for one in errors if "the server responded with a status of 4" not in one] == []


@pytest.fixture(scope="module")
def key(desk, page):
    page.goto(desk.base + BOARD)
    return page.locator(".column .item").nth(1).get_attribute("data-key")


def show(page, name):
    """Keep a picture for the manual, at the width of the others."""
    page.set_viewport_size({"width": 1280, "height": 760})
    page.evaluate("window.scrollTo(0, 0)")
    keep(page, name)


def test_every_route_that_shows_a_page_is_looked_at():
    get_resolver().check()
    routes = {one.name for one in (*urlpatterns, *staff_urlpatterns)} - POSTED - {"staff-stop"}
    assert routes == set(PAGES) | ELSEWHERE | DOCUMENTS


def test_every_template_of_a_page_is_looked_at():
    folders = (ROOT / "templates" / "desk", ROOT / "templates" / "reader" / "staff")
    found = {path.name for folder in folders for path in folder.glob("*.html")} - {"base.html"}
    by_route = {f"{name}.html" for name, paths in PAGES.items() if paths}
    by_route |= {"list.html", "life.html"}  # of the readers
    assert found <= by_route | set(IN_A_STATE)
    named = [name for name in globals() if name.startswith("test_")]
    assert all(any(part in name for name in named) for part in IN_A_STATE.values())


@pytest.mark.parametrize("name", sorted(name for name, paths in PAGES.items() if paths))
def test_a_page_is_accessible_and_fits_the_screen(desk, page, key, name):
    for path in PAGES[name]:
        page.goto(desk.base + path.format(key=key))
        assert page.locator("main h1, main h2").count() > 0
        look(page, path)


def test_a_readers_life_is_accessible(desk, page):
    page.goto(f"{desk.base}/desk/subscribers/2/")
    for reason, button in (("来电要求停发", "停发"), ("来电要求恢复", "恢复发送")):
        page.get_by_label("原因").fill(reason)
        with page.expect_navigation():
            page.get_by_role("button", name=button).click()
    assert page.locator(".changes li").count() == 4
    look(page, "a life")
    show(page, "15-life")


def test_the_doors_are_accessible(desk):
    page = desk.browser.new_page()
    page.goto(f"{desk.base}/desk/login/")
    look(page, "login")
    for _ in range(5):  # the page that says so, then the one that locks
        page.goto(f"{desk.base}/desk/login/")
        page.fill("#id_username", "nobody")
        page.fill("#id_password", "x")
        with page.expect_navigation():
            page.get_by_role("button", name="登录").click()
        if page.get_by_role("alert").count() and not _:
            look(page, "wrong password")
    assert "暂停登录" in page.inner_text("h1")
    look(page, "locked")


def test_every_state_of_the_second_step_is_accessible(desk):
    page = desk.enter("chen")
    page.goto(f"{desk.base}/desk/second-step/")
    page.fill("#p-start", "wrong")
    with page.expect_navigation():
        page.get_by_role("button", name="开启").click()
    look(page, "wrong password")
    page.fill("#p-start", PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="开启").click()
    assert page.locator(".qrbox svg").is_visible()
    look(page, "the picture to scan")
    show(page, "11-second-step")
    secret = page.inner_text("code.secret").replace(" ", "")
    page.fill("#code", "000000")
    with page.expect_navigation():
        page.get_by_role("button", name="开启两步验证").click()
    look(page, "a wrong first code")
    shown = TOTP(base64.b32decode(secret))
    shown.time = time.time()
    page.fill("#code", f"{shown.token():06d}")
    with page.expect_navigation():
        page.get_by_role("button", name="开启两步验证").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    look(page, "recovery codes")
    show(page, "12-recovery-codes")
    page.get_by_role("link", name="已经抄好").click()
    page.get_by_text("已开启").wait_for()
    look(page, "switched on")

    stranger = desk.browser.new_page()
    stranger.goto(f"{desk.base}/desk/login/")
    stranger.fill("#id_username", "chen")
    stranger.fill("#id_password", PASSWORD)
    stranger.get_by_role("button", name="登录").click()
    stranger.wait_for_url("**/login/code/")
    look(stranger, "the code at the door")
    show(stranger, "13-code")
    stranger.fill("#code", "000000")
    with stranger.expect_navigation():
        stranger.get_by_role("button", name="进入编辑台").click()
    look(stranger, "a wrong code at the door")
    stranger.fill("#code", codes[0])
    stranger.get_by_role("button", name="进入编辑台").click()
    stranger.get_by_text("还剩9个").wait_for()
    stranger.close()
    page.fill("#p-off", PASSWORD)
    page.get_by_role("button", name="关闭").click()
    page.get_by_text("两步验证已关闭").wait_for()


def test_every_page_that_says_no_is_accessible(desk, page, key):
    for path, title in (("none/", "没有找到"), ("audit.jsonl", "没有权限")):
        page.goto(f"{desk.base}/desk/{path}")
        assert page.inner_text("h1") == title
        look(page, path)

    # A form without its token; a reason that is missing; two versions; an item that went.
    page.goto(desk.base + BOARD + "review/")
    submit = "path => { const form = document.createElement('form'); form.method = 'post'; form.action = path; document.body.append(form); form.submit(); }"
    with page.expect_navigation():
        page.evaluate(submit, BOARD + "act/")
    assert page.inner_text("h1") == "请再提交一次"
    look(page, "forged")

    path = f"{desk.base}{BOARD}items/{key}/"
    other = page.context.new_page()
    for window in (page, other):
        window.goto(path)
    other.fill("#f-summary", "（示例）先存的摘要。")
    other.get_by_role("button", name="保存", exact=True).click()
    other.get_by_text("已保存。").wait_for()
    page.fill("#f-summary", "（示例）后存的摘要。")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("heading", name="两份修改要合并").wait_for()
    look(page, "two versions")

    page.goto(path)
    look(page, "typed words came back")
    other.goto(desk.base + BOARD)
    other.locator(f"#item-{key} summary").click()
    with other.expect_navigation():
        other.locator(f"#item-{key}").get_by_role("button", name="不用").click()
    page.fill("#f-summary", "（示例）存不下的摘要。")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("heading", name="这一条已被移出本期").wait_for()
    look(page, "the item is gone")
    other.locator("button[value=take-back]").first.evaluate("one => one.click()")
    other.get_by_text("已取回候选").wait_for()
    other.close()


def test_work_under_way_done_and_failed_is_accessible(desk, page):
    address = f"{desk.base}/desk/work/"
    result = {
        "items": 3,
        "error": 1,
        "warning": 2,
        "sources": 2,
        "new": 5,
        "failed": ["sample-rss"],
    }
    with progress.record(desk.data_dir, "run", WEEK) as record:
        record.advance("tag", 3, 9)
        page.goto(address)
        look(page, "under way")
        show(page, "14-work")
        page.goto(f"{desk.base}/desk/")
        look(page, "home while a run is under way")
        record.finish(result=result)
    page.goto(address)
    page.get_by_text("采集并编排已完成").wait_for()
    look(page, "done")
    with progress.record(desk.data_dir, "draft", WEEK) as record:
        record.advance("assemble", 1, 2)
        record.finish(error="示例：没有空间了")
    page.goto(address)
    page.get_by_text("重新编排没有完成").wait_for()
    look(page, "failed")
