"""`contactcenter serve` with small children: starting, tending, stopping, and every refusal to start."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from running_processes import House, addresses, answers, listens, until, who_answers

from contactcenter import startup
from contactcenter.foundation import embedded
from contactcenter.foundation.children import CannotStart
from contactcenter.settings import Settings

Houses = Callable[[], House]


@pytest.fixture
def outside(shared_servers: embedded.Servers) -> dict[str, object]:
    """Servers that are there already, so that a start takes a moment only."""
    return {"database_url": shared_servers.database, "redis_url": shared_servers.redis}


def test_with_nothing_configured_everything_starts_is_announced_and_stops_in_order(houses: Houses):
    house = houses().serve("web", "router 1", "router 2", preparations=("migrate:ready", "config apply:ready"))
    house.is_open()
    assert listens(house.port)
    assert set(house.children()) == {"postgres", "valkey", "web", "router 1", "router 2"}
    (web,) = house.seen("web")
    assert (web["DATABASE_URL"], web["REDIS_URL"]) == addresses(house.var)
    said = house.said()
    steps = ["private PostgreSQL", "Running migrate", "Running config apply", "Starting web", "Open http"]
    assert sorted(steps, key=said.index) == steps
    house.tell(signal.SIGTERM)
    assert house.ends() == 0
    house.leaves_nothing()
    assert house.said().endswith("Stopping…\nStopped.\n")


def test_every_process_is_told_the_same_secrets_and_where_the_simulated_carrier_is(
    houses: Houses, outside: dict[str, object]
):
    house = houses().serve("web", "worker 1", preparations=("migrate:ready",), **outside)
    house.is_open()
    (web,), (worker,), (migrate,) = (
        until(lambda n=name: house.seen(n), name) for name in ("web", "worker 1", "migrate")
    )
    for name in (
        "SECRET_KEY",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "CARRIER_URL",
        "VAR",
        "CONFIG",
        "DATABASE_URL",
    ):
        assert web[name] == worker[name] == migrate[name] != ""
    assert web["CARRIER"] == "simulator"
    assert web["TWILIO_API_BASE"] == web["CARRIER_URL"]
    assert web["TWILIO_ACCOUNT_SID"].startswith("AC")
    assert Path(web["CONFIG"]).is_absolute()


def test_a_command_beside_it_finds_its_servers_carrier_and_secrets(houses: Houses):
    house = houses().serve("web")
    with pytest.raises(CannotStart, match="Nothing runs on"):
        startup.of_running(Settings(var=house.var / "elsewhere", database_url=""))
    house.is_open()
    (web,) = house.seen("web")
    found = startup.of_running(Settings(var=house.var))
    for name in ("DATABASE_URL", "REDIS_URL", "CARRIER", "CARRIER_URL", "TWILIO_AUTH_TOKEN", "SECRET_KEY", "VAR"):
        assert str(getattr(found, name.lower())) == web[name]


def test_secrets_outlive_a_restart_and_are_readable_to_their_owner_only(houses: Houses, outside: dict[str, object]):
    told = []
    for house in (houses(), houses()):
        house.serve("web", **outside)
        house.is_open()
        told.append(house.seen("web")[-1])
        house.tell(signal.SIGINT)
        assert house.ends() == 0
    assert told[0]["SECRET_KEY"] == told[1]["SECRET_KEY"]
    assert told[0]["TWILIO_AUTH_TOKEN"] == told[1]["TWILIO_AUTH_TOKEN"]
    assert (house.var / "secrets.json").stat().st_mode & 0o077 == 0


def test_what_is_set_is_left_as_it_is(houses: Houses, outside: dict[str, object]):
    real = {"twilio_account_sid": "ACreal", "twilio_auth_token": "real", "secret_key": "chosen"}
    house = houses().serve("web", **outside, **real)
    house.is_open()
    (web,) = house.seen("web")
    assert (web["TWILIO_ACCOUNT_SID"], web["TWILIO_AUTH_TOKEN"], web["SECRET_KEY"]) == ("ACreal", "real", "chosen")
    assert (web["CARRIER"], web["CARRIER_URL"], web["TWILIO_API_BASE"]) == ("", "", "")


def test_a_process_that_dies_is_started_again_and_its_last_words_are_passed_on(
    houses: Houses, outside: dict[str, object]
):
    house = houses().serve("web", "worker 1:falls", **outside)
    house.says(r"^worker 1 ended unexpectedly \(exit status 3\); it starts again in 0\.5 s\.")
    house.says(r"^    the roof leaks$")
    house.says(r"starts again in 1 s\.")
    until(lambda: len(house.seen("worker 1")) >= 3, "the third start")


def test_pages_are_not_announced_while_the_port_is_open_but_nobody_answers(houses: Houses, outside: dict[str, object]):
    house = houses().serve("web:silent", "worker 1:falls", **outside)
    house.says(r"starts again in 1 s\.")
    until(lambda: listens(house.port), "the port")
    assert "Open http" not in house.said()


def test_a_private_server_that_dies_is_started_again_at_its_address(houses: Houses):
    house = houses().serve("web")
    house.is_open()
    _, cache = addresses(house.var)
    os.kill(house.children()["valkey"], signal.SIGKILL)
    house.says(r"^valkey ended unexpectedly \(signal SIGKILL\)")
    until(lambda: answers(cache), "Valkey")


def test_everything_ends_when_the_supervisor_is_killed_and_it_can_start_again_at_once(houses: Houses):
    killed, next_one = houses(), houses()
    killed.serve("web", "router 1:stubborn")
    killed.is_open()
    assert set(killed.children()) == {"postgres", "valkey", "web", "router 1"}
    killed.tell(signal.SIGKILL)
    killed.ends()
    next_one.port = killed.port
    killed.leaves_nothing()
    next_one.serve("web")
    next_one.is_open()


def test_the_port_is_free_again_although_what_a_killed_process_had_started_lives_on(
    houses: Houses, outside: dict[str, object]
):
    """A web server serves from a process of its own, which hears of its parent's death too late."""
    killed, next_one = houses(), houses()
    killed.serve("web:forking", **outside)
    killed.is_open()
    first = killed.children()["web"]
    os.kill(first, signal.SIGKILL)
    until(lambda: killed.children()["web"] != first, "the second web")
    until(lambda: who_answers(killed.port) == killed.children()["web"], "its answer")
    killed.tell(signal.SIGKILL)
    killed.ends()
    next_one.port = killed.port
    next_one.serve("web", **outside)
    next_one.is_open()


