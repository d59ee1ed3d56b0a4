"""The addresses of the readers' pages. Mails carry some of them: they never change."""

from __future__ import annotations

from django.urls import include, path

from pipeline.reader import archive, counting, joining, own
from pipeline.reader.staff import staff_urlpatterns

app_name = "reader"
urlpatterns = [
    path("", joining.front, name="front"),
    path("issues/", archive.show_archive, name="archive"),
    path("issues/<path:path>", archive.show_archive, name="archived"),
    path("media/<str:name>", archive.show_media, name="media"),
    path("subscribe", joining.subscribe, name="subscribe"),
    path("subscribe/links", joining.ask_links, name="ask-links"),
    path("c/<str:token>", joining.confirm, name="confirm"),
    path("o/<str:week>.gif", counting.note_open, name="opened"),
    path("g/<str:week>/<str:key>", counting.follow, name="follow"),
    path("p/<str:token>", own.preferences, name="preferences"),
    path("p/<str:token>/pause", own.pause, name="pause"),
    path("p/<str:token>/why", own.why, name="why"),
    path("p/<str:token>/data", own.data, name="data"),
    path("p/<str:token>/erase", own.erase, name="erase"),
    path("u/<str:token>", own.leave, name="leave"),
    path("u/<str:token>/reason", own.say_why, name="reason"),
    path("u/<str:token>/back", own.come_back, name="back"),
    # The desk's own addresses come first; these are the rest below /desk/, behind its sign-in.
    path("desk/subscribers/", include(staff_urlpatterns)),
]
