"""The desk's addresses. Every one is closed unless `pipeline.desk.gate` lists it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path, register_converter

from pipeline.desk.views import (
    account,
    board,
    findings,
    history,
    home,
    item,
    picture,
    preview,
    review,
    search,
    second_step,
    story,
    typed,
    work,
    write,
)

if TYPE_CHECKING:
    from django.urls import URLPattern

app_name = "desk"


class WeekConverter:
    """A week such as 2026-W47."""

    regex = "[0-9]{4}-W[0-9]{2}"

    def to_python(self, value: str) -> str:
        """Return it as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it stands."""
        return value


class KeyConverter(WeekConverter):
    """A story's key, or the word for the issue as a whole."""

    regex = "[0-9]{1,18}|issue"


class NumberConverter(WeekConverter):
    """A row's number, of no more digits than every database holds."""

    regex = "[0-9]{1,18}"


register_converter(WeekConverter, "week")
register_converter(KeyConverter, "key")
register_converter(NumberConverter, "number")

urlpatterns: list[URLPattern] = [
    path("", home.show_home, name="home"),
    path("login/", account.SignIn.as_view(), name="login"),
    path("login/code/", second_step.enter_code, name="code"),
    path("logout/", account.SignOut.as_view(), name="logout"),
    path("password/", account.change_password, name="password"),
    path("second-step/", second_step.show_second_step, name="second-step"),
    path("second-step/change/", second_step.change_second_step, name="second-step-change"),
    path("search/", search.show_search, name="search"),
    path("articles/<number:article_id>/", story.go_to_article, name="article"),
    path("audit.jsonl", history.export_audit, name="audit"),
    path("work/", work.show_work, name="work"),
    path("work/start/", work.start_work, name="start"),
    path("now/", home.go_to_week, name="now"),
    path("weeks/", board.show_weeks, name="weeks"),
    path("weeks/<week:week>/", board.show_board, name="board"),
    path("weeks/<week:week>/act/", board.act, name="act"),
    path("weeks/<week:week>/write/", write.write_story, name="write"),
    path("weeks/<week:week>/items/<key:key>/", item.edit_item, name="item"),
    path("weeks/<week:week>/items/<key:key>/typed/", typed.keep_typed, name="typed"),
    path("weeks/<week:week>/items/<key:key>/discard/", typed.discard_typed, name="discard"),
    path("weeks/<week:week>/items/<key:key>/picture/", picture.add_picture, name="picture"),
    path("weeks/<week:week>/items/<key:key>/waive/", findings.waive, name="waive"),
    path("weeks/<week:week>/items/<key:key>/suggest/", findings.apply_suggestion, name="suggest"),
    path("weeks/<week:week>/stories/<key:key>/", story.show_story, name="story"),
    path("weeks/<week:week>/stories/<key:key>/tags/", story.retag, name="tags"),
    path("weeks/<week:week>/stories/<key:key>/group/", story.regroup_story, name="group"),
    path("weeks/<week:week>/preview/", preview.show_preview, name="preview"),
    path("weeks/<week:week>/preview/mail/", preview.show_mail, name="mail"),
    path("weeks/<week:week>/preview/test/", preview.send_test, name="test"),
    path("weeks/<week:week>/review/", review.show_review, name="review"),
    path("weeks/<week:week>/review/sign/", review.sign, name="sign"),
    path("weeks/<week:week>/review/back/", review.send_back, name="back"),
    path("weeks/<week:week>/review/schedule/", review.schedule, name="schedule"),
    path("weeks/<week:week>/history/", history.show_history, name="history"),
    path("weeks/<week:week>/history/undo/", history.undo, name="undo"),
]
