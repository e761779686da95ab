"""Answers kept for a while in Redis. Losing it costs time only; what must never be logged is never kept."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, cast

import redis
import structlog

from contactcenter.channels.voice.hooks.answers import Outcome
from contactcenter.channels.voice.hooks.declared import Hook
from contactcenter.models.states import HookSource, HookState

log = structlog.get_logger()
_PATIENCE = 0.3
"""Seconds to wait for Redis: it saves time or is of no use."""


class Cache:
    """Keys are digests under the house's secret, so that nobody who reads Redis learns what callers typed."""

    def __init__(self, url: str, secret: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
        self._secret = secret.encode()

    def get(self, hook: Hook, given: Mapping[str, str]) -> Outcome | None:
        """The kept answer of a hook that declares `cache`."""
        if not hook.cache:
            return None
        try:
            kept = cast("bytes | None", self._redis.get(self._key(hook, given)))
        except redis.RedisError as error:
            log.warning("hook_cache_away", error=type(error).__name__)
            return None
        return _outcome(json.loads(kept)) if kept else None

    def put(self, hook: Hook, given: Mapping[str, str], outcome: Outcome) -> None:
        """Keep what was found, and that nothing was; an error is asked again."""
        if not hook.cache or outcome.state is HookState.ERROR:
            return
        body = json.dumps({"state": outcome.state, "values": outcome.values})
        try:
            self._redis.set(self._key(hook, given), body, ex=hook.cache)
        except redis.RedisError as error:
            log.warning("hook_cache_away", error=type(error).__name__)

    def close(self) -> None:
        self._redis.close()

    def _key(self, hook: Hook, given: Mapping[str, str]) -> str:
        asked = json.dumps([hook.name, hook.digest, sorted(given.items())]).encode()
        return f"contactcenter:hook:{hmac.new(self._secret, asked, hashlib.sha256).hexdigest()}"


def _outcome(kept: dict[str, Any]) -> Outcome:
    return Outcome(HookState(kept["state"]), kept["values"], source=HookSource.CACHED)
