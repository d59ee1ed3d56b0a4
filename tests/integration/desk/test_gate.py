import html
import json
import re

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from pipeline.desk.gate import PUBLIC_VIEWS
from pipeline.desk.urls import urlpatterns
from pipeline.store import issues

pytestmark = pytest.mark.usefixtures("week")

WEEK = "2026-W47"
POSTED = {
    "logout", "act", "typed", "discard", "waive", "suggest", "picture", "tags", "group", "test", "sign",
    "back", "schedule", "undo", "second-step-change",
    "start",
}  # fmt: skip


def list_routes():
    """Every address of the desk, filled in, by name."""
    get_resolver().check()
    found = {}
    for entry in urlpatterns:
        path = str(entry.pattern).replace("<week:week>", WEEK).replace("<key:key>", "{key}")
        found[entry.name] = "/desk/" + path.replace("<number:article_id>", "{key}")
    return found


@pytest.fixture
def routes():
    key = issues.get_revision(WEEK).issue.items[0].key
    return {name: path.format(key=key) for name, path in list_routes().items()}


def test_the_walk_knows_every_route():
    routes = list_routes()
    assert len(routes) >= 28
    assert set(routes) > POSTED
    assert not any("<" in path for path in routes.values())


def test_a_stranger_reaches_nothing_but_the_sign_in_page(routes):
    client = Client()
    for name, path in routes.items():
        read, sent = client.get(path), client.post(path)
        if name == "code":  # nobody owes one
            assert read["Location"] == sent["Location"] == "/desk/login/"
            continue
        if f"desk:{name}" in PUBLIC_VIEWS:
            assert read.status_code == 200, name
            continue
        assert read.status_code == 302, name
        assert read["Location"].startswith("/desk/login/?next="), name
        assert sent.status_code in {302, 403}, name
        assert "示例" not in sent.content.decode(), name


HEADINGS = {
    "home": "总览", "password": "更改密码", "second-step": "两步验证", "search": "检索", "work": "采编",
    "weeks": "各期", "board": "期版面", "write": "写稿", "item": "示例：", "story": "示例：",
    "preview": "预览", "review": "三审签发", "history": "历史",
}  # fmt: skip
LEADS = {  # where who is signed in is led at once
    "login": "/desk/", "code": "/desk/", "now": f"/desk/weeks/{WEEK}/",
    "article": f"/desk/weeks/{WEEK}/stories/{{key}}/",
}  # fmt: skip
OTHERS = {"mail", "audit"}  # pages without a masthead
AUDITORS = {"chen", "dora"}


def test_the_walk_expects_something_of_every_page():
    assert set(list_routes()) == POSTED | set(HEADINGS) | set(LEADS) | OTHERS


@pytest.mark.parametrize("name", ["anna", "bo", "chen", "dora"])
def test_every_role_gets_every_page_that_is_theirs(routes, sign_in, name):
    client = sign_in(name)
    key = issues.get_revision(WEEK).issue.items[0].key
    for route, path in routes.items():
        answer = client.get(path)
        if route in POSTED:
            assert answer.status_code == 405, route
            continue
        if route in LEADS:
            assert (answer.status_code, answer["Location"]) == (302, LEADS[route].format(key=key))
            continue
        refused = route == "audit" and name not in AUDITORS
        assert answer.status_code == (403 if refused else 200), route
        if answer.streaming:
            assert all(json.loads(line) for line in answer.getvalue().splitlines())
            continue
        page = answer.content.decode()
        assert "no-store" in answer["Cache-Control"], route
        if route == "mail":
            assert "<table" in page
            continue
        (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
        assert HEADINGS.get(route, "没有权限") in heading, route
        assert f">{name}<" in page, route
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy, route
        assert "default-src 'none'" in policy, route


@pytest.mark.parametrize("name", ["anna", "bo", "chen", "dora"])
def test_a_forged_token_changes_nothing_for_any_role(routes, sign_in, name):
    client = sign_in(name, enforce_csrf_checks=True)
    before = issues.get_revision(WEEK)
    for route, path in routes.items():
        for token in ("", "x" * 64):
            answer = client.post(path, {"csrfmiddlewaretoken": token, "op": "up"})
            assert answer.status_code in {403, 405}, route
    assert issues.get_revision(WEEK) == before
    assert User.objects.count() == 4


def send_old(client, path, values, **headers):
    """Send a form whose token was good before somebody signed in in another window."""
    client.get("/desk/")
    return client.post(path, values | {"csrfmiddlewaretoken": "x" * 64}, **headers)


def test_a_form_of_ours_with_an_old_token_is_given_back_whole_and_taken_when_sent_again(sign_in):
    client = sign_in("anna", enforce_csrf_checks=True)
    path = f"/desk/weeks/{WEEK}/act/"
    values = {"op": "intro", "before": "", "intro": "卷首语第一段。\n“第二段” <b>"}
    told = send_old(client, path, values, headers={"Origin": "http://testserver"})
    assert told.status_code == 403
    page = told.content.decode()
    assert "刷新" not in page
    assert issues.get_revision(WEEK).issue.intro == ""
    form = page[page.index('<form method="post" action="/desk/weeks/') :]
    assert f'action="{path}"' in form
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    again = {name: html.unescape(value) for name, value in fields}
    assert again.pop("csrfmiddlewaretoken") != "x" * 64
    assert again == values
    again["csrfmiddlewaretoken"] = dict(fields)["csrfmiddlewaretoken"]
    origin = {"Origin": "http://testserver"}
    assert client.post(path, again, headers=origin).status_code == 302
    assert issues.get_revision(WEEK).issue.intro == values["intro"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/"},
    ],
)
def test_a_form_from_elsewhere_is_not_given_back(sign_in, headers):
    client = sign_in("anna", enforce_csrf_checks=True)
    told = send_old(client, f"/desk/weeks/{WEEK}/act/", {"intro": "别人的字"}, headers=headers)
    assert told.status_code == 403
    assert "别人的字" not in told.content.decode()
    assert "重新提交" not in told.content.decode()


