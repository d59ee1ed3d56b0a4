import re
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client

from pipeline.config import load_settings
from pipeline.model import Preferences
from pipeline.reader.links import make_link
from pipeline.reader.post import clear_post
from pipeline.store.models import SubscriberRow, SuppressionRow
from pipeline.tokens import Claim, Purpose, to_day
from tests.readers import add_subscriber

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]


def now():
    return datetime.now(UTC)


@pytest.fixture
def site(tmp_path, monkeypatch, live_server):
    """The pages of a live server, with forms that a quick machine may fill in."""
    environ = {"SECRET_KEY": "of the tests", "SITE_URL": live_server.url}
    made = load_settings(ROOT / "feeds.yaml", tmp_path / "var", environ)
    rules = made.feeds.readers.model_copy(update={"minimum_seconds": 0.0})
    made = made.model_copy(update={"feeds": made.feeds.model_copy(update={"readers": rules})})
    monkeypatch.setattr(django_settings, "PIPELINE", made, raising=False)
    monkeypatch.setattr(django_settings, "READER_POSTMAN", False, raising=False)
    return made


@pytest.fixture
def page(browser):
    """A telephone's window; no script of ours is needed, so none may run."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=True)
    opened = context.new_page()
    yield opened
    assert context.cookies() == []
    context.close()


def look(page):
    """Check what every page must be: no violation, no sideways scrolling, nothing too small."""
    violations = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") == 360, page.url
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .choice, .menu a, summary, input:not([type=hidden])')]
            .filter(e => e.offsetParent && !e.closest('.trap') && !e.closest('.choice input')
                         && (e.closest('.choice') || e).getBoundingClientRect().height < 44)
            .map(e => e.outerHTML)"""
    )
    assert small == [], page.url
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 16


def get_mails(site):
    sent: list[EmailMessage] = []

    def keep(message: EmailMessage) -> str:
        sent.append(message)
        return "250"

    clear_post(site, keep, now)
    return sent


def get_texts(site):
    return {one["To"]: one.get_body("plain").get_content() for one in get_mails(site)}


def make_reader(site, email="wang@example.org"):
    reader = add_subscriber(
        email, preferences=Preferences(frozenset({"鄞州"})), at=now(), confirmed=True
    )
    claim = Claim(reader.id, 0, to_day(now()))
    return {one: make_link(site, one, claim) for one in (Purpose.PREFERENCES, Purpose.UNSUBSCRIBE)}


def test_a_resident_joins_confirms_changes_pauses_and_leaves_on_a_telephone(
    page, site, live_server
):
    page.goto(f"{live_server.url}/subscribe")
    look(page)
    page.get_by_label("您的邮箱").fill("不是邮箱")
    page.get_by_role("button", name="订阅").click()
    assert "缺少 @" in page.get_by_role("alert").inner_text()
    look(page)
    page.get_by_label("您的邮箱").fill("wang@example.org")
    page.get_by_text("鄞州区").click()
    page.get_by_text("还想多看哪些主题").click()
    look(page)
    page.get_by_role("button", name="订阅").click()
    assert "还差一步" in page.get_by_role("heading", level=1).inner_text()
    look(page)

    (address,) = re.findall(r"http\S+/c/\S+", get_texts(site)["wang@example.org"])
    page.goto(address)
    look(page)
    page.get_by_role("button", name="确认订阅").click()
    look(page)
    page.get_by_role("link", name="查看或修改订阅内容").click()
    assert page.get_by_label("鄞州区").is_checked()
    page.get_by_text("江北区").click()
    page.get_by_role("button", name="保存").click()
    assert "改好了" in page.get_by_role("status").inner_text()
    look(page)
    assert SubscriberRow.objects.get(key="wang@example.org").edition_key == "江北+鄞州|"

    home = page.url.partition("?")[0]
    for name in ("pause", "why", "data", "erase"):
        page.goto(f"{home}/{name}")
        look(page)
    page.goto(f"{home}/pause")
    page.get_by_role("button", name="停一个月").click()
    assert "已暂停" in page.get_by_role("status").inner_text()
    with page.expect_download() as download:
        page.goto(f"{home}/data")
        page.get_by_role("button", name="JSON").click()
    assert "wang@example.org" in download.value.path().read_text(encoding="utf-8")

    page.goto(home)
    page.get_by_role("link", name="退订", exact=True).click()
    look(page)
    page.get_by_role("button", name="退订").click()
    look(page)
    page.get_by_text("来得太多了").click()
    page.get_by_role("button", name="告诉编辑").click()
    look(page)
    assert SubscriberRow.objects.get(key="wang@example.org").status == "left"
    page.goto(home)
    look(page)
    page.get_by_role("link", name="删除我的全部信息").click()
    page.get_by_role("button", name="全部删除").click()
    look(page)
    assert not SubscriberRow.objects.filter(key="wang@example.org").exists()


def test_a_mail_program_unsubscribes_by_one_post(page, site):
    links = make_reader(site)
    answer = page.request.post(links[Purpose.UNSUBSCRIBE], form={"List-Unsubscribe": "One-Click"})
    assert answer.status == 200
    assert SubscriberRow.objects.get().status == "left"
    assert SuppressionRow.objects.get().reason == "left"


def test_a_browser_that_opens_every_link_changes_nothing(page, site):
    links = make_reader(site)
    todo = set(links.values())
    seen: set[str] = set()
    while todo - seen:
        address = (todo - seen).pop()
        seen.add(address)
        page.goto(address)
        todo |= {
            one.partition("#")[0]
            for one in page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        }
    assert len(seen) == 6
    row = SubscriberRow.objects.get()
    assert (row.status, row.edition_key, row.paused_until, row.epoch) == (
        "active",
        "鄞州|",
        None,
        0,
    )
    assert row.changes.count() == 0
    assert SuppressionRow.objects.count() == 0


def test_links_that_open_nothing_are_explained(page, live_server, site):
    for path in ("/p/x", "/u/x", "/c/x", "/subscribe/links"):
        page.goto(live_server.url + path)
        look(page)
    page.get_by_label("您的邮箱").fill("nobody@example.org")
    page.get_by_role("button", name="把链接寄给我").click()
    look(page)
    assert get_mails(site) == []


def test_the_pages_work_without_scripts(browser, site, live_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/subscribe")
    page.get_by_label("您的邮箱").fill("wang@example.org")
    page.get_by_role("button", name="订阅").click()
    assert "还差一步" in page.content()
    assert len(get_mails(site)) == 1
    context.close()


def test_editors_see_lists_and_a_life_without_violations(
    browser, site, live_server, django_user_model
):
    make_reader(site)
    client = Client()
    client.force_login(django_user_model.objects.create_user("anna"))
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page = context.new_page()
    for path in ("/desk/subscribers/", f"/desk/subscribers/{SubscriberRow.objects.get().pk}/"):
        page.goto(live_server.url + path)
        violations = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_label("原因").fill("来电要求")
    page.get_by_role("button", name="停发").click()
    assert "编辑停发" in page.content()
    context.close()
