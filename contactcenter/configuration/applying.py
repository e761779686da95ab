"""Brings the database in line with the configuration, in the caller's transaction; done twice it changes nothing more."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from contactcenter.automation.in_force import RULES as SHELF_OF_RULES
from contactcenter.channels.voice import audio
from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.configuration.applying_staff import apply_person
from contactcenter.configuration.contents import Config
from contactcenter.configuration.planning import ARTICLE, AUDIO, FLOW, PERSON, RULES, Change, Kind, Plan, plan
from contactcenter.configuration.tables import Gone, Table, tables
from contactcenter.foundation import audit, events
from contactcenter.foundation.db import add, take_time
from contactcenter.foundation.shelves import Accepted, Edition
from contactcenter.knowledge import publishing
from contactcenter.models import ConfigApplied
from contactcenter.models.states import TextOrigin
from contactcenter.sla import editions

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7004)")


def apply(session: Session, config: Config, now: datetime, actor: str) -> Plan:
    """Carry out the plan and note it as a new version; an empty plan leaves no trace.

    What the files name no longer is disabled, never deleted: what was done under it stays readable.
    """
    take_time(session)
    session.execute(_ONE_AT_A_TIME)
    wanted = plan(session, config)
    if not wanted.changes:
        return wanted
    by_noun = {table.noun: table for table in tables(config)}
    for change in wanted.changes:
        if change.noun in by_noun:
            _apply_row(session, by_noun[change.noun], change)
        elif change.noun == AUDIO:
            _publish_audio(session, config, change, now)
        elif change.noun == FLOW:
            _publish_flow(session, config, change, now, actor)
        elif change.noun == RULES:
            _publish_rules(session, config, change, now, actor)
        elif change.noun == PERSON:
            apply_person(session, config, change, now)
    editions.put_in_force(session, now)
    _publish_articles(session, config, [change for change in wanted.changes if change.noun == ARTICLE], now)
    return replace(wanted, version=_note(session, config, wanted, now, actor))


def latest_version(session: Session) -> int | None:
    """The number of the configuration in force; None before the first."""
    return session.scalar(select(func.max(ConfigApplied.id)))


def _apply_row(session: Session, table: Table, change: Change) -> None:
    named = table.column(table.key) == change.name
    match change.kind:
        case Kind.CREATE:
            session.execute(insert(table.model).values({table.key: change.name, **change.after}))
        case Kind.DISABLE if table.gone is Gone.TAKEN_OUT:
            session.execute(delete(table.model).where(named))
        case _:
            session.execute(update(table.model).where(named).values(**change.after))


def _publish_audio(session: Session, config: Config, change: Change, now: datetime) -> None:
    if change.kind is Kind.PUBLISH:
        audio.put_in_force(session, change.name, config.audio[change.name], now)
    else:
        audio.retire(session, change.name)


def _publish_flow(session: Session, config: Config, change: Change, now: datetime, actor: str) -> None:
    """The old version stays, so that a call ends on the version that it began with."""
    if change.kind is Kind.PUBLISH:
        body, number = config.menus[change.name].body, change.after["version"]
        edition = Edition(change.name, body, TextOrigin.FILES, actor, actor, at_least=number)
        MENUS.put_in_force(session, edition, change.before.get("version"), now)
    else:
        MENUS.retire(session, change.name, change.before["version"])


def _publish_rules(session: Session, config: Config, change: Change, now: datetime, actor: str) -> None:
    if change.kind is Kind.PUBLISH:
        read = config.rules[change.name]
        accepted = Accepted(columns={"rules": list(read.rules)})
        edition = Edition(change.name, read.body, TextOrigin.FILES, actor, actor, accepted=accepted)
        SHELF_OF_RULES.put_in_force(session, edition, change.before.get("version"), now)
    else:
        SHELF_OF_RULES.retire(session, change.name, change.before["version"])


def _publish_articles(session: Session, config: Config, changes: Sequence[Change], now: datetime) -> None:
    for change in changes:
        if change.kind is Kind.PUBLISH:
            publishing.publish(session, config.articles[change.name].article, now)
        else:
            publishing.withdraw(session, change.name)
    if changes:
        publishing.weigh_again(session)


def _note(session: Session, config: Config, done: Plan, now: datetime, actor: str) -> int:
    told = [[str(change.kind), change.noun, change.name] for change in done.changes]
    summary = {"changes": told, "articles": {name: written.digest for name, written in config.articles.items()}}
    digest = config.digest()
    version = add(session, ConfigApplied, {"digest": digest, "summary": summary, "at": now})
    changes = [asdict(change) for change in done.changes]
    audit.write(session, actor, f"config:{version}", "applied", now, version=version, digest=digest, changes=changes)
    events.record(session, events.ConfigApplied(version), now)
    return version
