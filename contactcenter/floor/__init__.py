"""The floor: simulated people who call, write and answer, against the running system through its public doors."""

from contactcenter.floor.people import Scene
from contactcenter.floor.playing import play

__all__ = ["Scene", "play"]
