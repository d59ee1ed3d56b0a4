"""The web server: gunicorn, started from our own command line.

While it serves it asks, every five minutes, for signatures that are missing shortly before
publishing, and the readers' post room works off what waits. What this module never does: read the
command line or the settings; Django is set up already.
"""

from __future__ import annotations

import logging
import socket
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication

from pipeline.desk.services import get_services
from pipeline.errors import PipelineError, UsageError
from pipeline.tokens import Masking

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.desk.services import Services

_log = logging.getLogger(__name__)
_REQUESTS = 20_000  # after which a worker is replaced, whatever a library may leak
_TIMEOUT = 60  # seconds
_EVERY = 300.0  # seconds between two looks at what is not signed yet


def find_place(host: str, port: int) -> tuple[str, int]:
    """Return where can be listened, with a free port for 0, before anything is announced.

    Raises:
        UsageError: there is no such address here.
        PipelineError: another program listens there, or the system forbids it.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "no name of a host"
        raise UsageError(f"--host {host}: {said}") from None
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            said = error.strerror or str(error)
            raise PipelineError(
                f"cannot listen at {host}:{port}: {said}; name another --port or --host"
            ) from None
        return host, probe.getsockname()[1]


def _begin_work(_worker: object) -> None:
    """Let the worker ask for missing signatures and see to readers' mails while it serves."""
    threading.Thread(target=_go_on_reminding, name="remind", daemon=True).start()
    get_services().wake_post()


def _go_on_reminding() -> None:
    services, pause = get_services(), threading.Event()
    while True:
        remind(services, datetime.now(UTC))
        connections.close_all()
        pause.wait(_EVERY)


def remind(services: Services, now: datetime) -> None:
    """Ask for what is missing; whatever goes wrong is a line in the log."""
    try:
        _, wrong = services.remind(services.settings, now)
        for line in wrong:
            _log.warning("%s", line)
    except Exception:  # noqa: BLE001 - whatever it is, the next look may succeed
        _log.exception("nobody could be reminded")


class Server(BaseApplication):  # type: ignore[misc]
    """One worker with threads: SQLite has one writer anyway, and jieba's words stand once."""

    def __init__(self, host: str, port: int, threads: int) -> None:
        """Take where to listen."""
        address = f"[{host}]" if ":" in host else host
        self._options: dict[str, Any] = {
            "bind": f"{address}:{port}",
            "workers": 1,
            "threads": threads,
            "worker_class": "gthread",
            "max_requests": _REQUESTS,
            "timeout": _TIMEOUT,
            "graceful_timeout": 10,
            "accesslog": None,
            "preload_app": True,
            "control_socket_disable": True,
            "post_worker_init": _begin_work,
            "proc_name": "newsroom",
        }
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn our options."""
        for key, value in self._options.items():
            self.cfg.set(key, value)

    def load(self) -> Callable[..., Any]:
        """Return the application, with its words loaded before the worker is made."""
        application: Callable[..., Any] = get_wsgi_application()
        logging.getLogger("gunicorn.error").addFilter(Masking())  # it may name an address
        get_services().tagger()
        connections.close_all()  # a connection must not be shared with the worker
        return application
