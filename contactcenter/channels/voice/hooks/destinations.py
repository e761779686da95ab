"""Where a hook may connect to: hosts the operator named, at addresses that are looked up once, checked, and then used."""

import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from contactcenter.channels.voice.hooks.answers import HookFailed

_PORTS = {"http": 80, "https": 443}
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that a gateway turns into any IPv4 address, a private one as well."""


@dataclass(frozen=True, slots=True)
class Destination:
    """One server: what it is called, and the very address to connect to."""

    host: str
    port: int
    address: str
    encrypted: bool


def reach(url: str, hosts: Collection[str]) -> Destination:
    """The server of this URL. Raises HookFailed unless the operator lets hooks go there.

    A host named alone is reached over https at its usual port and at public addresses only; one that is named with its
    port is reached as it is.
    """
    host, port = host_and_port(url)
    encrypted = urlsplit(url).scheme == "https"
    trusted = named_with_port(host, port, hosts)
    if not trusted and host not in hosts:
        raise HookFailed(f"The host {host} is not in HOOK_HOSTS.")
    if not trusted and (not encrypted or port != _PORTS["https"]):
        raise HookFailed(f"Without its port in HOOK_HOSTS, {host} is reached over https at port 443 only.")
    found = _addresses(host, port)
    allowed = [address for address in found if trusted or is_public(address)]
    if not allowed:
        raise HookFailed(
            f"{host} is at a private address; if that is meant, write {host}:{port} into HOOK_HOSTS."
            if found
            else f"The name {host} is not known."
        )
    return Destination(host, port, allowed[0], encrypted)


def host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "").rstrip("."), parts.port or _PORTS[parts.scheme]


def named_with_port(host: str, port: int, hosts: Collection[str]) -> bool:
    return f"{host}:{port}" in hosts or f"[{host}]:{port}" in hosts


def is_public(address: str) -> bool:
    """Whether an address is one of the open Internet, and does not lead to another one that is not."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is not None:
            return is_public(str(inner))
        if ip.teredo is not None or ip in _TRANSLATED:
            return False
    return ip.is_global and not ip.is_multicast


def _addresses(host: str, port: int) -> list[str]:
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []
