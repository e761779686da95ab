"""The visitor's door: the script for any web page, the frame it opens, and the chat's own requests by token."""

import json

from flask import Response, g, jsonify, make_response, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from contactcenter.assignment import line
from contactcenter.channels.chat import conversations
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.foundation.doors import Door
from contactcenter.foundation.errors import BadInput, SignInNeeded
from contactcenter.foundation.permissions import Right
from contactcenter.foundation.screens import titled
from contactcenter.models import Chat, Interaction, Queue, TimelineEntry
from contactcenter.models.states import EntryKind, WorkState


def build(db: Database) -> Door:
    """The blueprint; what it needs is handed to it."""
    door = Door("widget", __name__)

    @door.route("/widget.js", methods=["GET"], allow=Right.PUBLIC)
    def script() -> Response:
        """The loader: a few lines that draw the button and open the frame on whichever page includes them."""
        response = send_from_directory("static/js", "widget.js", mimetype="text/javascript", max_age=300)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    @door.route("/widget", methods=["GET"], allow=Right.PUBLIC)
    def frame() -> Response:
        """The chat itself, in a frame of its own origin."""
        with db.transaction() as session:
            queues = session.scalars(select(Queue).where(Queue.enabled).order_by(Queue.id)).all()
        topics = [(queue.name, titled(queue.titles)) for queue in queues]
        response = make_response(render_template("chat/widget.html", topics=topics))
        response.headers["X-Frame-Ancestors"] = "*"
        return response

    add_chat(door, db)
    return door


def add_chat(door: Door, db: Database) -> None:
    """Opening a chat and reading it."""

    @door.route("/widget/open", methods=["POST"], allow=Right.VISITOR)
    def open_chat() -> ResponseReturnValue:
        said = _json()
        visitor = conversations.Visitor(
            str(said.get("name", "")), str(said.get("email", "")), g.language, str(said.get("topic", ""))
        )
        first = conversations.Said(str(said.get("client_id", "")), said.get("text", ""))
        with db.transaction() as session:
            now = clock.now(session)
            interaction = conversations.open_chat(session, _token(), visitor, first, now)
        return jsonify(opened=True, interaction=interaction.id), 201

    @door.route("/widget/messages", methods=["GET"], allow=Right.VISITOR)
    def messages() -> ResponseReturnValue:
        """What was said after `after`, and where the chat stands."""
        with db.transaction() as session:
            chat = conversations.by_token(session, _token())
            conversations.seen(session, chat, clock.now(session))
            interaction = session.get(Interaction, chat.interaction_id)
            assert interaction is not None
            entries = conversations.messages(session, chat.interaction_id, request.args.get("after", 0, type=int))
            item = line.live_item(session, chat.interaction_id)
            waits = item is not None and item.state in {WorkState.WAITING, WorkState.OFFERED}
            place = line.place(session, item) if item is not None and waits else None
        return jsonify(messages=[_said(entry, chat) for entry in entries], state=interaction.state, place=place)

    add_saying(door, db)


def add_saying(door: Door, db: Database) -> None:
    """Writing in a chat and closing it."""

    @door.route("/widget/messages", methods=["POST"], allow=Right.VISITOR)
    def say() -> ResponseReturnValue:
        """The same as the socket's message.send, for when there is no socket."""
        said = _json()
        with db.transaction() as session:
            chat = conversations.by_token(session, _token())
            message = conversations.Said(str(said.get("client_id", "")), said.get("text", ""))
            entry = conversations.say(session, chat, message, clock.now(session))
        return jsonify(stored=True, seq=entry.seq), 201

    @door.route("/widget/end", methods=["POST"], allow=Right.VISITOR)
    def end() -> ResponseReturnValue:
        with db.transaction() as session:
            conversations.end(session, conversations.by_token(session, _token()), clock.now(session))
        return jsonify(ended=True)


def _token() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not token:
        raise SignInNeeded("This chat is not known here. Start a new one.")
    return token


def _json() -> dict[str, object]:
    try:
        said = json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise BadInput("A message is text.") from error
    if not isinstance(said, dict):
        raise BadInput("A message is text.")
    return said


def _said(entry: TimelineEntry, chat: Chat) -> dict[str, object]:
    mine = entry.kind == EntryKind.MESSAGE_IN
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "mine": mine,
        "who": chat.visitor_name if mine else entry.actor_name,
        "text": entry.body["text"],
        "client_id": entry.ext_id.partition(":")[2] if mine and entry.ext_id else None,
    }
