"""The whole desk, read in one transaction as one consistent moment."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from contactcenter.supervisor import callback_list, emergency_bar, queue_tiles, slack, team, waiting_line
from contactcenter.supervisor import floor as floors
from contactcenter.supervisor.emergency_bar import EmergencyBar
from contactcenter.supervisor.floor import Floor


@dataclass(frozen=True, slots=True)
class Desk:
    floor: Floor
    emergency: EmergencyBar
    tiles: queue_tiles.Tiles
    team: team.Team
    waiting: waiting_line.WaitingLine
    callbacks: callback_list.CallbackList
    deadlines: slack.Deadlines


def desk(session: Session, zone: str, queue_id: int | None) -> Desk:
    """Everything, or what concerns one queue."""
    floor = floors.look(session, zone, queue_id)
    return Desk(
        floor=floor,
        emergency=emergency_bar.bar(session, floor),
        tiles=queue_tiles.tiles(session, floor),
        team=team.team(session, floor),
        waiting=waiting_line.waiting(session, floor),
        callbacks=callback_list.callbacks(session, floor),
        deadlines=slack.deadlines(session, floor),
    )
