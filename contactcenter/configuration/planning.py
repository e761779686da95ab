"""What would change if the configuration were applied: compared with the database, which is left as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.automation.in_force import RULES as SHELF_OF_RULES
from contactcenter.channels.voice import audio
from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.configuration.contents import Config
from contactcenter.configuration.staff_rows import desired_staff, present_staff
from contactcenter.configuration.tables import Gone, Row, Table, tables
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.shelves import Shelf, stamped, written_version
from contactcenter.models import ConfigApplied, Queue, WorkItem
from contactcenter.models.states import LIVE_WORK, TextOrigin

AUDIO, FLOW, PERSON, ARTICLE, RULES = "audio", "flow", "person", "article", "rules"

_EXPORTS = {FLOW: "ivr", RULES: "automation"}
"""The command that writes a text as it is in force."""


class Kind(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DISABLE = "disable"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that becomes different. `before` and `after` hold only what differs."""

    kind: Kind
    noun: str
    name: str
    before: Row
    after: Row

    def __str__(self) -> str:
        if self.kind is Kind.UPDATE:
            told = ", ".join(f"{key} {self.before.get(key)!r} → {value!r}" for key, value in self.after.items())
            return f"{self.kind} {self.noun} {self.name}: {told}"
        if self.kind is Kind.PUBLISH and "version" in self.after:
            return f"{self.kind} {self.noun} {self.name}, version {self.after['version']}"
        return f"{self.kind} {self.noun} {self.name}"


