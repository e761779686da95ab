"""The waiting lines that callers are put into by name, and their order."""

from dataclasses import dataclass, field
from datetime import datetime

from contactcenter.carrier.call import Call
from contactcenter.carrier.engine import Departure
from contactcenter.carrier.exchange import Exchange

DEFAULT_SIZE = 1000


class Dequeued(Departure):
    """An agent's <Dial><Queue> has taken this caller out of the line."""

    def __init__(self, agent: Call) -> None:
        super().__init__()
        self.agent = agent


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    call: Call
    since: float
    enqueued: datetime


@dataclass(slots=True, eq=False)
class WaitingLine:
    sid: str
    name: str
    created: datetime
    max_size: int = DEFAULT_SIZE
    members: list[Member] = field(default_factory=list)
    hungry: list[Call] = field(default_factory=list)


class Queues:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.lines: dict[str, WaitingLine] = {}

    def named(self, name: str) -> WaitingLine | None:
        return next((line for line in self.lines.values() if name in {line.name, line.sid}), None)

    def open(self, name: str, max_size: int = DEFAULT_SIZE) -> WaitingLine:
        line = self.named(name)
        if line is None:
            line = WaitingLine(self._exchange.new_sid("QU"), name, self._exchange.engine.clock.instant(), max_size)
            self.lines[line.sid] = line
        return line

    def join(self, line: WaitingLine, call: Call) -> Member:
        engine = self._exchange.engine
        member = Member(call, engine.now(), engine.clock.instant())
        line.members.append(member)
        if line.hungry:
            self.take(line, line.hungry.pop(0))
        return member

    def put_back(self, line: WaitingLine, member: Member) -> None:
        """The agent was gone before the bridge stood: the caller keeps the place at the front."""
        line.members.insert(0, member)

    def leave(self, line: WaitingLine, member: Member) -> None:
        if member in line.members:
            line.members.remove(member)

    def take(self, line: WaitingLine, agent: Call) -> bool:
        """The caller who waits longest is bridged with the agent; an empty line lets the agent wait."""
        if not line.members:
            line.hungry.append(agent)
            return False
        caller = line.members.pop(0).call
        if caller.running is not None:
            caller.running.interrupt(Dequeued(agent), lambda: not caller.over)
        return True

    def waiting_fields(self, line: WaitingLine, member: Member) -> dict[str, str]:
        position = line.members.index(member) + 1 if member in line.members else 0
        return {
            "QueueSid": line.sid,
            "QueuePosition": str(position),
            "QueueTime": str(self.seconds(member)),
            "AvgQueueTime": str(self.average(line)),
            "CurrentQueueSize": str(len(line.members)),
            "MaxQueueSize": str(line.max_size),
        }

    def seconds(self, member: Member) -> int:
        return int(self._exchange.engine.now() - member.since)

    def average(self, line: WaitingLine) -> int:
        return sum(map(self.seconds, line.members)) // len(line.members) if line.members else 0
