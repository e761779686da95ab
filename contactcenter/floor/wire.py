"""The socket as a page uses it: one WebSocket, whose frames are few enough to write by hand."""

import json
import time
from collections import deque
from typing import Any

import websocket

_LONGEST = 20.0


class WireError(Exception):
    """The socket is gone, or the server does not want this client."""


class Wire:
    """One client in one namespace. `cookie` speaks for a signed-in person, `auth` for a visitor."""

    def __init__(
        self, base_url: str, namespace: str = "/", cookie: str = "", auth: dict[str, str] | None = None
    ) -> None:
        self._name = "" if namespace == "/" else f"{namespace},"
        self._asked = 0
        self._heard: deque[list[Any]] = deque()
        address = "ws" + base_url.removeprefix("http") + "/socket.io/?EIO=4&transport=websocket"
        try:
            self.line = websocket.create_connection(address, timeout=_LONGEST, cookie=cookie or None)
            self._expect("0")
            self.line.send(f"40{self._name}{json.dumps(auth) if auth else ''}")
            self._expect("40")
        except (OSError, websocket.WebSocketException) as error:
            raise WireError(str(error)) from error

    def emit(self, event: str, value: object = None) -> None:
        self._send(f"42{self._name}{_packed(event, value)}")

    def ask(self, event: str, value: object) -> Any:
        """Emit, and wait for the server's acknowledgement; what is heard meanwhile is kept."""
        self._asked += 1
        self._send(f"42{self._name}{self._asked}{_packed(event, value)}")
        return json.loads(self._expect(f"43{self._name}{self._asked}"))[0]

    def hear(self, seconds: float) -> list[Any] | None:
        """The next event, its name first, or None when `seconds` bring none."""
        deadline = time.monotonic() + seconds
        while not self._heard:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self.take(self.receive(left))
        return self._heard.popleft()

    def take(self, frame: str) -> list[Any] | None:
        """Understand one frame: a ping is answered, an event is kept for `hear` and returned as well."""
        start = f"42{self._name}["
        if frame == "2":
            self._send("3")
        elif frame.startswith(start):
            event: list[Any] = json.loads(frame[len(start) - 1 :])
            self._heard.append(event)
            return event
        return None

    def forget(self) -> None:
        """Drop what `take` has kept."""
        self._heard.clear()

    def fileno(self) -> int:
        """For whoever waits for many wires at once."""
        return int(self.line.fileno())  # type: ignore[no-untyped-call]

    def close(self) -> None:
        self.line.close()

    def _send(self, frame: str) -> None:
        try:
            self.line.send(frame)
        except (OSError, websocket.WebSocketException) as error:
            raise WireError(str(error)) from error

    def _expect(self, start: str) -> str:
        """The rest of the next frame that begins so."""
        deadline = time.monotonic() + _LONGEST
        while (left := deadline - time.monotonic()) > 0:
            frame = self.receive(left)
            if frame.startswith("44"):
                raise WireError(f"The server refused the connection: {frame[2:]}")
            if frame.startswith(start):
                return frame[len(start) :]
            self.take(frame)
        raise WireError(f"The server did not answer within {_LONGEST:g} s.")

    def receive(self, seconds: float) -> str:
        """One frame; an empty one when none came in time."""
        self.line.settimeout(seconds)
        try:
            frame = self.line.recv()
        except websocket.WebSocketTimeoutException:
            return ""
        except (OSError, websocket.WebSocketException) as error:
            raise WireError(str(error)) from error
        return frame if isinstance(frame, str) else frame.decode()


def _packed(event: str, value: object) -> str:
    return json.dumps([event] if value is None else [event, value], ensure_ascii=False)