@pytest.mark.parametrize("path", ["/desk/login/", "/desk/password/", "/desk/second-step/change/"])
def test_no_password_is_given_back(sign_in, path):
    client = sign_in("anna", enforce_csrf_checks=True)
    values = {"username": "anna", "password": "geheim-2026", "old_password": "geheim-2026"}
    told = send_old(client, path, values, headers={"Origin": "http://testserver"})
    assert told.status_code == 403
    assert "geheim-2026" not in told.content.decode()


def test_a_picture_is_asked_for_once_more(sign_in):
    client = sign_in("anna", enforce_csrf_checks=True)
    values = {"title": "写了一半", "picture": SimpleUploadedFile("a.png", b"x")}
    told = send_old(
        client, f"/desk/weeks/{WEEK}/write/", values, headers={"Origin": "http://testserver"}
    )
    page = told.content.decode()
    assert 'value="写了一半"' in page
    assert 'enctype="multipart/form-data"' in page
    assert re.search(r'name="picture" type="file"', page)


def test_no_page_holds_a_style_or_a_script_of_its_own(routes, anna):
    for route, path in routes.items():
        if route in POSTED or route in {"mail", "audit"}:
            continue
        page = anna.get(path, follow=True).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page), route
        assert all("nonce=" in tag for tag in re.findall(r"<script[^>]*>", page)), route


@pytest.mark.parametrize("path", ["", "1/", "1/stop/"])
def test_what_another_room_has_below_the_desk_is_closed_too(path):
    client = Client()
    assert client.get(f"/desk/subscribers/{path}")["Location"].startswith("/desk/login/")
    assert client.post(f"/desk/subscribers/{path}").status_code == 403


def test_after_signing_in_one_goes_to_no_other_host():
    answer = Client().post(
        "/desk/login/?next=https://evil.example/",
        {"username": "anna", "password": "yong-shang-2026", "next": "//evil.example/x"},
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/desk/"


def test_an_account_waits_after_too_many_wrong_passwords_and_says_so_in_chinese():
    client = Client()
    for _ in range(4):
        wrong = client.post("/desk/login/", {"username": "anna", "password": "no"})
        assert wrong.status_code == 200
        assert "账号或密码不对" in wrong.content.decode()
    for password in ("no", "yong-shang-2026"):
        locked = client.post("/desk/login/", {"username": "anna", "password": password})
        assert locked.status_code == 429
        assert "账号暂停登录" in locked.content.decode()
    other = client.post("/desk/login/", {"username": "bo", "password": "yong-shang-2026"})
    assert other.status_code == 302


def test_a_session_ends_and_a_closed_account_is_out_at_once(anna):
    assert anna.get("/desk/").status_code == 200
    User.objects.filter(username="anna").update(is_active=False)
    assert anna.get("/desk/").status_code == 302
    cookie = Client()
    answer = cookie.post("/desk/login/", {"username": "bo", "password": "yong-shang-2026"})
    morsel = answer.cookies["sessionid"]
    assert morsel["max-age"] == 36_000
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"


def test_passwords_are_argon2_and_can_be_changed(anna):
    assert User.objects.get(username="anna").password.startswith("argon2")
    page = anna.post(
        "/desk/password/", {"old_password": "x", "new_password1": "1", "new_password2": "2"}
    )
    assert page.status_code == 422
    short = {"old_password": "yong-shang-2026", "new_password1": "qp-71", "new_password2": "qp-71"}
    told = anna.post("/desk/password/", short).content.decode()
    assert "密码太短，至少要10个字符。" in told
    assert "This password" not in told
    changed = anna.post(
        "/desk/password/",
        {
            "old_password": "yong-shang-2026",
            "new_password1": "ming-zhou-2027",
            "new_password2": "ming-zhou-2027",
        },
        follow=True,
    )
    assert "密码已更改" in changed.content.decode()


@pytest.mark.parametrize(
    "path", ["/desk/none/", "/desk/weeks/2020-W01/", "/desk/weeks/2026-W99/", "/desk/articles/999999/",
             "/desk/weeks/2026-W47/items/999/", "/desk/weeks/2026-W47/stories/999/"]
)  # fmt: skip
def test_what_is_not_there_is_said_in_chinese(anna, path):
    answer = anna.get(path)
    assert answer.status_code == 404
    said = re.search(r"<h1>没有找到</h1>\s*<p>([^<]+)</p>", answer.content.decode())
    assert said is not None
    assert re.fullmatch(r"[\u4e00-\u9fff，。“”]+", said[1])
