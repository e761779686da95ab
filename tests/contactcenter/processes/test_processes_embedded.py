"""The private PostgreSQL and Valkey: start, stop, crash, and everything that can be in the way."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis
from running_processes import Program, addresses, answers, until

from contactcenter.foundation import embedded
from contactcenter.foundation.children import CannotStart, born
from contactcenter.foundation.db import Database
from contactcenter.foundation.occupancy import occupied

Programs = Callable[[], Program]
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over to another user")


def hold(program: Program) -> tuple[str, str]:
    program.start("hold", str(program.var))
    database, cache = json.loads(program.says(r"^\[.*\]$")[0])
    program.children()
    return database, cache


def test_both_servers_answer_while_the_block_runs_and_are_gone_after_it(tmp_path: Path):
    with embedded.servers(tmp_path / "var", need_postgres=True, need_valkey=True, fsync=False) as servers:
        with psycopg.connect(servers.database) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("contactcenter",)
            room = Path(connection.info.host).parent
        assert answers(servers.redis)
        marks = {child.pid: born(child.pid) for child in servers.children}
        assert all(marks.values())
    assert not any(born(pid) == birth for pid, birth in marks.items())
    assert not room.exists()
    assert not answers(servers.redis)


def test_only_what_is_needed_is_started(tmp_path: Path):
    with embedded.servers(tmp_path / "var", need_postgres=False, need_valkey=True, fsync=False) as servers:
        assert servers.database == ""
        assert [child.name for child in servers.children] == ["valkey"]


def test_the_address_is_understood_by_the_product(shared_servers: embedded.Servers):
    database = Database(shared_servers.database)
    with database.transaction() as session:
        assert session.connection().exec_driver_sql("SHOW fsync").scalar() == "off"
    database.dispose()


def test_text_is_unicode_and_sorted_by_code_point_on_every_machine(shared_servers: embedded.Servers):
    with psycopg.connect(shared_servers.database) as connection:
        row = connection.execute(
            "SELECT lower('ÄÖ'), 'Z' < 'a', current_setting('server_encoding'), current_setting('TimeZone')"
        ).fetchone()
    assert row == ("äö", True, "UTF8", "UTC")


def test_data_is_there_after_an_orderly_restart(tmp_path: Path):
    with embedded.servers(tmp_path / "var", need_postgres=True, need_valkey=True) as servers:
        with psycopg.connect(servers.database) as connection:
            connection.execute("CREATE TABLE kept AS SELECT '北京' AS word")
        with redis.Redis.from_url(servers.redis) as client:
            client.set("kept", "1")
    with embedded.servers(tmp_path / "var", need_postgres=True, need_valkey=True) as servers:
        with psycopg.connect(servers.database) as connection:
            assert connection.execute("SELECT word FROM kept").fetchone() == ("北京",)
        with redis.Redis.from_url(servers.redis) as client:
            assert client.get("kept") == b"1"


def test_servers_end_with_a_parent_that_is_killed_and_the_next_start_finds_the_data(programs: Programs):
    killed, next_one = programs(), programs()
    database, cache = hold(killed)
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        room = Path(connection.info.host).parent
    killed.tell(signal.SIGKILL)
    killed.ends()
    database, _ = hold(next_one)
    killed.leaves_nothing()
    assert not answers(cache)
    assert not room.exists()
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_what_an_owner_that_is_gone_left_running_is_ended_but_no_stranger_with_its_number(tmp_path: Path):
    """Where the kernel does not tell children of their parent's death, the next start does."""
    var, litter = tmp_path / "var", tmp_path / "cc-litter"
    var.mkdir()
    litter.mkdir()
    with sleeping() as orphan, sleeping() as stranger:
        children = {
            "postgres": [orphan.pid, born(orphan.pid), int(signal.SIGINT)],
            "valkey": [stranger.pid, "an earlier process", int(signal.SIGTERM)],
        }
        record = {"owner": 1, "since": "long ago", "children": children, "litter": [str(litter)], "urls": {}}
        (var / "running.json").write_text(json.dumps(record))
        with occupied(var):
            assert orphan.wait(30) == -signal.SIGINT
            assert stranger.poll() is None
            assert not litter.exists()


@contextmanager
def sleeping() -> Iterator[subprocess.Popen[bytes]]:
    """A program that any signal ends, even when this run itself was started in the background, with SIGINT ignored."""
    deaf = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        started = subprocess.Popen(["sleep", "100"], start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, deaf)
    with started as process:
        yield process
        process.kill()


def test_a_second_start_on_the_same_directory_says_who_is_there_and_ends(programs: Programs):
    first, second = programs(), programs()
    _, cache = hold(first)
    second.start("hold", str(second.var))
    assert second.ends() == 1
    assert first.process
    assert second.said() == (
        f"Another contactcenter (process {first.process.pid}) is running on {first.var}. "
        "Stop it first, or set VAR to another directory.\n"
    )
    assert answers(cache)


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("not a directory")
    with (
        pytest.raises(CannotStart, match=r"file/var cannot be written .*Set VAR"),
        embedded.servers(tmp_path / "file" / "var", True, True),
    ):
        pass


