"""Our mail address and the keys that sign what leaves it."""

from dataclasses import dataclass
from hashlib import sha256

from contactcenter.channels.email.thread_keys import Keys


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`address` receives; `domain` stands in the Message-IDs we make."""

    address: str
    domain: str
    keys: Keys


def mailbox(address: str, domain: str, secret: str) -> Mailbox:
    """The mailbox with thread keys derived from the installation's secret."""
    return Mailbox(address.lower(), domain.lower(), Keys(sha256(f"mail-threads:{secret}".encode()).digest()))
