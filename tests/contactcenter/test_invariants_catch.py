"""A check that never failed proves nothing: each invariant is shown one bad fact of every kind that it is there for."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from world import World

from contactcenter import invariants
from contactcenter.assignment import line, wrap_up
from contactcenter.cases import status
from contactcenter.foundation import audit, inbox, outbox
from contactcenter.foundation.db import Database
from contactcenter.models.states import CaseStatus

LIFT = """
    DO $$ DECLARE r record; BEGIN
        FOR r IN SELECT conrelid::regclass AS t, conname FROM pg_constraint
                 WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'u') ORDER BY contype DESC LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I CASCADE', r.t, r.conname);
        END LOOP;
        FOR r IN SELECT indexrelid::regclass AS i FROM pg_index JOIN pg_class c ON c.oid = indexrelid
                 WHERE indisunique AND NOT indisprimary AND c.relnamespace = 'public'::regnamespace LOOP
            EXECUTE format('DROP INDEX %s', r.i);
        END LOOP;
        ALTER TABLE audit DISABLE TRIGGER USER;
    END $$
"""
"""Takes every rule of the schema away, so that the checks stand alone."""

COPY = (
    "INSERT INTO work_item (interaction_id, case_id, queue_id, channel, state, weight, target_us, order_key, skills, steps, "
    "enqueued_at) SELECT interaction_id, case_id, queue_id, channel, 'waiting', weight, target_us, order_key, skills, "
    "steps, enqueued_at FROM work_item WHERE id = {waiting}"
)
OFFER = "INSERT INTO offer (item_id, agent_id, state, made_at, expires_at, epoch, decision) VALUES "
EVENT = "INSERT INTO event (room, room_seq, kind, item_id, at) VALUES "
PAUSE = "INSERT INTO sla_segment (clock_id, from_at, to_at, running, reason) "
TIMER = "INSERT INTO timer (subject, kind, gen, fire_at) VALUES "
MAIL = "INSERT INTO raw_mail (door, sha256, size, raw, state, received_at) VALUES ('pipe', 'x', 1, 'x', "
PARCEL = "INSERT INTO outbox (dedupe_key, repeat_class, topic, payload, state, lock_until, created_at) VALUES "
STAY = (
    "INSERT INTO step_visit (call_id, flow, version, step, language, silences, wrong_keys, keyed, number, exit, entered_at, "
    "left_at) VALUES "
)
AT_STEP = "(1, 'f', 1, 's', 'en', 0, 0, false, "

PLANTS: tuple[tuple[str, str, str], ...] = (
    ("I-01", "taken in twice", "INSERT INTO inbox (provider, ext_id) SELECT provider, ext_id FROM inbox"),
    ("I-02", "a chat without a case", "UPDATE interaction SET case_id = NULL WHERE id = {talk}"),
    ("I-02", "a waiting call without a case",
     "UPDATE interaction SET case_id = NULL, channel = 'voice', state = 'queued' WHERE id = {talk}"),
    ("I-02", "two live items", COPY),
    ("I-03", "two live offers", OFFER + "({offered}, {other}, 'pending', now(), now() + interval '9 s', 1, '{{}}')"),
    ("I-03", "accepted and pending at once",
     OFFER + "({assigned}, {other}, 'pending', now(), now() + interval '9 s', 1, '{{}}')"),
    ("I-03", "accepted too late", "UPDATE offer SET decided_at = expires_at + interval '1 s' WHERE state = 'accepted'"),
    ("I-03", "more endings than offers", EVENT + "('agent:{agent}', 9001, 'offer_expired', {assigned}, now())"),
    ("I-04", "more than they can carry", "UPDATE agent SET capacity = 50 WHERE id = {agent}"),
    ("I-05", "load leaked", "UPDATE agent SET load = load + 1 WHERE id = {agent}"),
    ("I-05", "load lost", "UPDATE agent SET load = 0 WHERE id = {agent}"),
    ("I-05", "channel leaked", "UPDATE agent_channel SET live = live + 1 WHERE agent_id = {agent} AND channel = 'chat'"),
    ("I-06", "offered without a pending offer", "UPDATE offer SET state = 'expired' WHERE state = 'pending'"),
    ("I-06", "offered without any offer", "UPDATE work_item SET current_offer = NULL WHERE id = {offered}"),
    ("I-06", "assigned by an offer that ended",
     "UPDATE offer SET state = 'released' WHERE item_id = {assigned}"),
    ("I-06", "wrapped up by nobody", "UPDATE work_item SET current_offer = NULL WHERE id = {wrapping}"),
    ("I-06", "a pending offer for waiting work", "UPDATE work_item SET state = 'waiting' WHERE id = {offered}"),
    ("I-06", "a pending offer beside the current one", OFFER + "({offered}, {other}, 'pending', now(), now(), 1, '{{}}')"),
    ("I-07", "an offer past its time", "UPDATE offer SET expires_at = now() - interval '10 s' WHERE state = 'pending'"),
    ("I-07", "an effect nobody carries out",
     PARCEL + "('k', 'A', 't', '{{}}', 'new', 'epoch', now() - interval '2 min')"),
    ("I-07", "an effect whose worker died",
     PARCEL + "('k', 'B', 't', '{{}}', 'sending', now() - interval '2 min', now() - interval '3 min')"),
    ("I-08", "completed twice", EVENT + "('queue:{queue}', 9001, 'work_completed', {done}, now())"),
    ("I-08", "completed and abandoned", EVENT + "('queue:{queue}', 9001, 'work_abandoned', {done}, now())"),
    ("I-08", "abandoned twice", EVENT + "('queue:{queue}', 9001, 'work_abandoned', {offered}, now()), "
                                "('queue:{queue}', 9002, 'work_abandoned', {offered}, now())"),
    ("I-09", "a counter ahead", "UPDATE room SET seq = seq + 1 WHERE name = 'queue:{queue}'"),
    ("I-09", "a change lost", "DELETE FROM event WHERE room = 'queue:{queue}' AND room_seq = 2"),
    ("I-09", "a number skipped",
     "UPDATE event SET room_seq = 9001 WHERE room = 'queue:{queue}' AND room_seq = 2"),
    ("I-09", "a number used twice",
     "UPDATE event SET room_seq = 1 WHERE room = 'queue:{queue}' AND room_seq = "
     "(SELECT max(room_seq) FROM event WHERE room = 'queue:{queue}')"),
    ("I-09", "a room without a counter", EVENT + "('queue:4711', 1, 'work_enqueued', {waiting}, now())"),
    ("I-10", "a timer that did not fire", TIMER + "('offer:1', 'check_pickup', 7, now() - interval '1 min')"),
    ("I-10", "broken twice", "INSERT INTO breach (clock_id, at) VALUES ({clock}, now()), ({clock}, now())"),
    ("I-13", "waiting in a queue switched off", "UPDATE queue SET enabled = false WHERE id = {queue}"),
    ("I-13", "waiting in no queue", "UPDATE work_item SET queue_id = 4711 WHERE id = {waiting}"),
    ("I-14", "a line lost", "DELETE FROM timeline_entry WHERE case_id = {case} AND seq = 1"),
    ("I-14", "a number skipped on the timeline",
     "UPDATE timeline_entry SET seq = 9001 WHERE case_id = {case} AND seq = 1"),
    ("I-14", "a message twice", "UPDATE timeline_entry SET channel = 'chat', ext_id = 'same' WHERE case_id = {case}"),
    ("I-15", "paused longer than it ran",
     PAUSE + "SELECT id, started_at - interval '1 h', started_at, false, 'x' FROM sla_clock WHERE id = {clock}"),
    ("I-15", "running without a timer",
     "UPDATE timer SET cancelled_at = now() WHERE subject = 'sla_clock:{clock}' AND kind = 'break_promise'"),
    ("I-15", "running with two timers", TIMER + "('sla_clock:{clock}', 'break_promise', 7, now() + interval '1 h')"),
    ("I-15", "kept, yet a timer runs on", "UPDATE sla_clock SET state = 'met', stopped_at = now() WHERE id = {clock}"),
    ("I-15", "paused, yet a timer runs on", "UPDATE sla_clock SET state = 'paused' WHERE id = {clock}"),
    ("I-18", "an audit row changed", "UPDATE audit SET actor = 'nobody' WHERE seq = 2"),
    ("I-18", "an audit row removed", "DELETE FROM audit WHERE seq = 1"),
    ("I-19", "a status changed unseen", "UPDATE cases SET status_version = status_version + 1 WHERE id = {case}"),
    ("I-19", "a change not announced", "DELETE FROM event WHERE room = 'case:{case}' AND kind = 'case_changed'"),
    ("I-19", "a change not audited", "DELETE FROM audit WHERE subject = 'case:{case}' AND action = 'status'"),
    ("I-21", "ready and silent", "UPDATE agent SET presence_until = now() - interval '31 s' WHERE id = {other}"),
    ("I-21", "offered to somebody silent",
     "UPDATE agent SET ready = false, presence_until = now() - interval '31 s' WHERE id = {agent}"),
    ("I-24", "a mail opened into nothing", MAIL + "'opened', now())"),
    ("I-24", "a mail joined to nothing", MAIL + "'joined', now())"),
    ("I-24", "put aside without a reason", MAIL + "'quarantined', now())"),
    ("I-24", "kept and forgotten", MAIL + "'stored', now() - interval '2 min')"),
    ("I-25", "a stay lost", STAY + AT_STEP + "1, 'then', now(), now()), " + AT_STEP + "3, 'then', now(), now())"),
    ("I-25", "the first stay lost", STAY + AT_STEP + "2, 'then', now(), now())"),
    ("I-25", "left before it was entered", STAY + AT_STEP + "1, 'then', now(), now() - interval '1 s')"),
    ("I-25", "in two places at once",
     STAY + AT_STEP + "1, 'then', now(), now()), " + AT_STEP + "2, 'then', now() - interval '1 s', now())"),
    ("I-25", "back after hanging up",
     STAY + AT_STEP + "1, 'hangup', now(), now()), " + AT_STEP + "2, 'then', now(), now())"),
)  # fmt: skip


@dataclass
class Lawless:
    """A healthy floor in a database that would let anything happen to it."""

    world: World
    names: dict[str, int]

    def violated_by(self, plant: str) -> set[str]:
        with self.world.db.transaction() as session:
            session.execute(text(plant.format(**self.names)))
            found = {one.number for one in invariants.check(session) if one.violations}
            session.rollback()
        return found


@pytest.fixture(scope="module")
def lawless(servers: dict[str, str]) -> Iterator[Lawless]:
    name = "lawless"
    with psycopg.connect(servers["database"], autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template_cc")
        db = Database(make_url(servers["database"]).set(database=name).render_as_string(hide_password=False))
        world = World(db)
        names = healthy_floor(world)
        with db.engine.begin() as connection:
            connection.execute(text(LIFT))
        yield Lawless(world, names)
        db.dispose()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def healthy_floor(world: World) -> dict[str, int]:
    """Work in every state, promises, timelines, a linked audit log: everything that the checks look at."""
    world.promises(first_response=600, resolution=3600)
    queue = world.queue("general")
    agent = world.agent("ana", queue, capacity=500)
    other = world.agent("ken", queue)
    waiting, offered, assigned, wrapping, done, left = [world.waiting(queue) for _ in range(6)]
    for item in (assigned, wrapping):
        world.give(item, agent)
    world.ring(offered, agent, seconds=3600)
    world.give(done, other)
    for item in (wrapping, done):
        world.do(lambda s, now, i=item: wrap_up.start(s, line.load(s, i.id), now))
    world.do(lambda s, now: wrap_up.end_wrap_up(s, done.id, now))
    world.do(lambda s, now: line.abandon(s, left.interaction_id, "left", now))
    for wanted in (CaseStatus.PENDING, CaseStatus.OPEN):
        world.do(lambda s, now, w=wanted: status.change_status(s, status.load(s, waiting.case_id), w, ("u", None), now))
    world.do(lambda s, _now: inbox.receive(s, "twilio", "turn:CA1:0"))
    world.do(lambda s, _now: outbox.post(s, outbox.Parcel("email.send", "email:1", {})))
    world.do(lambda s, _now: audit.link(s))
    clock = world.do(
        lambda s, _now: s.scalar(
            text(f"SELECT id FROM sla_clock WHERE case_id = {waiting.case_id} AND kind = 'resolution'")
        )
    )
    items = {"waiting": waiting, "offered": offered, "assigned": assigned, "wrapping": wrapping, "done": done}
    rest = {"talk": waiting.interaction_id, "case": waiting.case_id, "queue": queue.id, "agent": agent, "other": other}
    return {name: item.id for name, item in items.items()} | rest | {"clock": clock}


def test_a_healthy_floor_violates_nothing(lawless: Lawless) -> None:
    assert lawless.world.violated() == []


@pytest.mark.parametrize(("number", "what", "plant"), PLANTS, ids=[f"{number} {what}" for number, what, _ in PLANTS])
def test_a_bad_fact_is_counted(lawless: Lawless, number: str, what: str, plant: str) -> None:
    assert number in lawless.violated_by(plant), what


def test_every_invariant_has_been_seen_to_fail(lawless: Lawless) -> None:
    checked = lawless.world.do(lambda session, _now: {one.number for one in invariants.check(session)})
    assert checked == {number for number, _, _ in PLANTS}


def test_what_is_planted_for_one_look_is_gone_afterwards(lawless: Lawless) -> None:
    assert lawless.violated_by(COPY)
    assert lawless.world.violated() == []