def test_other_programs_find_the_addresses_of_servers_that_run_and_none_after(tmp_path: Path):
    var = tmp_path / "var"
    assert addresses(var) == ("", "")
    with embedded.servers(var, True, True, fsync=False) as servers:
        assert addresses(var) == (servers.database, servers.redis)
        record = (var / "running.json").read_text()
        assert (var / "running.json").stat().st_mode & 0o077 == 0
    assert addresses(var) == ("", "")
    (var / "running.json").write_text(record.replace('"since": "', '"since": "another boot '))
    assert addresses(var) == ("", "")


def test_strangers_on_the_machine_cannot_come_in(shared_servers: embedded.Servers):
    with psycopg.connect(shared_servers.database) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert Path(connection.info.host).stat().st_mode & 0o077 == 0
    password = shared_servers.redis.partition(":")[2].partition(":")[2].partition("@")[0]
    assert len(password) >= 40
    with (
        pytest.raises(redis.AuthenticationError),
        redis.Redis.from_url(shared_servers.redis.replace(password, "x")) as c,
    ):
        c.ping()
    for child in shared_servers.children:
        assert password not in " ".join(child.command)


@only_root
def test_root_hands_both_servers_over_to_a_user_without_rights(shared_servers: embedded.Servers):
    for child in shared_servers.children:
        assert Path(f"/proc/{child.pid}").stat().st_uid != 0


@only_root
def test_root_leaves_the_permissions_of_its_directories_alone(tmp_path: Path):
    """The data lies where its user cannot walk; the way there stays closed."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with embedded.servers(closed / "var", True, True, fsync=False) as servers:
        psycopg.connect(servers.database).close()
    assert closed.stat().st_mode & 0o777 == 0o700
    assert closed.stat().st_uid == 0


def test_postgresql_shuts_down_in_order_although_a_client_stays(tmp_path: Path):
    with embedded.servers(tmp_path / "var", True, False, fsync=False) as servers:
        client = psycopg.connect(servers.database)
        (server,) = servers.children
    assert server.status == 0
    assert "database system is shut down" in server.last_words()
    client.close()


def test_data_of_another_major_version_is_never_passed_over_in_silence(tmp_path: Path):
    (tmp_path / "var" / "postgres-9").mkdir(parents=True)
    with (
        pytest.raises(CannotStart, match=r"var/postgres-9 holds data of another PostgreSQL"),
        embedded.servers(tmp_path / "var", True, False),
    ):
        pass


def test_a_beginning_that_was_interrupted_is_thrown_away(tmp_path: Path):
    with embedded.servers(tmp_path / "var", True, False, fsync=False):
        (data,) = (tmp_path / "var").glob("postgres-*")
    half = data.with_suffix(".new")
    data.rename(half)
    (half / "PG_VERSION").write_text("half a sentence")
    with embedded.servers(tmp_path / "var", True, False, fsync=False) as servers:
        psycopg.connect(servers.database).close()
    assert not half.exists()


def test_a_lock_file_with_the_number_of_another_program_does_not_keep_postgresql_away(tmp_path: Path):
    """Numbers come again: in a container that was restarted, nearly always."""
    with embedded.servers(tmp_path / "var", True, False, fsync=False):
        (data,) = (tmp_path / "var").glob("postgres-*")
        lock = (data / "postmaster.pid").read_text()
    owner = data.stat()
    stranger = os.fork()
    if stranger == 0:  # a living process of the same user, which is what PostgreSQL asks for
        os.setuid(owner.st_uid)
        signal.pause()
        os._exit(0)
    try:
        (data / "postmaster.pid").write_text("\n".join([str(stranger), *lock.split("\n")[1:]]))
        os.chown(data / "postmaster.pid", owner.st_uid, owner.st_gid)
        with embedded.servers(tmp_path / "var", True, False, fsync=False) as servers:
            psycopg.connect(servers.database).close()
    finally:
        os.kill(stranger, signal.SIGKILL)
        os.waitpid(stranger, 0)


def test_a_server_that_was_killed_comes_back_at_the_same_address(tmp_path: Path):
    with embedded.servers(tmp_path / "var", True, True, fsync=False) as servers:
        for child in servers.children:
            child.kill()

        def are_back() -> bool:
            for child in servers.children:
                if child.status is not None:  # also PostgreSQL that came before the last of its old processes had gone
                    servers.occupancy.start(child)
            return answers(servers.redis) and connects(servers.database)

        until(are_back, "both to answer again")


def connects(address: str) -> bool:
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True
