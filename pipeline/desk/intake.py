"""What people and programs send, made storable before any view reads it: the one place for it.

Forms, parameters and cookies lose null characters and halves of characters, which no database
takes; an address that holds such is none of ours. What this module never does: judge what is sent.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.http import Http404, QueryDict
from django.http.request import UnreadablePostError

from pipeline.collect.storable import is_storable, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest, HttpResponse

_READS_ITSELF = "anymail.webhooks."  # a provider's words, whose signature is over every byte


class Intake:
    """Stands before everything that asks the database, for editors and readers alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take the next layer."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the name of its session is looked up before any view is found."""
        if not all(map(is_storable, request.COOKIES.values())):
            request.COOKIES = {name: storable(value) for name, value in request.COOKIES.items()}
        return self._get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _args: object,
        given: Mapping[str, object],
    ) -> None:
        """Make the form and the parameters storable.

        Raises:
            Http404: a part of the address is not.
        """
        if not all(is_storable(value) for value in given.values() if isinstance(value, str)):
            raise Http404
        request.GET = _clean(request.GET)  # type: ignore[assignment]
        if request.method == "POST" and not view.__module__.startswith(_READS_ITSELF):
            with suppress(UnreadablePostError):  # the browser has gone; views meet it again
                request.POST = _clean(request.POST)  # type: ignore[assignment]


def _clean(sent: QueryDict) -> QueryDict:
    """Return what was sent, storable; the same object where it is."""
    if all(is_storable(name) and all(map(is_storable, values)) for name, values in sent.lists()):
        return sent
    made = QueryDict(mutable=True, encoding=sent.encoding)
    for name, values in sent.lists():
        made.setlist(storable(name), list(map(storable, values)))
    made._mutable = False  # noqa: SLF001 - as Django's own are
    return made