@dataclass(frozen=True, slots=True)
class Held:
    """A text whose file does not know what was published on the screen, and therefore does not replace it."""

    noun: str
    name: str
    current: int
    screen: int
    by_name: str
    written: int

    def __str__(self) -> str:
        return (
            f"keep {self.noun} {self.name}, version {self.current}: version {self.screen} was published on the screen by "
            f"{self.by_name}, and the file says version {self.written}. Take it over with `contactcenter "
            f"{_EXPORTS[self.noun]} export {self.name}`, or write “version: {self.screen}” in the file to publish the file's text instead."
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Every change, in the order in which it has to happen; `version` is the configuration it became, once applied."""

    changes: tuple[Change, ...]
    version: int | None = None
    held: tuple[Held, ...] = ()


def plan(session: Session, config: Config) -> Plan:
    """Compare; raises Conflict where something would be taken away that is still needed."""
    changes = [change for table in tables(config) for change in _table_changes(session, table)]
    _refuse_to_strand(session, changes)
    menus = {name: (menu.body, menu.part) for name, menu in config.menus.items()}
    flows, held = _text_changes(session, MENUS, FLOW, menus)
    sets = {name: (one.body, False) for name, one in config.rules.items()}
    rules, held_rules = _text_changes(session, SHELF_OF_RULES, RULES, sets)
    files = _published(AUDIO, audio.in_force(session), {name: one.sha256 for name, one in config.audio.items()})
    articles = _published(
        ARTICLE, applied_articles(session), {name: one.digest for name, one in config.articles.items()}
    )
    found = (*changes, *files, *flows, *_staff_changes(session, config), *articles, *rules)
    return Plan(found, held=(*held, *held_rules))


def compared(noun: str, before: Mapping[str, Row], after: Mapping[str, Row]) -> list[Change]:
    """What has to be created and updated so that every wanted row is there."""
    changes = []
    for name, row in after.items():
        present = before.get(name)
        if present is None:
            changes.append(Change(Kind.CREATE, noun, name, {}, row))
        elif differing := {key: value for key, value in row.items() if present[key] != value}:
            changes.append(Change(Kind.UPDATE, noun, name, {key: present[key] for key in differing}, differing))
    return changes


def disabled(noun: str, name: str) -> Change:
    return Change(Kind.DISABLE, noun, name, {"enabled": True}, {"enabled": False})


def applied_articles(session: Session) -> dict[str, str]:
    """The fingerprints of the articles as the last configuration published them."""
    latest = select(ConfigApplied.summary).order_by(ConfigApplied.id.desc()).limit(1)
    return dict((session.scalar(latest) or {}).get("articles", {}))


def _table_changes(session: Session, table: Table) -> list[Change]:
    columns = [table.column(table.key), *(table.column(name) for name in _columns(table))]
    present = {getattr(row, table.key): row._asdict() for row in session.execute(select(*columns))}
    changes = compared(table.noun, present, table.rows)
    for name, row in present.items():
        if name in table.rows or table.gone is Gone.KEPT:
            continue
        if table.gone is Gone.TAKEN_OUT:
            changes.append(Change(Kind.DISABLE, table.noun, name, row, {}))
        elif row["enabled"]:
            changes.append(disabled(table.noun, name))
    return changes


def _columns(table: Table) -> list[str]:
    wanted: dict[str, Any] = {name: None for row in table.rows.values() for name in row}
    return list(wanted) or [column.name for column in table.model.__table__.columns if column.name != table.key]


def _refuse_to_strand(session: Session, changes: list[Change]) -> None:
    """A queue that is disabled is offered to nobody, so the work that still waits in it would never end."""
    for change in changes:
        if change.kind is Kind.DISABLE and change.noun == "queue":
            live = session.scalar(
                select(func.count())
                .select_from(WorkItem)
                .join(Queue, Queue.id == WorkItem.queue_id)
                .where(Queue.name == change.name, WorkItem.state.in_(LIVE_WORK))
            )
            if live:
                raise Conflict(
                    "The queue %(queue)s cannot be disabled while work is in it (%(live)s); move it or wait for its end.",
                    queue=change.name,
                    live=live,
                )


def _text_changes(
    session: Session, shelf: Shelf, noun: str, wanted: Mapping[str, tuple[str, bool]]
) -> tuple[list[Change], tuple[Held, ...]]:
    """A file replaces what is in force, unless something was published on the screen that it does not know of.

    `wanted` is name → text, and whether the version written in it is the one that it has to get.
    """
    texts = shelf.texts
    rows = session.execute(select(texts.name, texts.version, texts.origin, texts.by_name).order_by(texts.version)).all()
    last = {row.name: row.version for row in rows}
    screen = {row.name: row for row in rows if row.origin == TextOrigin.SCREEN}
    in_force = session.execute(select(texts.name, texts.version, texts.body).where(texts.current))
    current = {row.name: row for row in in_force}
    changes, held = [], []
    for name, (body, is_numbered) in wanted.items():
        published, written = current.get(name), written_version(body)
        if published is not None and published.body == stamped(body, published.version):
            continue
        if published is not None and name in screen and screen[name].version > written:
            held.append(Held(noun, name, published.version, screen[name].version, screen[name].by_name, written))
            continue
        before = {"version": published.version} if published else {}
        number = last.get(name, 0) + 1
        after = {"version": max(number, written) if is_numbered else number}
        changes.append(Change(Kind.PUBLISH, noun, name, before, after))
    gone = sorted(current.keys() - wanted.keys())
    changes += [Change(Kind.DISABLE, noun, name, {"version": current[name].version}, {}) for name in gone]
    return changes, tuple(held)


def _staff_changes(session: Session, config: Config) -> list[Change]:
    if config.staff is None:
        return []
    present = present_staff(session)
    changes = compared(
        PERSON, {login: seen.row for login, seen in present.items()}, desired_staff(config.staff, present)
    )
    gone = [login for login, seen in present.items() if login not in config.staff and seen.row["enabled"]]
    return changes + [disabled(PERSON, login) for login in gone]


def _published(noun: str, published: Mapping[str, str], wanted: Mapping[str, str]) -> list[Change]:
    """What is known by a fingerprint of its content: another one is published, what is named no longer is taken back."""
    changes = []
    for name, digest in wanted.items():
        if published.get(name) != digest:
            before = {"digest": published[name]} if name in published else {}
            changes.append(Change(Kind.PUBLISH, noun, name, before, {"digest": digest}))
    gone = sorted(published.keys() - wanted.keys())
    return changes + [Change(Kind.DISABLE, noun, name, {"digest": published[name]}, {}) for name in gone]
