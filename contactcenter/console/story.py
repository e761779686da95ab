"""The story of a customer over all channels and cases, oldest first, with the open case marked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.cases import timeline
from contactcenter.cases.status import OVER
from contactcenter.console import why_them
from contactcenter.console.live import Live, watch
from contactcenter.models import Case, Disposition, Interaction, TimelineEntry, User
from contactcenter.models.states import Channel, EntryKind

MOST_ROOMS = 20
KINDS = ("entry_added", "case_changed", "promises_warned", "promises_broken")
_FROM_CUSTOMER = (EntryKind.MESSAGE_IN, EntryKind.CALL, EntryKind.VOICEMAIL, EntryKind.IMPORTED)

_INSTANTS = frozenset({"promised_at", "next_try_at"})
"""Names under which a body keeps an instant, as text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One line. A `day` opens a new day; `case` is given where the story passes on to another case."""

    key: str
    at: datetime
    kind: str
    channel: str
    who: str
    mine: bool
    language: str
    body: dict[str, Any]
    current: bool
    day: date | None = None
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Story:
    live: Live
    pieces: list[Piece]
    seq: int
    """The last line of the open case that this story shows."""


@dataclass(frozen=True, slots=True)
class _Names:
    customer: str
    people: dict[int, str]
    dispositions: dict[str, dict[str, str]]
    languages: dict[int, str]
    reasons: dict[int, why_them.Reasons]


def of_case(session: Session, case: Case, customer_name: str) -> Story:
    """The story of this case's customer as it stands."""
    cases = {row.id: row for row in session.scalars(select(Case).where(Case.customer_id == case.customer_id))}
    watched = [case.id, *(row.id for row in cases.values() if row.status not in OVER and row.id != case.id)]
    rooms = [f"case:{number}" for number in watched[:MOST_ROOMS]]
    live = watch(session, rooms, url_for("console.timeline", case_id=case.id), KINDS)
    entries = timeline.of_customer(session, case.customer_id)
    names = _names(session, entries, customer_name)
    pieces = [_piece(entry, cases[entry.case_id], case.id, names) for entry in entries]
    pieces += [_menu_call(row, customer_name) for row in timeline.calls_without_case(session, case.customer_id)]
    seq = max((entry.seq for entry in entries if entry.case_id == case.id), default=0)
    return Story(live, _with_marks(sorted(pieces, key=lambda one: one.at), cases), seq)


def _names(session: Session, entries: list[TimelineEntry], customer_name: str) -> _Names:
    people = {entry.body["agent_id"] for entry in entries if isinstance(entry.body.get("agent_id"), int)}
    talks = {entry.interaction_id for entry in entries if entry.interaction_id}
    return _Names(
        customer_name,
        dict(session.execute(select(User.id, User.name).where(User.id.in_(people))).all()),
        {row.name: row.titles for row in session.scalars(select(Disposition))},
        dict(session.execute(select(Interaction.id, Interaction.language).where(Interaction.id.in_(talks))).all()),
        why_them.reasons(session, {entry.body["offer"] for entry in entries if "offer" in entry.body}),
    )


def _piece(entry: TimelineEntry, case: Case, current: int, names: _Names) -> Piece:
    body = dict(entry.body)
    if "agent_id" in body:
        body["agent"] = names.people.get(body["agent_id"], "?")
    if "offer" in body:
        body["reasons"] = names.reasons.get(body["offer"])
    for instant in _INSTANTS & body.keys():
        body[instant] = datetime.fromisoformat(body[instant])
    if "disposition" in body:
        body["disposition"] = names.dispositions.get(body["disposition"], {"en": body["disposition"]})
    return Piece(
        key=f"entry-{entry.id}",
        at=entry.at,
        kind=entry.kind,
        channel=entry.channel or "",
        who=entry.actor_name or (names.customer if entry.kind in _FROM_CUSTOMER else ""),
        mine=entry.actor_id is not None,
        language=names.languages.get(entry.interaction_id or 0, case.language),
        body={**body, "case": case.id},
        current=case.id == current,
    )


def _menu_call(row: Interaction, customer_name: str) -> Piece:
    """A call that the phone menu answered by itself."""
    seconds = round(((row.ended_at or row.started_at) - row.started_at).total_seconds())
    body = {"what": "menu", "path": row.path, "outcome": row.outcome, "seconds": seconds, "case": None}
    key = f"call-{row.id}"
    return Piece(key, row.started_at, "call", Channel.VOICE, customer_name, False, row.language, body, current=False)


def _with_marks(pieces: list[Piece], cases: dict[int, Case]) -> list[Piece]:
    """Each piece that opens a day or changes the case says so."""
    zone = ZoneInfo(g.get("zone", "UTC"))
    marked: list[Piece] = []
    day: date | None = None
    case_id: int | None = None
    for piece in pieces:
        today, about = piece.at.astimezone(zone).date(), piece.body["case"]
        moved = about is not None and about != case_id
        marked.append(
            Piece(
                piece.key, piece.at, piece.kind, piece.channel, piece.who, piece.mine, piece.language, piece.body,
                piece.current, today if today != day else None, cases[about] if moved else None,
            )
        )  # fmt: skip
        day, case_id = today, about if about is not None else case_id
    return marked
