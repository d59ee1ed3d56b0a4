"""A failed visit has a cause, for which editors are told what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pipeline.collect.failures import name_cause
from pipeline.errors import FetchError, ParseError, RobotsUnreadableError
from pipeline.model import FetchCause, SourceKind
from pipeline.week.causes import CAUSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Site

PAGE = "<html><body><ul><li>示例</li></ul></body></html>"


@pytest.mark.parametrize(
    ("answer", "keys", "cause"),
    [
        ((404, {}), {}, FetchCause.GONE),
        ((410, {}), {}, FetchCause.GONE),
        ((403, {}), {}, FetchCause.CLOSED),
        ((412, {}), {}, FetchCause.BROWSER),
        ((429, {"Retry-After": "3600"}), {}, FetchCause.BUSY),
        ((429, {}), {}, FetchCause.BUSY),
        ((503, {"Retry-After": "3600"}), {}, FetchCause.BUSY),
        ((500, {}), {}, FetchCause.BROKEN),
        ((304, {}), {}, FetchCause.BROKEN),
        ((302, {"Location": "http://10.0.0.1/"}), {}, FetchCause.ADDRESS),
        ("<html>" + "示" * 200_000, {}, FetchCause.LARGE),
        (PAGE, {}, FetchCause.FORM),
        (PAGE, {"kind": SourceKind.PAGE, "list": "table"}, FetchCause.LAYOUT),
    ],
)
def test_each_failure_of_a_visit_has_its_cause(
    site: Site, answer: Any, keys: dict[str, Any], cause: FetchCause
) -> None:
    site.pages = {"/feed": answer}
    result = site.visit(**keys)
    assert (result.status, result.cause) == ("failed", cause), result.error


def test_what_robots_close_and_what_does_not_answer_have_their_causes(site: Site) -> None:
    site.pages = {"/robots.txt": "User-agent: *\nDisallow: /\n"}
    assert site.visit().cause is FetchCause.ROBOTS
    assert name_cause(RobotsUnreadableError("x")) is FetchCause.UNREACHABLE
    assert name_cause(FetchError("x")) is FetchCause.UNREACHABLE
    assert site.visit_file("none.xml").cause is FetchCause.FILE


@pytest.mark.parametrize(
    ("robots", "answers", "cause"),
    [
        ("Disallow: /a/", [PAGE], FetchCause.ROBOTS),
        ("", [(403, {})], FetchCause.CLOSED),
        ("", [(500, {})], FetchCause.BROKEN),
        ("", [(404, {})], FetchCause.LAYOUT),  # the list is there, its links are built otherwise
        ("", ["<html><body></body></html>"], FetchCause.LAYOUT),
        ("", [(403, {}), (403, {}), "<html><body></body></html>"], FetchCause.CLOSED),
    ],
)
def test_a_list_whose_articles_are_all_lost_has_the_cause_that_most_of_them_have(
    site: Site, robots: str, answers: list[Any], cause: FetchCause
) -> None:
    links = "".join(f"<li><a href='/a/{n}.html'>示例消息第{n}条</a></li>" for n in range(6))
    site.pages = {
        "/robots.txt": f"User-agent: *\n{robots}\n",
        "/list": f"<html><body><ul>{links}</ul></body></html>",
        **{f"/a/{n}.html": answers[n % len(answers)] for n in range(6)},
    }
    for _ in range(5):  # the list itself is there: it is never muted
        result = site.visit("/list", kind=SourceKind.PAGE)
        assert (result.status, result.cause) == ("failed", cause), result.error
    assert "none of 6 new articles could be read" in (result.error or "")


def test_a_list_that_falls_silent_has_changed_its_layout_and_what_is_gone_stays_so(
    site: Site, feed: Callable[..., str]
) -> None:
    site.pages = {"/feed": feed(9)}
    for _ in range(3):
        site.visit()
    site.pages = {"/feed": feed(0)}
    assert site.visit().cause is FetchCause.LAYOUT
    site.pages = {"/feed": (410, {})}
    site.visit()
    held = site.visit()
    assert (held.status, held.cause) == ("muted", FetchCause.GONE)
    site.pages = {"/feed": feed(9)}
    assert site.visit(insist=True).cause is None


def test_what_nobody_foresaw_is_a_fault_of_ours_and_every_cause_has_its_sentence() -> None:
    assert name_cause(ZeroDivisionError()) is FetchCause.FAULT
    assert name_cause(ParseError("x")) is FetchCause.FORM
    assert set(CAUSES) == set(FetchCause)
