"""Signing in with a password and then a code: optional, complete, and locked like a password."""

import re
import time

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline.store import audit, issues, second_step
from tests.integration.desk.conftest import PASSWORD, START, WEEK
from tests.integration.desk.test_gate import POSTED, list_routes

pytestmark = pytest.mark.usefixtures("people")

PAGE, CHANGE = "/desk/second-step/", "/desk/second-step/change/"


def code(name, steps=0):
    """What the authenticator of an account shows now, or some steps of 30 seconds later."""
    device = TOTPDevice.objects.filter(user__username=name).latest("pk")
    shown = TOTP(device.bin_key, drift=device.drift)
    shown.time = time.time() + 30 * steps
    return f"{shown.token():06d}"


@pytest.fixture
def switched_on(people):  # noqa: ARG001 - the accounts
    """Anna has switched it on; her recovery codes."""
    user = User.objects.get(username="anna")
    second_step.offer(user)
    confirmed = second_step.confirm(user, code("anna"), START)
    assert confirmed is not None
    TOTPDevice.objects.update(last_t=-1)  # the tests' next sign-in is not within the same minute
    return confirmed[1]


@pytest.fixture
def half_way(switched_on):  # noqa: ARG001 - hers is on
    """A browser in which Anna's password was right and no code was given."""
    client = Client()
    answer = client.post(
        "/desk/login/?next=/desk/weeks/", {"username": "anna", "password": PASSWORD}
    )
    assert answer["Location"] == "/desk/login/code/"
    return client


def test_it_is_off_until_an_editor_switches_it_on_with_a_first_code(anna):
    assert "开启后" in anna.get(PAGE).content.decode()
    wrong = anna.post(CHANGE, {"op": "start", "password": "x"})
    assert wrong.status_code == 422
    assert not TOTPDevice.objects.exists()
    offered = anna.post(CHANGE, {"op": "start", "password": PASSWORD}, follow=True)
    text = offered.content.decode()
    device = TOTPDevice.objects.get()
    assert '<path class="dark"' in text
    assert "style=" not in text
    assert "unsafe" not in offered["Content-Security-Policy"]
    assert re.search(r"[A-Z2-7]{32}", text)
    assert not device.confirmed
    refused = anna.post(CHANGE, {"op": "confirm", "code": "000000"})
    assert refused.status_code == 422
    done = anna.post(CHANGE, {"op": "confirm", "code": code("anna")}).content.decode()
    assert len(re.findall(r"<code>[a-z2-9]{5}-[a-z2-9]{5}</code>", done)) == 10
    assert anna.get("/desk/").status_code == 200  # this browser has just shown the code
    assert audit.list_latest(1)[0].action == "second-step-on"


def test_the_password_alone_opens_no_route_and_the_code_does(half_way):
    asked = half_way.get("/desk/login/code/").content.decode()
    assert "输入验证码" in asked
    assert half_way.get("/desk/").status_code == 302
    answer = half_way.post("/desk/login/code/", {"code": f" {code('anna')[:3]} {code('anna')[3:]}"})
    assert answer["Location"] == "/desk/weeks/"
    assert half_way.get("/desk/").status_code == 200


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize("how", ["on the way", "signed in before it was on"])
def test_no_route_is_open_to_who_gave_only_the_password(half_way, sign_in, how):
    client = half_way if how == "on the way" else sign_in("anna")
    before = issues.get_revision(WEEK)
    key = before.issue.items[0].key
    others = {"staff": "/desk/subscribers/", "staff-reader": "/desk/subscribers/1/",
              "staff-stop": "/desk/subscribers/1/stop/"}  # fmt: skip
    for name, path in (list_routes() | others).items():
        if name in {"login", "code", "logout"}:
            continue
        read, sent = client.get(path.format(key=key)), client.post(path.format(key=key))
        assert read.status_code == 302, name
        assert read["Location"].startswith("/desk/login/"), name
        assert sent.status_code == 403, name
        assert "示例" not in sent.content.decode().partition("<main")[2], name
    assert POSTED
    assert issues.get_revision(WEEK) == before
    assert TOTPDevice.objects.filter(confirmed=True).count() == 1


