"""A whole week at the desk in a real browser: three people, one issue."""

import re
import shutil

import pytest
from PIL import Image

from tests.browser.conftest import PASSWORD, keep

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WEEK = "2026-W47"


@pytest.fixture(scope="module")
def desk(serve_desk, drafted_room, tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk") / "room"
    shutil.copytree(drafted_room, folder)
    with serve_desk(folder / "var", folder / "feeds.yaml", "draft", "--week", "2026-W46") as one:
        yield one


def address(desk, path=""):
    return f"{desk.base}/desk/weeks/{WEEK}/{path}"


def press_on_console(page, said):
    page.on(
        "console", lambda message: said.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))


def test_a_week_goes_from_candidates_to_three_signatures(desk):
    anna, bo, chen = (desk.enter(name) for name in ("anna", "bo", "chen"))
    errors: list[str] = []
    for page in (anna, bo, chen):
        press_on_console(page, errors)

    # The first reviewer drags a candidate into a section …
    anna.goto(address(desk))
    keep(anna, "01-board")
    candidate = anna.locator(".candidate").first
    key = candidate.get_attribute("data-key")
    title = candidate.locator(".title").inner_text()
    candidate.locator(".title").hover()
    with anna.expect_navigation():
        anna.drag_and_drop(
            f"#item-{key} .meta",
            "[data-section=districts] .items",
            target_position={"x": 60, "y": 8},
        )
    assert anna.locator("[data-section=districts] .item .title").first.inner_text() == title

    # … moves it down with the keyboard alone …
    anna.locator(f"#item-{key} .title").focus()
    with anna.expect_navigation():
        anna.keyboard.press("Alt+ArrowDown")
    titles = anna.locator("[data-section=districts] .item .title").all_inner_texts()
    assert titles.index(title) == 1
    assert anna.evaluate("document.activeElement.closest('.item')?.id") == f"item-{key}"
    before = anna.evaluate("document.activeElement.textContent")
    anna.keyboard.press("j")
    assert anna.evaluate("document.activeElement.className") == "title"
    assert anna.evaluate("document.activeElement.textContent") != before

    # … and narrows the candidates without the page going.
    anna.select_option("#candidates select[name=district]", index=1)
    anna.wait_for_url(re.compile("district="))

    # Two people edit the same item: the later save is refused, both versions are shown.
    path = address(desk, f"items/{key}/")
    anna.goto(path)
    bo.goto(path)
    bo.fill("#f-summary", "（示例）部门主任改过的摘要。")
    bo.get_by_role("button", name="保存", exact=True).click()
    bo.get_by_text("已保存。").wait_for()
    anna.fill("#f-summary", "（示例）责任编辑改过的摘要，共3句。")
    anna.get_by_text("已自动保存草稿").wait_for()
    keep(anna, "02-item")
    anna.get_by_role("button", name="保存", exact=True).click()
    anna.get_by_text("两份修改要合并").first.wait_for()
    assert "部门主任改过的摘要" in anna.locator(".theirs").inner_text()
    keep(anna, "03-conflict")
    errors[:] = [one for one in errors if "409" not in one]  # Chromium reports the refusal itself
    anna.get_by_role("button", name="保存合并结果").click()
    anna.get_by_text("已保存。").wait_for()
    assert anna.input_value("#f-summary") == "（示例）责任编辑改过的摘要，共 3 句。"

    # A source's text with its evidence, and the tags corrected.
    anna.goto(address(desk, f"stories/{key}/"))
    assert anna.locator("mark.ev-district").count() > 0
    anna.get_by_label("志愿服务").check()
    anna.get_by_role("button", name="更正标签").click()
    anna.get_by_text("已由编辑更正。").wait_for()
    keep(anna, "04-story")

    # The preview is the mail itself.
    anna.goto(address(desk, "preview/"))
    assert title in anna.frame_locator("iframe").locator("body").inner_text()
    keep(anna, "05-preview")
    with anna.expect_navigation():
        anna.get_by_label("深色").check()
    background = (
        anna.frame_locator("iframe")
        .locator(".outer")
        .evaluate("one => getComputedStyle(one).backgroundColor")
    )
    assert background == "rgb(23, 22, 19)"

    # Three signatures by three people.
    for page, name in ((anna, "一审"), (bo, "二审"), (chen, "三审")):
        page.goto(address(desk, "review/"))
        for box in page.locator("input[name=box]").all():
            box.check()
        if name == "三审":
            keep(page, "06-review")
            page.fill("#send_at", "2099-01-05T08:00")
        page.locator("button.sign").click()
        page.get_by_text(f"{name}已签发。").wait_for()
    keep(chen, "07-approved")
    anna.goto(address(desk))
    anna.get_by_text("本期已签发，不能再改").wait_for()
    assert anna.get_by_role("button", name="移动").count() == 0

    # Sent back, changed, and the difference shown to who signs again.
    chen.goto(address(desk, "review/"))
    chen.fill("#reason", "头条标题再斟酌")
    chen.get_by_role("button", name="退回编辑").click()
    chen.get_by_text("已退回编辑").wait_for()
    anna.goto(path)
    anna.fill("#f-title", "（示例）改过的标题")
    anna.get_by_role("button", name="保存并回版面").click()
    anna.goto(address(desk, "review/"))
    assert "改过" in "".join(anna.locator("ins").all_inner_texts())
    anna.goto(address(desk, "history/"))
    keep(anna, "08-history")
    anna.goto(f"{desk.base}/desk/search/?q=社区")
    assert anna.locator("mark").count() > 0
    keep(anna, "09-search")
    anna.goto(f"{desk.base}/desk/")
    keep(anna, "10-overview", full=True)
    assert errors == []


