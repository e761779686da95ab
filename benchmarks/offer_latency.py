"""How long from a call in line to the ring at the agent's console: 200 consoles, 20 calls a second, the real processes.

Measured from the answer to the key press that put the caller in line (its transaction is committed by then) to the
arrival of `offer_made` at the socket of the agent who was chosen. The floor, in the same run: a bare change, committed
and published by a script, to its arrival at one of the same sockets; once while nothing else happens and once amid the
calls. What the router adds is the difference.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from benchmarks.measuring.bare_changes import KIND, change_rooms
from benchmarks.measuring.cpu import spent
from benchmarks.measuring.desks import Desks, Heard, furnish
from benchmarks.measuring.ground import Ground, ground
from benchmarks.measuring.load import HttpLine, closed_loop
from benchmarks.measuring.provider import Provider, sid
from benchmarks.measuring.table import percentile
from contactcenter.foundation import clock
from contactcenter.models import Interaction, Offer, PhoneCall, WorkItem

AGENTS = 200
CALLS_PER_SECOND = 20
SECONDS = 20
STAYS = 3.0
"""Seconds after which a caller hangs up, which frees the agent who was rung."""
QUIET_CHANGES = 100
_LINES = 24
_PROBES = 20
_LONGEST_CALL = 60.0


@dataclass(slots=True)
class Call:
    """One caller's part, filled in as it happens, on the monotonic clock."""

    number: int
    due: float
    asked: float = 0.0
    answered: float = 0.0
    refused: int = 0
    """The status of a request that was not answered as it should be; the provider would ask again, we do not."""
    over: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of one call's way, stage by stage."""

    to_ring: float
    web: float
    router: float
    socket: float


def main() -> None:
    with ground() as here:
        desks = furnish(here, AGENTS)
        web = here.start_web()
        others = [here.start("router"), here.start("router"), here.start("worker")]
        consoles = Desks(here.settings.base_url, desks)
        consoles.open()
        provider = Provider(here)
        warm_up(here, provider)
        whispered = [desk.room for desk in desks]
        quiet = change_rooms(here, whispered, QUIET_CHANGES, 0.03)
        pids = [web.pid, *(child.pid for child in others)]
        before, began = [spent([pid], here.postgres) for pid in pids], time.monotonic()
        amid: dict[int, float] = {}
        speaker = threading.Thread(target=lambda: amid.update(change_rooms(here, whispered, SECONDS * 2, 0.5, 10_000)))
        speaker.start()
        calls = play(here, provider)
        speaker.join()
        took = time.monotonic() - began
        cpu = [(spent([pid], here.postgres).since(old)) for pid, old in zip(pids, before, strict=True)]
        heard = consoles.close()
        tell(here, calls, heard, quiet, amid)
        print(f"  web CPU per call, consoles included: {1000 * cpu[0].serving / len(calls):.1f} ms")
        print(
            f"  CPU, cores: web {cpu[0].serving / took:.2f}, routers {sum(c.serving for c in cpu[1:3]) / took:.2f}, "
            f"worker {cpu[3].serving / took:.2f}, PostgreSQL {cpu[0].database / took:.2f}"
        )


# --- what happens ---


def warm_up(here: Ground, provider: Provider) -> None:
    """A few calls from beginning to end, so that nothing is done for the first time while it is measured."""
    port, numbers = here.settings.port, range(9_000, 9_030)
    answers = closed_loop(port, [provider.begins(n) for n in numbers])
    for key in ("1", "2"):
        requests = [provider.presses(n, a.body, key) for n, a in zip(numbers, answers, strict=True)]
        answers = closed_loop(port, requests)
    closed_loop(port, [provider.hangs_up(n) for n in numbers])


