"""Nudges: after a commit, tell whoever listens that something changed. A lost nudge costs latency, never a fact."""

import json
import threading
from collections.abc import Callable
from typing import Any

import redis
import structlog

from contactcenter.foundation.rooms import Change

log = structlog.get_logger()
CHANNEL = "contactcenter:changes"
_LONGEST_PAUSE = 5.0

Heard = Callable[[list[dict[str, Any]]], None]


class Nudges:
    """One Redis channel that carries every numbered change to web processes and routers."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self._url = url
        self._threads: list[threading.Thread] = []

    def publish(self, changes: list[Change]) -> None:
        """Tell everybody; when Redis is away the listeners' own polling finds the changes."""
        try:
            self._redis.publish(CHANNEL, json.dumps([change.as_message() for change in changes]))
        except redis.RedisError as error:
            log.warning("nudge_lost", error=str(error), changes=len(changes))

    def listen(self, heard: Heard, stop: threading.Event) -> threading.Thread:
        """Call `heard` with each batch, in a thread of its own, until `stop`; it reconnects for ever."""
        thread = threading.Thread(target=self._listen, args=(heard, stop), name="nudges", daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def close(self) -> None:
        """Let go of the connections; listeners that were told to stop are waited for, a moment at most."""
        if self._threads:
            self.publish([])  # a listener sleeps until something comes; this is what comes
        for thread in self._threads:
            thread.join(2)
        self._redis.close()

    def _listen(self, heard: Heard, stop: threading.Event) -> None:
        pause = 0.1
        while not stop.is_set():
            try:
                with redis.Redis.from_url(self._url, socket_connect_timeout=2).pubsub() as pubsub:  # type: ignore[no-untyped-call]
                    pubsub.subscribe(CHANNEL)
                    pause = 0.1
                    while not stop.is_set():
                        message = pubsub.get_message(ignore_subscribe_messages=True, timeout=0.5)
                        changes = json.loads(message["data"]) if message else []
                        if changes:
                            heard(changes)
            except (redis.RedisError, OSError) as error:
                log.warning("nudges_away", error=str(error))
                stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
