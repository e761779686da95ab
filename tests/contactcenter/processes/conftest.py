"""Every process that a test of starting and stopping began is ended with the test."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import in_memory
import ports
import pytest
from running_processes import House, Program

from contactcenter.foundation import embedded


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Callable[[], Program]]:
    """Makes programs that share one `var`."""
    made: list[Program] = []

    def make() -> Program:
        made.append(Program(tmp_path / "var"))
        return made[-1]

    yield make
    for program in made:
        program.put_an_end()


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[Callable[[], House]]:
    """Makes supervisors that share one `var`."""
    made: list[House] = []

    def make() -> House:
        made.append(House(tmp_path / "var"))
        return made[-1]

    yield make
    for house in made:
        house.put_an_end()


@pytest.fixture(scope="session")
def shared_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Servers]:
    """One pair of private servers for the tests that need some, but not their own."""
    with (
        in_memory.directory(tmp_path_factory.mktemp("shared")) as place,
        embedded.servers(place / "var", True, True, fsync=False) as servers,
    ):
        yield servers


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    return ports.free_port()
