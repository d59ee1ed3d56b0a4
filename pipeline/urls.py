"""The root of all addresses, and the one place where the desk is given the runner's functions."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from pipeline import runner
from pipeline.desk.services import Services, provide

provide(
    Services(
        settings=settings.PIPELINE,
        render_revision=runner.render_revision,
        load_tagger=runner.load_tagger,
        get_calendar=runner.get_calendar,
        send_test=getattr(runner, "send_test", None),
    )
)

urlpatterns: list[URLPattern | URLResolver] = [path("desk/", include("pipeline.desk.urls"))]
if find_spec("pipeline.reader.urls"):
    urlpatterns.append(path("", include("pipeline.reader.urls")))
else:
    urlpatterns.append(path("", RedirectView.as_view(pattern_name="desk:home"), name="root"))

handler400 = "pipeline.desk.views.account.show_bad_request"
handler403 = "pipeline.desk.views.account.show_forbidden"
handler404 = "pipeline.desk.views.account.show_missing"
handler500 = "pipeline.desk.views.account.show_broken"
