"""The socket: the page says which rooms it shows, the server decides which of them it may hear, and tells what changed.

A socket event is a hint. Whatever it misses, the page's regular catch-up finds: numbers are compared, fragments pulled.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from flask import Flask, request, session
from flask_socketio import Namespace, SocketIO, join_room
from socketio.exceptions import ConnectionRefusedError as Refused
from sqlalchemy.orm import Session

from contactcenter.agents import presence
from contactcenter.channels.chat import conversations
from contactcenter.composition import Parts
from contactcenter.foundation import clock, languages, rooms
from contactcenter.foundation.errors import Refusal
from contactcenter.foundation.permissions import Right, Who
from contactcenter.models import Chat
from contactcenter.people import signing_in

log = structlog.get_logger()
STAFF = "/"
VISITORS = "/visitor"
_MOST_ROOMS = 400
_OPEN_TO: dict[str, Right] = {
    "case": Right.READ_CASES,
    "queue": Right.SUPERVISE,
    "mail": Right.SUPERVISE,
    "menu": Right.EDIT_MENUS,
    "rules": Right.EDIT_RULES,
}
"""Kinds of rooms and the right to hear them; an agent's own room is theirs, everybody's is the supervisor's; a person's notices are theirs alone."""


def build(app: Flask, parts: Parts) -> SocketIO:
    """The socket server, fed by one thread that listens to committed changes."""
    socketio = SocketIO(  # type: ignore[call-arg]  # the stubs are older than the options
        app,
        async_mode="threading",
        transports=["websocket"],
        cors_allowed_origins="*",
        ping_interval=20,
        ping_timeout=20,
        max_http_buffer_size=65536,
        manage_session=False,
        async_handlers=False,  # a thread of its own for each message cost more than the messages
    )
    socketio.on_namespace(Staff(parts))
    socketio.on_namespace(Visitors(parts))
    parts.nudges.listen(lambda changes: _emit(socketio, changes), parts.stopping)
    return socketio


def _emit(socketio: SocketIO, changes: list[dict[str, Any]]) -> None:
    for change in changes:
        room = change["room"]
        where = VISITORS if room.startswith("chat:") else STAFF
        socketio.emit("changed", change, to=room, namespace=where)


def allow(right: Right) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say who may send an event; a shape test refuses handlers that do not."""

    def mark(handler: Callable[..., Any]) -> Callable[..., Any]:
        handler.allow = right  # type: ignore[attr-defined]
        return handler

    return mark


class Staff(Namespace):
    """Signed-in people: their rooms, and the heartbeat that keeps an agent present."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(STAFF)
        self._parts = parts

    @allow(Right.SIGNED_IN)
    def on_connect(self, _auth: object = None) -> None:
        with self._parts.db.transaction() as db_session:
            known = _same_origin() and _who(db_session, clock.now(db_session)) is not None
        if not known:
            raise Refused("Please sign in.")

    @allow(Right.SIGNED_IN)
    def on_rooms__catch_up(self, seen: object = None) -> dict[str, Any]:
        """The page's book of rooms in, the present numbers out; the page is told from now on of each it may hear."""
        wanted = _book(seen)
        with self._parts.db.transaction() as db_session:
            now = clock.now(db_session)
            who = _who(db_session, now)
            allowed = [name for name in wanted if who is not None and may_hear(who, name)]
            # Join first, then read the numbers: a change in between is told, and not missed by both.
            for name in allowed:
                join_room(name)
            numbers = rooms.counters(db_session, allowed)
        return {
            "rooms": {name: {"seq": seq} for name, seq in numbers.items()},
            "resync": [name for name in allowed if wanted[name] > numbers[name]],
            "now": now.isoformat(),
        }

    @allow(Right.WORK)
    def on_presence__heartbeat(self, _nothing: object = None) -> None:
        with self._parts.db.transaction() as db_session:
            now = clock.now(db_session)
            who = _who(db_session, now)
            if who is not None and who.may(Right.WORK):
                presence.heartbeat(db_session, who.id, now)

    def trigger_event(self, event: str, *args: Any) -> Any:
        """Event names are written with a dot, as everywhere; methods cannot be."""
        return super().trigger_event(event.replace(".", "__"), *args)


class Visitors(Namespace):
    """Visitors of chats: each knows one secret and hears one room."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(VISITORS)
        self._parts = parts

    @allow(Right.VISITOR)
    def on_connect(self, auth: object = None) -> None:
        with self._parts.db.transaction() as db_session:
            chat = self._chat(db_session, auth)
        if chat is None:
            raise Refused("This chat is not known here.")
        join_room(f"chat:{chat.interaction_id}")

    @allow(Right.VISITOR)
    def on_message__send(self, message: object = None) -> dict[str, Any]:
        """Store a message, once; the answer is what the browser waits for before it forgets the message."""
        if not isinstance(message, dict):
            return _refused("A message is text.", 422)
        said = conversations.Said(str(message.get("client_id", "")), message.get("text", ""))
        try:
            with self._parts.db.transaction() as db_session:
                chat = self._chat(db_session, message)
                if chat is None:
                    return _refused("This chat is not known here. Start a new one.", 401)
                entry = conversations.say(db_session, chat, said, clock.now(db_session))
        except Refusal as refusal:
            words = languages.gettext_for(languages.best_language("", str(message.get("language", ""))))
            return {"stored": False, "status": refusal.status, "why": words(refusal.sentence, **refusal.values)}
        return {"stored": True, "seq": entry.seq}

    def trigger_event(self, event: str, *args: Any) -> Any:
        return super().trigger_event(event.replace(".", "__"), *args)

    def _chat(self, db_session: Any, auth: object) -> Chat | None:
        token = auth.get("token") if isinstance(auth, dict) else None
        if not isinstance(token, str):
            return None
        try:
            return conversations.by_token(db_session, token)
        except Refusal:
            return None


def _who(db_session: Session, now: datetime) -> Who | None:
    token = session.get("token")
    return signing_in.person(db_session, token, now) if token else None


def may_hear(who: Who, room: str) -> bool:
    """Whether this person may know what happens in the room."""
    kind, _, key = room.partition(":")
    if kind == "notices":
        return key == str(who.id)
    if kind == "agent":
        return who.may(Right.SUPERVISE) or key == str(who.id)
    needed = _OPEN_TO.get(kind)
    return needed is not None and who.may(needed)


def _book(seen: object) -> dict[str, int]:
    if not isinstance(seen, dict):
        return {}
    pairs = list(seen.items())[:_MOST_ROOMS]
    return {name: seq for name, seq in pairs if isinstance(name, str) and len(name) < 80 and isinstance(seq, int)}


def _same_origin() -> bool:
    """A foreign page can open a socket with our cookie; only our own pages are heard. Programs send no origin."""
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host


def _refused(why: str, status: int) -> dict[str, Any]:
    return {"stored": False, "status": status, "why": why}
