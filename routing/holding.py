"""No chat holds up a call for longer than the policy says: who is kept free for large work that is overdue.

An agent who talks in two chats has room for a third, and never for a call, as long as chats go on coming. So work that is
overdue holds whoever could take it but for room, and they take nothing that is smaller and less urgent until it is gone.
"""

from routing.config import Config
from routing.eligibility import Board, Eligibility, WaitingClass
from routing.facts import Id
from routing.heads import ABSENT, Entry
from routing.records import Agent, Item
from routing.roster import Roster
from routing.waiting import Line


class Holding:
    __slots__ = ("_eligibility", "_larger", "_line", "_roster", "_smaller", "after")

    def __init__(self, config: Config, eligibility: Eligibility, roster: Roster, line: Line) -> None:
        self.after = config.policy.hold_up
        self._eligibility, self._roster, self._line = eligibility, roster, line
        boards = eligibility.boards.values()
        self._larger: dict[str, list[Board]] = {}
        self._smaller: dict[str, list[Board]] = {}
        for one in boards:
            self._larger[one.channel.name] = [other for other in boards if other.channel.cost > one.channel.cost]
            self._smaller[one.channel.name] = [other for other in boards if other.channel.cost < one.channel.cost]

    def holder(self, agent: Agent, channel: str, entry: Entry, now: int) -> Id | None:
        """The overdue work for which this agent is kept from the work at `entry` of that channel."""
        if self.after is None:
            return None
        for board in self._larger.get(channel, ()):
            first = self._waits_for(agent, board, now)
            if first is not None and first < entry and first[0] + self.after <= now:
                return first[-1]
        return None

    def released(self, item: Item, place: WaitingClass | None, now: int) -> list[Agent]:
        """Who may have been held by work that was just taken out of its place."""
        if self.after is None or place is None or item.key + self.after > now:
            return []
        if not self._line.reserved_for and not self._something_passes(place, now):
            return []
        roster, channel = self._roster, place.channel
        queue, requirement, waited = place.request
        serving = roster.traits.serving(queue) & ~roster.traits.not_yet(queue, waited)
        return roster.among(
            roster.traits.meeting(requirement, roster.ready & roster.free[channel] & ~roster.room[channel] & serving)
        )

    def _something_passes(self, place: WaitingClass, now: int) -> bool:
        """Whether smaller work waits that the next of this class would not hold up just the same."""
        heads = self._eligibility.boards[place.channel].waiting.heads
        following = heads[place.index]
        if self.after is None or following[0] + self.after > now:
            following = ABSENT
        smallest = min((board.waiting.first() for board in self._smaller[place.channel]), default=ABSENT)
        return smallest < following

    def _waits_for(self, agent: Agent, board: Board, now: int) -> Entry | None:
        """The first work of this channel that the agent could take but for room."""
        if agent.signature is None or not self._roster.lacks_only_room(agent, board.channel.name):
            return None
        items = self._line.items
        return board.waiting.best(
            agent.signature.reach[board.channel.name], lambda work: not items[work].excludes(agent.id, now), now
        )
