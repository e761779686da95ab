"""The audit log: nobody changes it unseen, not even with the database's own tools."""

import pytest
from races import at_once
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from world import World

from contactcenter.foundation import audit
from contactcenter.models import Audit


def write(world: World, number: int, **body: object) -> None:
    world.do(lambda session, now: audit.write(session, "user:1", f"case:{number}", "opened", now, **body))


def link(world: World, most: int = 500) -> int:
    return world.do(lambda session, _now: audit.link(session, most))


def broken(world: World) -> int:
    return world.do(lambda session, _now: audit.broken_links(session))


def refused(world: World, statement: str) -> bool:
    """Whether the database itself forbids it."""
    try:
        with world.db.engine.begin() as connection:
            connection.execute(text(statement))
    except DBAPIError as error:
        return "never changed" in str(error)
    return False


@pytest.fixture
def chained(world: World) -> World:
    for number in range(1, 6):
        write(world, number, channel="email", words="发票 — invoice", version=number)
    assert link(world) == 5
    assert broken(world) == 0
    return world


CHANGES = (
    "UPDATE audit SET actor = 'user:2' WHERE seq = 3",
    "UPDATE audit SET subject = 'case:9' WHERE seq = 1",
    "UPDATE audit SET action = 'closed' WHERE seq = 5",
    "UPDATE audit SET version = 7 WHERE seq = 2",
    "UPDATE audit SET at = at + interval '1 microsecond' WHERE seq = 4",
    "UPDATE audit SET body = jsonb_set(body, '{channel}', '\"voice\"') WHERE seq = 3",
    "UPDATE audit SET hash = overlay(hash placing 'x' from 1 for 1) WHERE seq = 3",
    "DELETE FROM audit WHERE seq = 3",
    "DELETE FROM audit WHERE seq = 1",
    "UPDATE audit SET seq = 7 WHERE seq = 5",
)


def test_any_change_behind_the_guards_back_breaks_the_chain(chained: World) -> None:
    """As somebody could do who owns the database and takes the guard away for a moment."""
    unseen = []
    for statement in CHANGES:
        with chained.db.engine.connect() as connection, Session(connection) as session:
            session.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_is_never_changed"))
            session.execute(text(statement))
            if not audit.broken_links(session):
                unseen.append(statement)
            session.rollback()
    assert unseen == []
    assert broken(chained) == 0


def test_the_database_refuses_to_change_or_delete_a_linked_row(chained: World) -> None:
    forbidden = (
        *CHANGES,
        "UPDATE audit SET body = '{}'",
        "UPDATE audit SET seq = NULL, prev_hash = NULL, hash = NULL WHERE seq = 5",
        "DELETE FROM audit",
    )
    assert [statement for statement in forbidden if not refused(chained, statement)] == []
    assert broken(chained) == 0


def test_linking_a_row_may_not_change_what_it_says(world: World) -> None:
    write(world, 1, version=1, channel="email")
    also = (
        "actor = 'x'",
        "subject = 'x'",
        "action = 'x'",
        "version = 9",
        "version = NULL",
        "body = '{}'",
        "at = now()",
    )
    linked = "seq = 1, hash = 'h', prev_hash = 'p'"
    assert [one for one in also if not refused(world, f"UPDATE audit SET {one}, {linked}")] == []
    assert not refused(world, f"UPDATE audit SET {linked}")


def test_a_row_not_linked_yet_can_be_neither_changed_nor_deleted(world: World) -> None:
    write(world, 1)
    assert refused(world, "UPDATE audit SET actor = 'user:2'")
    assert refused(world, "DELETE FROM audit")


def test_two_who_link_at_once_link_every_row_once(world: World) -> None:
    for number in range(30):
        write(world, number)
    for _ in range(8):
        at_once(*[lambda: link(world, 5)] * 2)
    linked = world.all(Audit)
    assert sorted(row.seq for row in linked) == list(range(1, 31))
    assert broken(world) == 0


def test_linking_goes_on_where_it_stopped(world: World) -> None:
    for number in range(5):
        write(world, number)
    assert [link(world, 2), link(world, 2), link(world, 2), link(world, 2)] == [2, 2, 1, 0]
    write(world, 6)
    assert link(world) == 1
    assert broken(world) == 0