def test_who_does_not_stop_is_killed_when_asked_twice(houses: Houses, outside: dict[str, object]):
    house = houses().serve("web", "worker 1:stubborn", **outside)
    house.is_open()
    until(lambda: "deaf" in (house.var / "log" / "worker-1.log").read_text(), "the worker to be deaf")
    house.children()
    house.tell(signal.SIGINT)
    house.says("Stopping")
    asked = time.monotonic()
    house.tell(signal.SIGINT)
    assert house.ends() == 0
    assert time.monotonic() - asked < 8
    assert "worker 1 did not stop in time and was killed." in house.said()
    house.leaves_nothing()


def test_who_does_not_stop_is_killed_after_ten_seconds(houses: Houses, outside: dict[str, object]):
    house = houses().serve("web", "worker 1:stubborn", **outside)
    house.is_open()
    until(lambda: "deaf" in (house.var / "log" / "worker-1.log").read_text(), "the worker to be deaf")
    house.children()
    asked = time.monotonic()
    house.tell(signal.SIGTERM)
    assert house.ends() == 0
    assert 9 < time.monotonic() - asked < 30
    house.leaves_nothing()


def test_ctrl_c_while_it_is_starting_ends_what_was_begun(houses: Houses):
    house = houses().serve("web", preparations=("migrate:endless",))
    until(lambda: house.seen("migrate"), "the preparation to run")
    servers = house.children()
    assert set(servers) == {"postgres", "valkey"}
    house.tell(signal.SIGINT)
    assert house.ends() == 0
    house.leaves_nothing()
    assert "Starting web" not in house.said()


def test_a_failed_preparation_is_explained_and_nothing_is_left_running(houses: Houses):
    house = houses().serve("web", preparations=("migrate:falls",))
    assert house.ends() == 1
    assert "`migrate` failed, so nothing was started." in house.said()
    assert "the roof leaks" in house.said()
    assert "Starting web" not in house.said()
    assert not (house.var / "running.json").exists()


@pytest.mark.parametrize("name", ["PORT", "MAIL_DOOR_PORT", "DEMO_MAILBOX_PORT"])
def test_a_port_in_use_is_named_before_anything_starts(houses: Houses, busy_port: int, name: str):
    house = houses().serve("web", **{name.lower(): busy_port})
    assert house.ends() == 1
    assert house.said() == f"Port {busy_port} on 127.0.0.1 is in use already. Set {name} to another one.\n"
    assert not list(house.var.glob("postgres*"))


def test_one_port_for_two_purposes_is_refused(houses: Houses):
    house = houses()
    house.serve("web", mail_door_port=house.port)
    assert house.ends() == 1
    assert house.said() == f"PORT and MAIL_DOOR_PORT are both {house.port}: give each its own port.\n"


def test_a_directory_that_cannot_be_written_is_one_sentence(houses: Houses, tmp_path: Path):
    (tmp_path / "var").write_text("a file where the directory should be")
    house = houses().serve("web")
    assert house.ends() == 1
    assert house.said().startswith(f"The directory {house.var} cannot be written")
    assert house.said().count("\n") == 1


def test_a_dead_database_is_one_sentence_without_its_password(houses: Houses, free_port: int):
    house = houses().serve("web", database_url=f"postgresql://desk:hush@127.0.0.1:{free_port}/desk")
    assert house.ends() == 1
    assert house.said().startswith(
        f"The database of DATABASE_URL, postgresql://desk:***@127.0.0.1:{free_port}/desk, cannot"
    )
    assert "refused" in house.said()
    assert "hush" not in house.said()
    assert house.said().count("\n") == 1
    assert not list(house.var.glob("postgres*"))


def test_a_dead_redis_is_one_sentence(houses: Houses, outside: dict[str, object], free_port: int):
    house = houses().serve("web", **{**outside, "redis_url": f"redis://127.0.0.1:{free_port}/0"})
    assert house.ends() == 1
    assert house.said().startswith("The Redis server of REDIS_URL cannot be reached:")
    assert house.said().count("\n") == 1


def test_a_second_start_on_the_same_directory_is_one_sentence(houses: Houses, outside: dict[str, object]):
    first, second = houses(), houses()
    first.serve("web", **outside)
    first.is_open()
    second.serve("web", **outside)
    assert second.ends() == 1
    assert first.process
    assert f"Another contactcenter (process {first.process.pid}) is running" in second.said()
    assert json.loads((first.var / "running.json").read_text())["owner"] == first.process.pid
