"""Asking a web server whether it is there, without making its start harder."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from running_processes import until

from contactcenter.foundation.knocking import Knock


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        yield listener


def knocking_at(server: socket.socket) -> closing[Knock]:
    return closing(Knock(*server.getsockname()))


def test_a_slow_server_is_asked_once_until_it_answers(server: socket.socket):
    with knocking_at(server) as knock:
        assert not any(knock.is_answered() for _ in range(50))
        visitor, _ = server.accept()
        server.setblocking(False)
        with visitor:
            with pytest.raises(BlockingIOError):
                server.accept()
            assert not knock.is_answered()
            visitor.sendall(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
            until(knock.is_answered, "the answer to be heard")


def test_a_server_that_hangs_up_is_asked_again(server: socket.socket):
    with knocking_at(server) as knock:
        knock.is_answered()
        server.accept()[0].close()
        until(lambda: knock.is_answered() or knock._line is None, "the end of the line to be heard")
        knock.is_answered()
        visitor, _ = server.accept()
        with visitor:
            visitor.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            until(knock.is_answered, "the answer to be heard")


def test_where_nobody_listens_there_is_no_answer(server: socket.socket):
    place = server.getsockname()
    server.close()
    with closing(Knock(*place)) as knock:
        assert not any(knock.is_answered() for _ in range(3))


def test_what_is_not_a_web_server_does_not_count(server: socket.socket):
    with knocking_at(server) as knock:
        knock.is_answered()
        visitor, _ = server.accept()
        with visitor:
            visitor.sendall(b"220 mail.example.com\r\n")
            until(lambda: knock.is_answered() or knock._line is None, "the greeting to be heard")
            assert not knock.is_answered()
