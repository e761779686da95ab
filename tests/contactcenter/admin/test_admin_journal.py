"""The audit page says of each entry whether it still fits the chain."""

from sqlalchemy import delete, insert, select, text, update

from contactcenter.admin import journal
from contactcenter.admin.journal import Link
from contactcenter.foundation import audit, clock
from contactcenter.models import Audit, User


def note(db, *actions, actor="system"):
    with db.transaction() as session:
        for action in actions:
            audit.write(session, actor, "case:1", action, clock.now(session), reason="tests")


def link(db):
    with db.transaction() as session:
        audit.link(session)


def tamper(db, statement):
    """What somebody with the database in their hands could do, the guard that refuses it put aside."""
    with db.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(statement)


def shown(db):
    with db.transaction() as session:
        return journal.journal(session)


def links(db):
    return {deed.action: deed.link for deed in shown(db).deeds}


def test_the_newest_entries_come_first_and_fit(db):
    note(db, "one", "two", "three")
    link(db)
    found = shown(db)
    assert [deed.action for deed in found.deeds] == ["three", "two", "one"]
    assert {deed.link for deed in found.deeds} == {Link.FITS}
    assert (found.linked, found.fresh, found.broken) == (3, 0, 0)


def test_what_was_just_done_is_shown_before_it_is_linked(db):
    note(db, "one")
    link(db)
    note(db, "two")
    assert links(db) == {"two": Link.FRESH, "one": Link.FITS}
    assert shown(db).fresh == 1


def test_a_changed_entry_is_seen(db):
    note(db, "one", "two", "three")
    link(db)
    tamper(db, update(Audit).where(Audit.action == "two").values(actor="somebody else"))
    assert links(db) == {"three": Link.FITS, "two": Link.BROKEN, "one": Link.FITS}
    assert shown(db).broken == 1


def test_a_removed_entry_is_seen_at_the_one_after_it(db):
    note(db, "one", "two", "three")
    link(db)
    tamper(db, delete(Audit).where(Audit.action == "two"))
    assert links(db) == {"three": Link.BROKEN, "one": Link.FITS}


def test_an_entry_rewritten_with_its_own_hash_is_seen_too(db):
    note(db, "one", "two", "three")
    link(db)
    with db.transaction() as session:
        row = session.scalars(select(Audit).where(Audit.action == "two")).one()
        session.expunge(row)
    row.actor = "somebody else"
    forged = audit.digest(row.prev_hash or "", row)
    tamper(db, update(Audit).where(Audit.id == row.id).values(actor="somebody else", hash=forged))
    assert links(db)["three"] is Link.BROKEN


def test_two_hundred_are_shown_and_the_oldest_of_them_is_no_break(db):
    note(db, *(f"deed {number}" for number in range(205)))
    link(db)
    found = shown(db)
    assert (len(found.deeds), found.linked, found.broken) == (200, 205, 0)


def test_a_person_is_named_and_a_machine_keeps_its_word(db):
    with db.transaction() as session:
        values = {"login": "ada", "name": "Ada Wells", "password_hash": "", "role": "admin"}
        user = session.scalar(insert(User).values(**values).returning(User.id))
    note(db, "one", actor=f"user:{user}")
    note(db, "two", actor="command line")
    note(db, "three", actor="user:999")
    assert {deed.action: deed.actor for deed in shown(db).deeds} == {
        "one": "Ada Wells",
        "two": "command line",
        "three": "user:999",
    }