def play(here: Ground, provider: Provider) -> list[Call]:
    """Calls come at even steps, whether or not earlier ones have been answered; every request is signed beforehand."""
    port, count = here.settings.port, CALLS_PER_SECOND * SECONDS
    begun = closed_loop(port, [provider.begins(9_100)])[0].body
    spoken = closed_loop(port, [provider.presses(9_100, begun, "1")])[0].body
    closed_loop(port, [provider.hangs_up(9_100)])
    scripts = [
        [provider.begins(n), provider.presses(n, begun, "1"), provider.presses(n, spoken, "2"), provider.hangs_up(n)]
        for n in range(count)
    ]
    start = time.monotonic() + 0.5
    calls = [Call(number, start + number / CALLS_PER_SECOND) for number in range(count)]
    lock, beginnings, ends = threading.Lock(), iter(calls), iter(calls)
    threads = [threading.Thread(target=_call, args=(port, beginnings, scripts, lock)) for _ in range(_LINES)]
    threads += [threading.Thread(target=_hang_up, args=(port, ends, scripts, lock)) for _ in range(_LINES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return calls


def _call(port: int, calls: Iterator[Call], scripts: list[list[bytes]], lock: threading.Lock) -> None:
    with HttpLine(port) as line:
        while call := _next(calls, lock):
            _wait(call.due)
            for request in scripts[call.number][:-1]:
                call.asked = time.monotonic()
                status, _ = line.ask(request)
                if status != 200:
                    call.refused = status
                    break
            call.answered = time.monotonic()
            call.over.set()


def _hang_up(port: int, calls: Iterator[Call], scripts: list[list[bytes]], lock: threading.Lock) -> None:
    with HttpLine(port) as line:
        while call := _next(calls, lock):
            call.over.wait(_LONGEST_CALL)
            _wait(call.answered + STAYS)
            line.ask(scripts[call.number][-1])


def _next(calls: Iterator[Call], lock: threading.Lock) -> Call | None:
    with lock:
        return next(calls, None)


def _wait(until: float) -> None:
    time.sleep(max(0.0, until - time.monotonic()))


# --- what is told ---


def tell(here: Ground, calls: list[Call], heard: list[Heard], quiet: dict[int, float], amid: dict[int, float]) -> None:
    arrived = {one.ref: one.at for one in heard if one.kind == KIND and one.ref is not None}
    bare_quiet = [arrived[n] - began for n, began in quiet.items() if n in arrived]
    bare_amid = [arrived[n] - began for n, began in amid.items() if n in arrived]
    found = times(here, calls, heard)
    rings = [one.to_ring for one in found]
    late = max(call.asked - call.due for call in calls)
    refused = sum(bool(call.refused) for call in calls)
    print("Offer latency: from the answer to the key that put the caller in line, to the ring at the agent's socket.")
    print(
        f"  {AGENTS} consoles, {CALLS_PER_SECOND} calls a second for {SECONDS} s; "
        f"{len(rings)} of {len(calls)} rang, {refused} were refused."
    )
    print(f"  × floor amid the calls: p50 {percentile(rings, 0.5) / percentile(bare_amid, 0.5):.1f}", end="")
    print(f", p99 {percentile(rings, 0.99) / percentile(bare_amid, 0.99):.1f}")
    _line("key answered → ring", rings)
    _line("  the key's own request", [one.web for one in found])
    _line("  key answered → offer decided", [one.router for one in found])
    _line("  offer decided → ring", [one.socket for one in found])
    _line("floor: bare change → socket, amid the calls", bare_amid)
    _line("floor: bare change → socket, quiet", bare_quiet)
    print(f"  the last request of a call was sent at most {late:.1f} s after the call was due")


def _line(name: str, values: list[float]) -> None:
    print(f"  {name:<46} p50 {1000 * percentile(values, 0.5):7.1f} ms", end="")
    print(f"  p99 {1000 * percentile(values, 0.99):7.1f} ms  n {len(values)}")


def times(here: Ground, calls: list[Call], heard: list[Heard]) -> list[Times]:
    """Each call's way. The database's clock is brought to ours by the shortest of several questions."""
    ahead = _database_is_ahead(here)
    first: dict[int, Heard] = {}
    for one in heard:
        if one.kind == "offer_made" and one.item is not None and one.item not in first:
            first[one.item] = one
    with here.parts.db.transaction() as session:
        items = dict(
            session.execute(
                select(PhoneCall.call_sid, WorkItem.id)
                .join(Interaction, Interaction.id == PhoneCall.interaction_id)
                .join(WorkItem, WorkItem.interaction_id == Interaction.id)
            ).all()
        )
        made: dict[int, float] = defaultdict(float)
        for item, at in session.execute(select(Offer.item_id, Offer.made_at).order_by(Offer.id.desc())):
            made[item] = at.timestamp() - ahead
    found = []
    for call in calls:
        item = items.get(sid(call.number), 0)
        if item in first and not call.refused:
            ring, decided = first[item].at, made[item]
            found.append(
                Times(ring - call.answered, call.answered - call.asked, decided - call.answered, ring - decided)
            )
    return found


def _database_is_ahead(here: Ground) -> float:
    probes = []
    for _ in range(_PROBES):
        with here.parts.db.transaction() as session:
            clock.now(session)
            began = time.monotonic()
            there = clock.now(session).timestamp()
            ended = time.monotonic()
        probes.append((ended - began, there - (began + ended) / 2))
    return min(probes)[1]


if __name__ == "__main__":
    main()
