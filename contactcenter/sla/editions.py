"""Editions: what was in force when a promise was made, word for word. A clock is bound to one; an edition never changes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contactcenter.foundation.remembering import Remembered
from contactcenter.models import CalendarText, SlaEdition, SlaPolicy
from contactcenter.sla import timetables
from contactcenter.sla.calendars import Calendar

STANDARD_TIER = "standard"
_SEEN_WITHIN = 2.0
"""Seconds after which a changed policy counts everywhere."""
_policies: Remembered[SlaPolicy | None] = Remembered(_SEEN_WITHIN)
_editions: Remembered["Edition"] = Remembered(3600.0)


@dataclass(frozen=True, slots=True)
class Edition:
    """`number` counts the editions of a tier, or of one calendar; `policy` is empty for a promise that no tier makes."""

    id: int
    name: str
    number: int
    policy: Mapping[str, Any]
    calendars: Mapping[str, Mapping[str, Any]]

    def calendar(self, name: str) -> Calendar:
        return timetables.understood(name, self.calendars[name])


def policy(session: Session, tier: str) -> SlaPolicy | None:
    """The promises made to customers of this tier, or else those made to everybody."""
    return _policies.get(session, tier, lambda: session.get(SlaPolicy, tier) or session.get(SlaPolicy, STANDARD_TIER))


def of_tier(session: Session, tier: str, now: datetime) -> Edition | None:
    """What is promised to customers of this tier, or else to everybody; None where nothing is."""
    made = policy(session, tier)
    if made is None:
        return None
    if made.edition_id is not None:
        return of_id(session, made.edition_id)
    present = session.get_one(SlaPolicy, made.tier, populate_existing=True)
    return of_id(session, _put_policy_in_force(session, present, now))


def of_calendar(session: Session, name: str, now: datetime) -> Edition:
    """For a promise that no tier makes: nothing but the calendar it counts by."""
    body = {"policy": {}, "calendars": {name: timetables.definition(session, name)}}
    return of_id(session, _edition(session, f"calendar:{name}", body, now))


def of_id(session: Session, edition_id: int) -> Edition:
    return _editions.get(session, edition_id, lambda: _read(session, edition_id))


def put_in_force(session: Session, now: datetime) -> None:
    """Bind every policy to the edition of its present text, together with the change of that text."""
    for policy in session.scalars(select(SlaPolicy).execution_options(populate_existing=True)):
        _put_policy_in_force(session, policy, now)


def _put_policy_in_force(session: Session, policy: SlaPolicy, now: datetime) -> int:
    told = {
        "calendar": policy.calendar,
        "targets": policy.targets,
        "warnings": policy.warnings,
        "reopen": policy.reopen,
        "narrower": policy.narrower,
    }
    names = {policy.calendar, *(part["calendar"] for part in policy.narrower if "calendar" in part)}
    rows = session.execute(select(CalendarText.name, CalendarText.definition).where(CalendarText.name.in_(names)))
    body = {"policy": told, "calendars": {row.name: row.definition for row in rows}}
    edition_id = _edition(session, policy.tier, body, now)
    if edition_id != policy.edition_id:
        session.execute(update(SlaPolicy).where(SlaPolicy.tier == policy.tier).values(edition_id=edition_id))
    return edition_id


def _edition(session: Session, name: str, body: Mapping[str, Any], now: datetime) -> int:
    """The edition with this text; a new one if there is none."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    same = select(SlaEdition.id).where(SlaEdition.name == name, SlaEdition.digest == digest)
    found = session.scalar(same)
    if found is None:
        count = select(func.count() + 1).select_from(SlaEdition).where(SlaEdition.name == name).scalar_subquery()
        values = {"name": name, "number": count, "digest": digest, "body": body, "since": now}
        session.execute(insert(SlaEdition).values(values).on_conflict_do_nothing(index_elements=["name", "digest"]))
        found = session.scalar(same)
    assert found is not None
    return found


def _read(session: Session, edition_id: int) -> Edition:
    row = session.get_one(SlaEdition, edition_id)
    return Edition(row.id, row.name, row.number, row.body["policy"], row.body["calendars"])
