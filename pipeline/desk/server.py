"""The web server: gunicorn, started from our own command line.

What this module never does: read the command line or the settings; Django is set up already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication

from pipeline.desk.services import get_services

if TYPE_CHECKING:
    from collections.abc import Callable

_REQUESTS = 20_000  # after which a worker is replaced, whatever a library may leak
_TIMEOUT = 60  # seconds


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
        get_services().tagger()
        connections.close_all()  # a connection must not be shared with the worker
        return application
