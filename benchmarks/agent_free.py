"""How long from an agent who becomes free to the offer for that agent, and how long until a new router knows everything.

1. 1,000 agents who hold all they can carry, 5,000 pieces of work in line; 20 agents a second complete the wrap-up of a call
   through the console's door, and what rings is accepted a second later through the same door. Measured from the commit of the
   completion to the commit of the first offer for that agent: PostgreSQL keeps both instants itself, so there is one clock
   and nobody in between. The agents' pages are not open; a script sends their heartbeats. Accepting a call dials nobody.
   The floor, in the same run by the same clock: from the commit of a bare change to the commit of a bare answer, by a
   process that does nothing but hear and answer; once while nothing else happens and once amid the completions.
2. 100,000 pieces of work in line, 1,000 agents: `Router.rebuilt` in a process of its own, three times. The floor: the rows
   of that work, fetched by a bare driver. Then the whole of it: two router processes, of which the active one is killed.
"""

import os
import threading
import time
from dataclasses import dataclass
from random import Random

from sqlalchemy import func, select

from benchmarks.measuring.bare_changes import change_rooms
from benchmarks.measuring.commits import Freed, echoed, freed_and_offered
from benchmarks.measuring.companions import BEATS_EVERY, beat, companion, echo
from benchmarks.measuring.cpu import Spent, busy, spent, waited
from benchmarks.measuring.crowd import Crowd, gather
from benchmarks.measuring.ground import Ground, ground, wait_until
from benchmarks.measuring.hands import Completion, Hands, hands
from benchmarks.measuring.rebuilding import Rebuilt, TakenOver, bare_reading, rebuild, take_over
from benchmarks.measuring.table import percentile
from contactcenter import invariants
from contactcenter.models import RoutingLog, WorkItem
from contactcenter.models.states import WorkState

SEED = 1
AGENTS = 1_000
WAITING = 5_000
FREED_PER_SECOND = 20
SECONDS = 20
AIM_MS = {0.5: 50, 0.99: 300}
MANY = 100_000
REBUILDS = 3
AIM_REBUILT = 5.0
_WARM = 40
_QUIET_CHANGES = 100
_AMID = 10_000
"""From here on are numbered the bare changes that are made amid the completions."""
_PROCESSES = ("web", "active router", "standby router")


@dataclass(frozen=True, slots=True)
class Played:
    """What happened: the completions that count, what their agents heard, the answers to their acceptances, CPU time."""

    done: list[Completion]
    own: Hands
    cpu: list[Spent]
    ours: float
    """CPU seconds of everything that the benchmark started, and of itself."""
    others: float
    """What everybody else on the machine used meanwhile."""
    waited: float
    """Seconds that the active router had something to do and no core to do it on."""
    seconds: float


def main() -> None:
    free_agents()
    rebuild_routers()


# --- an agent becomes free ---


def free_agents() -> None:
    with ground(commit_times=True) as here:
        crowd = gather(here, AGENTS, WAITING)
        web = here.start_web()
        routers = [here.start("router")]
        wait_until(lambda: _knows_everything(here), "the router has its memory", routers[0])
        routers.append(here.start("router"))
        with companion(here, echo), companion(here, beat, list(crowd.held)), hands(here, crowd.desks) as own:
            played = play(here, crowd, own, [web.pid, *(child.pid for child in routers)])
        tell_offers(here, played)
        tell_invariants(here)


def _knows_everything(here: Ground) -> bool:
    with here.parts.db.transaction() as session:
        return bool(session.scalar(select(func.count()).where(RoutingLog.start.is_not(None))))


def play(here: Ground, crowd: Crowd, own: Hands, pids: list[int]) -> Played:
    """Each of those who wrap up a call, and hold nothing else, is freed once at most: the next offer is the answer to that."""
    free_at_once = [desk for desk in crowd.desks if len(crowd.held[desk.agent_id]) == 1]
    chosen = Random(SEED).sample(free_at_once, _WARM + FREED_PER_SECOND * SECONDS)
    work = [Completion(desk, crowd.held[desk.agent_id][0]) for desk in chosen]
    whispered = [desk.room for desk in crowd.desks]
    own.complete(work[:_WARM], FREED_PER_SECOND / 2)
    time.sleep(2)
    change_rooms(here, whispered, _QUIET_CHANGES, 0.03)
    before, all_before, began = [spent([pid], here.postgres) for pid in pids], _machine(here), time.monotonic()
    waited_before = waited(pids[1])
    speaker = threading.Thread(target=change_rooms, args=(here, whispered, SECONDS * 2, 0.5, _AMID))
    speaker.start()
    own.complete(work[_WARM:], FREED_PER_SECOND)
    speaker.join()
    seconds = time.monotonic() - began
    cpu = [spent([pid], here.postgres).since(old) for pid, old in zip(pids, before, strict=True)]
    ours, total = (now - then for now, then in zip(_machine(here), all_before, strict=True))
    return Played(work[_WARM:], own, cpu, ours, max(0.0, total - ours), waited(pids[1]) - waited_before, seconds)


def _machine(here: Ground) -> tuple[float, float]:
    """CPU seconds: of us and all that descends from us, and of the whole machine."""
    return spent([os.getpid()], here.postgres).serving, busy()


