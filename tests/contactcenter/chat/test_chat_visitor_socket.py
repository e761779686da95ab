"""The visitor's socket with a real client over a real port: heard at once, stored once, deaf to other chats."""

import threading

import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused
from sqlalchemy import select
from werkzeug.serving import make_server

from contactcenter.channels.chat import conversations
from contactcenter.channels.chat.conversations import Said, Visitor
from contactcenter.foundation import clock
from contactcenter.models import TimelineEntry

PATIENCE = 10
TOKEN = "t" * 43
OTHER = "u" * 43
SPACE = "/visitor"


@pytest.fixture
def url(house):
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visitor(url):
    """Connects clients, and disconnects them at the end."""
    clients = []

    def connect(token):
        client = socketio.Client(reconnection=False)
        client.told = threading.Event()
        client.on("changed", lambda _change: client.told.set(), namespace=SPACE)
        clients.append(client)
        client.connect(url, namespaces=[SPACE], auth={"token": token}, transports=["websocket"], wait_timeout=PATIENCE)
        return client

    yield connect
    for client in clients:
        client.disconnect()
        client.shutdown()


def open_chat(house, token, text="Where is my order?"):
    with house.db.transaction() as session:
        said = Said("m-1", text)
        return conversations.open_chat(session, token, Visitor("Nora", "", "en", ""), said, clock.now(session)).id


def send(client, text, client_id, token=TOKEN):
    said = {"client_id": client_id, "text": text, "token": token}
    return client.call("message.send", said, namespace=SPACE, timeout=PATIENCE)


def stored(house, interaction_id):
    with house.db.transaction() as session:
        return session.scalars(
            select(TimelineEntry.ext_id)
            .where(TimelineEntry.interaction_id == interaction_id, TimelineEntry.ext_id.is_not(None))
            .order_by(TimelineEntry.seq)
        ).all()


def test_a_message_is_acknowledged_when_it_is_stored_and_a_repetition_gets_the_same_answer(house, visitor):
    interaction_id = open_chat(house, TOKEN)
    client = visitor(TOKEN)
    first = send(client, "It is 12345678.", "m-2")
    assert first["stored"] is True
    assert send(client, "It is 12345678.", "m-2") == first
    assert stored(house, interaction_id) == [f"{interaction_id}:m-1", f"{interaction_id}:m-2"]


def test_a_visitor_hears_of_their_own_chat_and_of_no_other(house, visitor):
    open_chat(house, TOKEN)
    open_chat(house, OTHER)
    mine, theirs = visitor(TOKEN), visitor(OTHER)
    send(theirs, "Hello", "m-2", OTHER)
    assert theirs.told.wait(PATIENCE)
    send(mine, "Hello", "m-2")
    assert mine.told.wait(PATIENCE)
    theirs.told.clear()
    mine.told.clear()
    send(mine, "Hello again", "m-3")
    assert mine.told.wait(PATIENCE)
    assert not theirs.told.is_set()


@pytest.mark.parametrize("token", ["x" * 43, "", None, 7, {"token": TOKEN}])
def test_a_socket_without_the_secret_of_a_chat_is_refused(house, visitor, token):
    open_chat(house, TOKEN)
    with pytest.raises(Refused):
        visitor(token)


def test_a_connected_visitor_cannot_write_into_another_chat(house, visitor):
    open_chat(house, TOKEN)
    client = visitor(TOKEN)
    answer = send(client, "Let me in", "m-2", token="x" * 43)
    assert (answer["stored"], answer["status"]) == (False, 401)


@pytest.mark.parametrize("message", ["text", 7, [], {"client_id": "", "text": "x", "token": TOKEN}])
def test_what_is_no_message_is_answered_with_a_reason(house, visitor, message):
    open_chat(house, TOKEN)
    client = visitor(TOKEN)
    answer = client.call("message.send", message, namespace=SPACE, timeout=PATIENCE)
    assert answer["stored"] is False
    assert answer["why"]


def test_a_refusal_is_said_in_the_visitors_language(house, visitor):
    open_chat(house, TOKEN)
    client = visitor(TOKEN)
    said = {"client_id": "m-2", "text": " ", "token": TOKEN, "language": "zh-Hans"}
    answer = client.call("message.send", said, namespace=SPACE, timeout=PATIENCE)
    assert answer["status"] == 422
    assert "Please" not in answer["why"]
