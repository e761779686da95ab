"""What a call did at each step of its menu: one row for each stay, written with the turn or the notice that ended it.

The stay that is under way is part of the call's position: `visits` rows are written, the next began at `since`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

import ivr
from contactcenter.models import PhoneCall
from ivr.visiting import HANGUP

ANSWERED = "answered"
_LEFT_MESSAGE = "end voicemail"

WRITE = f"""
    INSERT INTO step_visit (call_id, number, flow, version, step, language, entered_at, left_at, exit, silences,
                            wrong_keys, keyed)
    SELECT :call, :visits + one.place, :flow, :version, one.step, one.language,
           CASE one.place WHEN 1 THEN CAST(:since AS timestamptz) ELSE :now END, :now, one.exit, one.silences,
           one.wrong_keys, :keyed
    FROM moved, unnest(CAST(:steps AS text[]), CAST(:exits AS text[]), CAST(:languages AS text[]),
                       CAST(:silences AS bigint[]), CAST(:wrong_keys AS bigint[]))
                WITH ORDINALITY AS one (step, exit, language, silences, wrong_keys, place)
    WHERE moved.live OR one.exit = '{_LEFT_MESSAGE}'
    ON CONFLICT (call_id, number) DO UPDATE SET exit = excluded.exit
    WHERE step_visit.exit = '{HANGUP}' AND excluded.exit = '{_LEFT_MESSAGE}'
"""  # noqa: S608 — two words of ours
"""Part of a statement that has a `moved` saying whether the call is `live`: one that is over makes no more visits. That a
message was left is often told after the news that its caller has hung up, which then was no hang-up."""
_WRITE_ALONE = text(f"WITH moved AS (SELECT true AS live) {WRITE}")


@dataclass(frozen=True, slots=True)
class Passage:
    """The stays that one turn ended, and whether the caller did something for it."""

    over: tuple[ivr.Visit, ...]
    pressed: bool
    now: datetime

    def counted(self, before: Mapping[str, Any], turn: ivr.Turn) -> dict[str, Any]:
        """What the position says of visits after this turn."""
        begins = self.over or "since" not in before
        since = self._over_at(before).isoformat() if begins else before["since"]
        return {
            "visits": before.get("visits", 0) + len(self.over),
            "since": None if turn.state.ended else since,
            "keyed": before.get("keyed", False) or self.pressed,
        }

    def values(self, call: PhoneCall, before: Mapping[str, Any], turn: ivr.Turn) -> dict[str, Any]:
        """What WRITE needs; `before` is the position in which the first of the stays was under way."""
        return {
            "call": call.id,
            "visits": before.get("visits", 0),
            "flow": turn.state.flow,
            "version": turn.state.version,
            "since": before.get("since") or self.now.isoformat(),
            "now": self._over_at(before),
            "keyed": before.get("keyed", False) or self.pressed,
            "steps": [one.step for one in self.over],
            "exits": [one.exit for one in self.over],
            "languages": [one.language for one in self.over],
            "silences": [one.silences for one in self.over],
            "wrong_keys": [one.wrong_keys for one in self.over],
        }

    def _over_at(self, before: Mapping[str, Any]) -> datetime:
        """Not before it began, though requests that are answered at the same time may each have looked at the clock first."""
        since = before.get("since")
        return max(self.now, datetime.fromisoformat(since)) if since else self.now


def write(session: Session, call: PhoneCall, turn: ivr.Turn, passage: Passage) -> None:
    """The stays of a call's first turn, which is stored with the call itself."""
    if passage.over:
        session.execute(_WRITE_ALONE, passage.values(call, {}, turn))


def hang_up(session: Session, call: PhoneCall, now: datetime) -> None:
    """The caller is gone: the stay that was under way is over. The row may stand already, if an agent had been joined."""
    _end(session, call, HANGUP, now)


def answer(session: Session, call: PhoneCall, now: datetime) -> None:
    """An agent was joined: the wait is over, though the menu hears of it only after the conversation."""
    _end(session, call, ANSWERED, now)


_END = text("""
    INSERT INTO step_visit (call_id, number, flow, version, step, language, entered_at, left_at, exit, silences,
                            wrong_keys, keyed)
    SELECT id, CAST(position ->> 'visits' AS bigint) + 1, position #>> '{state,flow}',
           CAST(position #>> '{state,version}' AS bigint), position #>> '{state,step}', position #>> '{state,language}',
           CAST(position ->> 'since' AS timestamptz),
           greatest(CAST(position ->> 'since' AS timestamptz), :now), :exit, CAST(position #>> '{state,silences}' AS bigint),
           CAST(position #>> '{state,wrong}' AS bigint), CAST(position ->> 'keyed' AS boolean)
    FROM phone_call WHERE id = :call AND position ->> 'since' IS NOT NULL
    ON CONFLICT (call_id, number) DO NOTHING
""")
"""From the row as it is now: a key may have been answered since this transaction looked at the call."""


def _end(session: Session, call: PhoneCall, how: str, now: datetime) -> None:
    session.execute(_END, {"call": call.id, "exit": how, "now": now})


_TRANSFER = text(f"""
    UPDATE step_visit SET transferred_at = :now
    WHERE call_id = :call AND number = :number AND exit = '{ANSWERED}' AND transferred_at IS NULL
""")  # noqa: S608 — a word of ours


def transfer(session: Session, call: PhoneCall, now: datetime) -> None:
    """The agent who was joined sends the caller on: a second stay in line begins."""
    session.execute(_TRANSFER, {"call": call.id, "number": call.position.get("visits", 0) + 1, "now": now})
    wait_again(session, call, now)


_WAIT_AGAIN = text("""
    UPDATE phone_call
    SET position = position || jsonb_build_object('visits', CAST(:number AS bigint), 'since', CAST(:since AS text))
    WHERE id = :call AND EXISTS (SELECT FROM step_visit WHERE call_id = :call AND number = :number)
    RETURNING position
""")


def wait_again(session: Session, call: PhoneCall, now: datetime) -> None:
    """The agent has parted from the caller, who is back in line: a second stay there, if the first one had ended."""
    number = call.position.get("visits", 0) + 1
    row = session.execute(_WAIT_AGAIN, {"call": call.id, "number": number, "since": now.isoformat()}).first()
    if row is not None:
        set_committed_value(call, "position", row.position)