@pytest.mark.usefixtures("switched_on")
def test_an_open_session_of_before_goes_on_where_it_wanted_to_after_the_code(anna):
    answer = anna.get("/desk/weeks/")
    assert answer["Location"] == "/desk/login/code/?next=/desk/weeks/"
    answer = anna.post(answer["Location"], {"code": code("anna")})
    assert answer["Location"] == "/desk/weeks/"
    assert anna.get("/desk/weeks/").status_code == 200


@pytest.mark.usefixtures("switched_on")
def test_after_the_code_one_goes_to_no_other_host(anna):
    answer = anna.post("/desk/login/code/?next=//evil.example/", {"code": code("anna")})
    assert answer["Location"] == "/desk/"


def test_a_code_is_good_once(half_way):
    shown = code("anna")
    assert half_way.post("/desk/login/code/", {"code": shown}).status_code == 302
    other = Client()
    other.post("/desk/login/", {"username": "anna", "password": PASSWORD})
    assert other.post("/desk/login/code/", {"code": shown}).status_code == 422


def test_a_recovery_code_is_good_once_and_is_stored_as_a_hash(half_way, switched_on):
    spent = switched_on[0]
    assert not StaticToken.objects.filter(token__in=[one.replace("-", "") for one in switched_on])
    answer = half_way.post("/desk/login/code/", {"code": spent.upper()}, follow=True)
    assert "还剩9个" in answer.content.decode()
    other = Client()
    other.post("/desk/login/", {"username": "anna", "password": PASSWORD})
    assert other.post("/desk/login/code/", {"code": spent}).status_code == 422
    assert other.post("/desk/login/code/", {"code": switched_on[1]}).status_code == 302


def test_wrong_codes_lock_the_account_as_wrong_passwords_do_and_the_password_resets_nothing(
    half_way,
):
    for n in range(4):
        assert half_way.post("/desk/login/code/", {"code": f"00000{n}"}).status_code == 422
        # Who has the password may not start counting anew with it.
        half_way.post("/desk/login/", {"username": "anna", "password": PASSWORD})
    assert half_way.post("/desk/login/code/", {"code": "没有"}).status_code == 429
    for client in (half_way, Client()):
        locked = client.post("/desk/login/", {"username": "anna", "password": PASSWORD})
        assert locked.status_code == 429
        assert "验证码连续输错5次" in locked.content.decode()
    other = Client().post("/desk/login/", {"username": "bo", "password": PASSWORD})
    assert other["Location"] == "/desk/"


def test_a_new_password_or_a_closed_account_ends_the_way_in(half_way):
    user = User.objects.get(username="anna")
    user.set_password("ming-zhou-2027")
    user.save()
    assert half_way.get("/desk/login/code/")["Location"] == "/desk/login/"


def test_it_is_switched_off_with_the_password_and_codes_are_made_anew(half_way, switched_on):
    half_way.post("/desk/login/code/", {"code": code("anna")})
    fresh = half_way.post(CHANGE, {"op": "codes", "password": PASSWORD}).content.decode()
    assert switched_on[0] not in fresh
    assert StaticToken.objects.count() == 10
    assert half_way.post(CHANGE, {"op": "off", "password": "no"}).status_code == 422
    assert second_step.list_on() == {"anna"}
    half_way.post(CHANGE, {"op": "off", "password": PASSWORD})
    assert not second_step.list_on()
    assert not StaticToken.objects.exists()
    assert half_way.get("/desk/").status_code == 200


@pytest.mark.usefixtures("switched_on")
def test_an_administrator_takes_it_away():
    assert second_step.turn_off("anna", START, by="")
    assert not second_step.turn_off("anna", START, by="")
    answer = Client().post("/desk/login/", {"username": "anna", "password": PASSWORD})
    assert answer["Location"] == "/desk/"
