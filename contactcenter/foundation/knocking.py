"""Whether a web server answers already: asked once and waited for, so that a slow start is not made slower."""

import socket
from contextlib import suppress

_ANY_ADDRESS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 — where to find who listens on all
_DOOR = "/healthz"


class Knock:
    """One open question to a server. An open port is no answer: it is open before there is anyone to answer."""

    def __init__(self, host: str, port: int) -> None:
        self._place = (_ANY_ADDRESS.get(host, host), port)
        self._line: socket.socket | None = None

    def is_answered(self) -> bool:
        """Look without waiting; any answer in HTTP will do."""
        if self._line is None:
            self._ask()
            return False
        try:
            heard = self._line.recv(5)
        except BlockingIOError:
            return False
        except OSError:
            heard = b""
        self.close()
        return heard == b"HTTP/"

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _ask(self) -> None:
        host, port = self._place
        with suppress(OSError):
            line = socket.create_connection(self._place, 1)
            line.sendall(f"GET {_DOOR} HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
            line.setblocking(False)
            self._line = line