def tell_offers(here: Ground, played: Played) -> None:
    found = {one.item: one for one in freed_and_offered(here)}
    counted = [found[one.item] for one in played.done if one.item in found]
    offered = [one.offered for one in counted if one.offered is not None]
    bare = echoed(here)
    amid, quiet = ([took for n, took in bare.items() if (n >= _AMID) is late] for late in (True, False))
    print("An agent becomes free: from the commit of the completion to the commit of the offer for that agent.")
    print(
        f"  {AGENTS:,} agents, {WAITING:,} in line, {FREED_PER_SECOND} freed a second for {SECONDS} s, "
        f"{AGENTS / BEATS_EVERY:.0f} heartbeats a second"
    )
    _tell_counts(here, played, counted)
    print(f"  × floor amid the completions: p50 {percentile(offered, 0.5) / percentile(amid, 0.5):.1f}", end="")
    print(f", p99 {percentile(offered, 0.99) / percentile(amid, 0.99):.1f}")
    _line("freed → offered, commit to commit", offered)
    _line("  freed → the router begins to write", [one.decided for one in counted if one.decided is not None])
    _line("  begins to write → committed", [o.offered - o.decided for o in counted if o.offered and o.decided])
    _line("complete asked → offer heard", _asked_to_heard(played))
    _line("  its own request", [one.answered - one.asked for one in played.done])
    _line("floor: bare change → bare answer, amid", amid)
    _line("floor: bare change → bare answer, quiet", quiet)
    used = [f"{name} {one.serving / played.seconds:.2f}" for name, one in zip(_PROCESSES, played.cpu, strict=True)]
    print(f"  CPU, cores: {', '.join(used)}, PostgreSQL {played.cpu[0].database / played.seconds:.2f}")
    print(
        f"  all of this with its drivers {played.ours / played.seconds:.2f}, other programs on the machine "
        f"{played.others / played.seconds:.2f}, of {os.cpu_count()} cores; the active router waited for a core "
        f"{100 * played.waited / played.seconds:.0f} % of the time"
    )
    for share, aim in AIM_MS.items():
        _aim(f"p{100 * share:.0f} of freed → offered below {aim} ms", 1000 * percentile(offered, share) < aim)


def _tell_counts(here: Ground, played: Played, counted: list[Freed]) -> None:
    refused = sum(one.status != 204 for one in played.done)
    unaccepted = sum(status != 204 for status in played.own.answers)
    with here.parts.db.transaction() as session:
        left = session.scalar(select(func.count()).where(WorkItem.state == WorkState.WAITING))
    print(
        f"  {sum(one.offers > 0 for one in counted)} of {len(played.done)} got an offer, "
        f"{sum(one.offers for one in counted)} offers; {refused} completions and {unaccepted} of "
        f"{len(played.own.answers)} acceptances were refused; {left:,} wait in the end; "
        f"the latest request was {1000 * max(one.asked - one.due for one in played.done):.0f} ms late"
    )


def _asked_to_heard(played: Played) -> list[float]:
    heard: dict[int, float] = {}
    for ring in played.own.rings:
        heard.setdefault(ring.agent, ring.at)
    return [heard[one.desk.agent_id] - one.asked for one in played.done if one.desk.agent_id in heard]


def tell_invariants(here: Ground) -> None:
    with here.parts.db.transaction() as session:
        broken = [one.line() for one in invariants.check(session) if one.violations]
    print("\n".join(f"  {line}" for line in broken or ["all invariants hold"]))


# --- a router is rebuilt ---


def rebuild_routers() -> None:
    with ground() as here:
        gather(here, AGENTS, MANY)
        bare, live = bare_reading(here)
        found = [rebuild(here) for _ in range(REBUILDS)]
        print(f"A router rebuilt from the rows: {AGENTS:,} agents, {live:,} live pieces of work, {MANY:,} in line.")
        for one in found:
            _tell_rebuilt(one, bare)
        _line("floor: the rows of the work, fetched by a bare driver", [bare])
        _tell_taken_over(take_over(here))
        _aim(f"rebuilt within {AIM_REBUILT:g} s", all(not one.why and one.wall < AIM_REBUILT for one in found))
        tell_invariants(here)


def _tell_rebuilt(one: Rebuilt, bare: float) -> None:
    if one.why:
        print(f"  could not be done: {one.why}")
    else:
        print(
            f"  × floor {one.wall / bare:.1f}   wall {one.wall:.2f} s, CPU {one.cpu:.2f} s, PostgreSQL {one.database:.2f} s; "
            f"the first round after it {1000 * one.first_step:.0f} ms; knows {one.live:,}"
        )
    print("    " + ", ".join(f"{words} {took:.2f} s" for words, took in one.stages))


def _tell_taken_over(one: TakenOver) -> None:
    first, second = ("never" if took is None else f"after {took:.1f} s" for took in (one.first, one.after_kill))
    print(
        f"  two router processes: one routes {first}; it is killed, and the other one routes {second}; "
        f"the lease was taken {one.epochs} times, where twice is enough"
    )


def _line(name: str, values: list[float]) -> None:
    print(f"  {name:<54} p50 {1000 * percentile(values, 0.5):7.1f} ms", end="")
    print(f"  p99 {1000 * percentile(values, 0.99):7.1f} ms  n {len(values)}")


def _aim(what: str, met: bool) -> None:
    print(f"  {'met   ' if met else 'MISSED'}  {what}")


if __name__ == "__main__":
    main()
