"""The root of all addresses, and the one place where the desk is given what others do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import include, path

from pipeline import runner, sending
from pipeline.desk.services import Services, provide
from pipeline.desk.views import account
from pipeline.reader import joining, strays
from pipeline.sending.hooks import list_hooks
from pipeline.telling import editors
from pipeline.week.schedule import get_schedule
from pipeline.week.tagger import load_tagger

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

provide(
    Services(
        settings=settings.PIPELINE,
        render_revision=runner.render_revision,
        write_signed=runner.write_signed,
        list_past_events=runner.list_past_events,
        load_tagger=load_tagger,
        get_schedule=get_schedule,
        send_test=sending.send_test,
        tell=editors.tell,
        remind=editors.remind,
        wake_post=joining.wake_post,
        longest_test=sending.LONGEST_TEST,
    )
)

urlpatterns = [
    path("desk/", include("pipeline.desk.urls")),
    path("", include("pipeline.reader.urls")),
    *list_hooks(settings.PIPELINE),
]

handler400 = "pipeline.desk.views.account.show_bad_request"
handler403 = "pipeline.desk.views.account.show_forbidden"


def show_missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Say that there is no such page, to editors at their desk and to readers on theirs."""
    if request.path_info.startswith("/desk/"):
        return account.show_missing(request, exception)
    return strays.show_missing(request, exception)


def show_broken(request: HttpRequest) -> HttpResponseBase:
    """Say that we made a mistake, likewise."""
    if request.path_info.startswith("/desk/"):
        return account.show_broken(request)
    return strays.show_broken(request)


handler404 = show_missing
handler500 = show_broken