def test_the_desk_works_without_javascript(desk):
    page = desk.enter("anna", java_script_enabled=False)
    page.goto(address(desk))
    item = page.locator("[data-section=districts] .item").nth(2)
    key, title = item.get_attribute("data-key"), item.locator(".title").inner_text()
    item.locator("summary").click()
    item.get_by_role("button", name="上移").click()
    assert page.locator("[data-section=districts] .item .title").nth(1).inner_text() == title
    page.goto(address(desk, f"items/{key}/"))
    page.fill("#f-title", "（示例）没有脚本也能改")
    page.get_by_role("button", name="保存并回版面").click()
    assert page.locator(f"#item-{key} .title").inner_text() == "（示例）没有脚本也能改"
    page.locator("#candidates input[name=text]").fill("没有这样的字")
    page.get_by_role("button", name="筛选").click()
    page.get_by_text("没有符合条件的候选").wait_for()
    page.get_by_role("button", name="退出").click()
    assert "登录编辑台" in page.inner_text("main")


def sign_in_elsewhere(page):
    """Sign in again in another window of the same browser, as the desk tells to."""
    other = page.context.new_page()
    other.goto(f"{page.url.split('/desk/')[0]}/desk/login/")
    other.fill("#id_username", "bo")
    other.fill("#id_password", PASSWORD)
    other.get_by_role("button", name="登录").click()
    other.get_by_role("heading", name="总览").wait_for()
    other.close()


def open_last_item(page, desk):
    page.goto(address(desk))
    page.locator(".column .item .title").last.click()


def test_words_typed_after_the_session_ended_are_kept_once_one_has_signed_in_elsewhere(desk):
    bo = desk.enter("bo")
    open_last_item(bo, desk)
    bo.fill("#f-summary", "（示例）写到一半。")
    bo.get_by_text("已自动保存草稿").wait_for()
    bo.context.clear_cookies(name="sessionid")
    bo.fill("#f-summary", "（示例）登录过期后接着写。")
    bo.get_by_text("没有存上：登录已过期").wait_for()
    assert bo.get_by_text("已自动保存草稿").count() == 0
    sign_in_elsewhere(bo)
    bo.evaluate("window.dispatchEvent(new Event('focus'))")  # Chromium without windows gives none
    bo.get_by_text("已自动保存草稿").wait_for()
    bo.fill("#f-summary", "（示例）登录回来再写一句。")
    bo.get_by_role("button", name="保存", exact=True).click()
    bo.get_by_text("已保存。").wait_for()
    assert bo.input_value("#f-summary") == "（示例）登录回来再写一句。"


def test_words_that_were_just_typed_outlive_the_picture_that_is_uploaded(desk, tmp_path):
    Image.new("RGB", (900, 600), "#a3271d").save(tmp_path / "a.jpg")
    bo = desk.enter("bo")
    asked: list[str] = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.accept()

    bo.on("dialog", answer)
    open_last_item(bo, desk)
    bo.set_input_files("#f-upload", tmp_path / "a.jpg")
    bo.fill("#f-summary", "（示例）刚打的字。")
    with bo.expect_navigation():
        bo.get_by_role("button", name="上传图片").click()
    bo.get_by_text("图片已换上").wait_for()
    assert bo.input_value("#f-summary") == "（示例）刚打的字。"
    assert "/media/" in bo.locator("input[name=picture]:checked").input_value()
    bo.fill("#f-alt", "红色的一块")
    bo.get_by_role("button", name="保存", exact=True).click()
    bo.get_by_text("已保存。").wait_for()
    assert bo.input_value("#f-alt") == "红色的一块"
    assert asked == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_form_sent_after_the_session_ended_is_given_back_and_sent_again(desk, scripts):
    bo = desk.enter("bo", java_script_enabled=scripts)
    open_last_item(bo, desk)
    words = f"（示例）登录过期后写的，{'有' if scripts else '没有'}脚本。"
    bo.fill("#f-summary", words)
    bo.context.clear_cookies(name="sessionid")
    bo.get_by_role("button", name="保存", exact=True).click()
    assert bo.get_by_role("link", name="在新窗口登录").get_attribute("target") == "_blank"
    sign_in_elsewhere(bo)
    bo.get_by_role("button", name="重新提交").click()
    if not scripts:  # the token of that page is an old one as well by now
        bo.get_by_text("打开这一页之后重新登录过").wait_for()
        keep(bo, "11-again")
        bo.get_by_role("button", name="重新提交").click()
    bo.get_by_text("已保存。").wait_for()
    assert bo.input_value("#f-summary") == words
