"""Free ports of loopback for servers that open theirs a moment later."""

import random
import socket
from contextlib import suppress

_OURS = range(20_000, 30_000)
"""Below those that the system gives to whoever asks for any: no connection takes one before its server does."""


def free_port() -> int:
    for port in random.sample(_OURS, 100):
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("A hundred ports between 20000 and 30000 are all taken.")


def free_ports(number: int) -> list[int]:
    """As many, all different."""
    found: set[int] = set()
    while len(found) < number:
        found.add(free_port())
    return sorted(found)
