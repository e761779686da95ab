"""The web process: one gunicorn worker with many threads, because every open socket holds one."""

import sys

from flask import Flask
from gunicorn.app.base import BaseApplication

from contactcenter.composition import Parts
from contactcenter.foundation.processing import spare_the_collector

_TURN = 0.0005
"""Seconds a thread may compute before another gets its turn. With Python's 5 ms, a request that touches the database
thirty times waits up to thirty turns of whoever computes, and a ring waits behind them."""


class _Server(BaseApplication):  # type: ignore[misc]  # the library ships no types
    """Gunicorn, told everything here instead of by files and flags."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        super().__init__()

    def load_config(self) -> None:
        settings = self._parts.settings
        for name, value in {
            "bind": f"{settings.host}:{settings.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": settings.web_threads,
            "worker_connections": settings.web_threads * 2,
            "timeout": 60,
            "graceful_timeout": 2,
            "keepalive": 30,
            "loglevel": "warning",
            "control_socket_disable": True,
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called in the worker, after the fork: no connection is shared with the parent."""
        from contactcenter.app import create_app  # noqa: PLC0415 — a page costs its imports in the worker only

        app, _socketio = create_app(self._parts)
        sys.setswitchinterval(_TURN)
        spare_the_collector()
        return app


def serve_web(parts: Parts) -> None:
    """Serve until asked to stop."""
    _Server(parts).run()
