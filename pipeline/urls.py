"""The root of all addresses, and the one place where the desk is given what others do."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from pipeline import periods, runner, sending, telling
from pipeline.desk.services import Services, provide
from pipeline.sending.hooks import list_hooks

provide(
    Services(
        settings=settings.PIPELINE,
        render_revision=runner.render_revision,
        write_draft=runner.write_draft,
        load_tagger=runner.load_tagger,
        get_calendar=periods.get_calendar,
        send_test=sending.send_test,
        tell=telling.tell,
        remind=telling.remind,
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
handler404 = "pipeline.desk.views.account.show_missing"
handler500 = "pipeline.desk.views.account.show_broken"
