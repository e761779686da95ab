"""Whether callers are told of an emergency, since when and by whom."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from contactcenter.channels.voice import emergency
from contactcenter.supervisor.floor import Floor
from contactcenter.supervisor.watching import Live, emergency_rooms


@dataclass(frozen=True, slots=True)
class EmergencyBar:
    """`since` is None while all is well."""

    live: Live
    since: datetime | None
    by: str


def bar(session: Session, floor: Floor) -> EmergencyBar:
    on = emergency.notice(session)
    return EmergencyBar(emergency_rooms(floor), on.since if on else None, on.by_name if on else "")
