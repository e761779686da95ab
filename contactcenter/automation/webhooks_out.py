"""Webhooks of rules: a case told to another system by a signed POST, only to hosts that the operator named.

What is told may be told twice, with the same X-Delivery; the receiver forgets what it has had.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from contactcenter.channels.voice.hooks import kind_http
from contactcenter.channels.voice.hooks.answers import HookFailed
from contactcenter.channels.voice.hooks.surroundings import SECRET, Surroundings

TIMEOUT = 10
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """`secret` is a name in the setting HOOK_SECRETS, or empty for a webhook that is not signed."""

    url: str
    secret: str
    key: str
    body: Mapping[str, Any]


def deliver(delivery: Delivery, around: Surroundings) -> None:
    """Make the request. Raises HookFailed, with the reason, unless the server answers 2xx."""
    body = json.dumps(delivery.body, sort_keys=True, ensure_ascii=False).encode()
    headers = {"X-Delivery": delivery.key}
    if delivery.secret:
        name = delivery.secret.removeprefix(SECRET)
        key = around.secrets.get(name)
        if key is None:
            raise HookFailed(f"HOOK_SECRETS has no {name}.")
        headers["X-Signature"] = "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    kind_http.post(delivery.url, headers, body, around, monotonic() + TIMEOUT)
