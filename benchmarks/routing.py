"""What one decision costs on a large floor, beside a plain scan and a numpy scan that give the same answers.

10,000 agents, 200 skills on 10 levels, 500 kinds of requests on three channels (a call takes 100 of an agent's 100 units, a
chat 25, a mail 10), priorities with boosts, 100,000 pieces of work waiting and everybody busy. A completion and an arrival
take turns. numpy is no dependency; without it that comparison is left out:
`python3 -m pip install --target /tmp/benchpeers numpy`, then PYTHONPATH=/tmp/benchpeers.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from time import process_time_ns

# This file bears the name of the package it measures, and its directory comes first: let it come last.
sys.path.sort(key=lambda entry: Path(entry) == Path(__file__).parent)

from benchmarks.measuring.routing_drive import Answered, Driver, Rows, full_floor, loaded_engine, offers_in
from benchmarks.measuring.routing_numpy import NumpyScan, PreparedScan
from benchmarks.measuring.routing_scans import NaiveScan, Scan, replayed
from benchmarks.measuring.routing_table import mean_us, tell_aim, tell_drive, tell_machine, tell_section, told
from benchmarks.measuring.routing_world import BEGIN, Shape, Size, Traffic, World, draw_world
from benchmarks.measuring.table import percentile
from routing import SECOND, Engine, Requirement, Step, Tick, WorkCompleted, WorkRestored

NAIVE_AIM, NUMPY_AIM = 500, 20
P99_AIM_US = 200
SLOWDOWN_AIM = 4
LONGEST_AIM_MS = 50
EXPLAIN_AIM = 1.5
_BLOCK = 20
_BUDGET = 1000
_DUE = BEGIN + 60 * SECOND


def main() -> None:
    options = asked_for()
    tell_machine(options.seed)
    size = Size(options.agents, options.signatures, options.shapes, options.waiting)
    full = measure_floor(size, options)
    measure_growth(size, full, options)
    measure_worst(size, options)
    measure_relaxation(size, options)


def asked_for() -> Namespace:
    parser = ArgumentParser(description="What one routing decision costs on a large floor.")
    size = Size()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--agents", type=int, default=size.agents)
    parser.add_argument("--signatures", type=int, default=size.signatures)
    parser.add_argument("--shapes", type=int, default=size.shapes)
    parser.add_argument("--waiting", type=int, default=size.waiting)
    parser.add_argument("--pairs", type=int, default=20_000, help="completions, and as many arrivals, for the engine")
    parser.add_argument("--early-pairs", type=int, default=1_000, help="just after loading, told apart")
    parser.add_argument("--numpy-pairs", type=int, default=1_500)
    parser.add_argument("--naive-pairs", type=int, default=250)
    return parser.parse_args()


# --- the mix, beside the scans ---


def measure_floor(size: Size, options: Namespace) -> float:
    """Returns the mean CPU time of one event, in microseconds."""
    tell_section(f"{size}")
    world = draw_world(size, options.seed)
    traffic = Traffic(world, options.seed)
    rows = full_floor(world, traffic)
    engine = load(world, rows)
    driver = Driver(engine, rows, traffic, options.seed)
    early = driver.run(options.early_pairs).answers
    drive = driver.run(options.pairs)
    tell_drive(drive)
    spent = [one.ns for one in drive.answers]
    p99 = percentile(spent, 0.99) / 1e3
    tell_aim(f"p99 {p99:.0f} µs, aim ≤ {P99_AIM_US}", met=p99 <= P99_AIM_US)
    print(told("before: just loaded", [one.ns for one in early]))
    recorded = measure_explaining(world, options)
    some = drive.answers[: 2 * options.naive_pairs]
    naive = compare("naive", NaiveScan(world, rows), early, some)
    tell_aim(f"{naive:,.0f} × naive on the mix, aim ≥ {NAIVE_AIM}", met=naive >= NAIVE_AIM)
    print(f"without records, which no scan keeps: {naive * recorded:,.0f} × naive")
    if find_spec("numpy"):
        some = drive.answers[: 2 * options.numpy_pairs]
        room_for = len(early) + len(some)
        numpy = compare("numpy", NumpyScan(world, rows, room_for), early, some)
        tell_aim(f"{numpy:,.1f} × numpy on the mix, aim ≥ {NUMPY_AIM}", met=numpy >= NUMPY_AIM)
        print(f"without records, which no scan keeps: {numpy * recorded:,.1f} × numpy")
        prepared = compare("prepared numpy", PreparedScan(world, rows, room_for), early, some)
        print(f"{prepared:,.1f} × numpy that knows beforehand who can meet which request")
    else:
        print("numpy cannot be imported, so nothing is compared with it.")
    return mean_us(spent)


def load(world: World, rows: Rows) -> Engine:
    engine, took = loaded_engine(world, rows)
    print(
        f"loading: {len(rows.agents):,} agents {took.agents:.2f} s, {len(rows.held):,} held {took.held:.2f} s, "
        f"{len(rows.waiting):,} waiting {took.waiting:.2f} s, first tick {took.matched:.2f} s; "
        f"together {took.agents + took.held + took.waiting + took.matched:.2f} s",
        flush=True,
    )
    return engine


def compare(name: str, scan: Scan, early: Sequence[Answered], answers: Sequence[Answered]) -> float:
    """How many times as long the scan takes. The engine was clocked alone, so neither disturbs the other's caches."""
    ours = [one.ns for one in answers]
    theirs = replayed(scan, early, answers)
    done = [isinstance(one.event, WorkCompleted) for one in answers]
    print(f"\n{name} scan, the same {len(answers):,} events, every answer equal to the engine's:")
    print(told("engine", ours))
    print(told(name, theirs))
    print(told("  completion", [ns for ns, freed in zip(theirs, done, strict=True) if freed]))
    print(told("  arrival", [ns for ns, freed in zip(theirs, done, strict=True) if not freed]))
    return sum(theirs) / sum(ours)


# --- explaining ---


def measure_explaining(world: World, options: Namespace) -> float:
    """Two engines hear the same events in turns, one of them without keeping records. Returns what records cost."""
    explaining, silent = (_driver(world, options, explain=explain) for explain in (True, False))
    told_of: list[Answered] = []
    untold: list[Answered] = []
    while len(untold) < options.pairs:
        told_of += explaining.run(_BLOCK).answers
        untold += silent.run(_BLOCK).answers
    assert [one.offers for one in told_of] == [one.offers for one in untold], "explaining changed a decision"
    on, off = mean_us(_without_pauses(told_of)), mean_us(_without_pauses(untold))
    print(
        f"\nmean µs of the mix without garbage collection: explained {on:.1f}, not {off:.1f}; of a completion ", end=""
    )
    print(f"{mean_us(_completions(told_of)):.1f} and {mean_us(_completions(untold)):.1f}")
    tell_aim(f"explaining costs {on / off:.2f} × on the mix, aim ≤ {EXPLAIN_AIM}", met=on / off <= EXPLAIN_AIM)
    return on / off


def _driver(world: World, options: Namespace, *, explain: bool) -> Driver:
    traffic = Traffic(world, options.seed)
    rows = full_floor(world, traffic)
    return Driver(loaded_engine(world, rows, explain=explain)[0], rows, traffic, options.seed)


def _without_pauses(answers: Sequence[Answered]) -> list[int]:
    return [one.ns - one.pause_ns for one in answers]


def _completions(answers: Sequence[Answered]) -> list[int]:
    return _without_pauses([one for one in answers if isinstance(one.event, WorkCompleted)])


# --- growth and the worst cases ---


def measure_growth(size: Size, full: float, options: Namespace) -> None:
    fewer = measure_drive(replace(size, waiting=size.waiting // 100), options)
    small = Size(size.agents // 100, max(1, size.signatures // 30), max(1, size.shapes // 17), size.waiting // 100)
    smaller = measure_drive(small, options)
    print()
    tell_aim(
        f"100 × the waiting work costs {full / fewer:.2f} × per event, aim ≤ {SLOWDOWN_AIM}",
        met=full / fewer <= SLOWDOWN_AIM,
    )
    tell_aim(
        f"100 × the waiting work and the agents costs {full / smaller:.2f} × per event, aim ≤ {SLOWDOWN_AIM}",
        met=full / smaller <= SLOWDOWN_AIM,
    )


def measure_worst(size: Size, options: Namespace) -> None:
    measure_drive(replace(size, signatures=size.agents), options)
    measure_drive(replace(size, shapes=40 * size.shapes), options)


def measure_drive(size: Size, options: Namespace) -> float:
    tell_section(f"{size}")
    world = draw_world(size, options.seed)
    traffic = Traffic(world, options.seed)
    rows = full_floor(world, traffic)
    drive = Driver(load(world, rows), rows, traffic, options.seed).run(options.pairs)
    tell_drive(drive)
    return mean_us([one.ns for one in drive.answers])


def measure_relaxation(size: Size, options: Namespace) -> None:
    """All that waits asks for less: at one instant, then each at its own instant while the engine was not told the time."""
    for spread, name in ((0, "at one instant"), (1, "each at its own instant, one late tick")):
        tell_section(f"{size.waiting:,} relaxations due at once: {name}")
        world = draw_world(size, options.seed)
        traffic = Traffic(world, options.seed)
        rows = full_floor(world, traffic)
        engine = load(world, replace(rows, waiting=()))
        for n, work in enumerate(rows.waiting):
            after = _DUE + n * spread - work.enqueued_at
            shape = Shape(work.queue, work.channel, work.requirement)
            engine.apply(WorkRestored(BEGIN, replace(work, steps=(relaxed(shape, after),))))
        engine.apply(Tick(BEGIN))
        tell_ticks(engine, _DUE + len(rows.waiting))


def relaxed(shape: Shape, after: int) -> Step:
    """One skill is enough, at one level less."""
    skill, level = shape.requirement.all_of[0]
    return Step(after, Requirement.of({skill: max(1, level - 1)}))


def tell_ticks(engine: Engine, now: int) -> None:
    """As many ticks as the engine asks for at this instant, each with the budget that the router gives."""
    spent: list[int] = []
    effects = offers = 0
    while not spent or ((at := engine.next_wakeup()) is not None and at <= now):
        began = process_time_ns()
        found = engine.apply(Tick(now, budget=_BUDGET))
        spent.append(process_time_ns() - began)
        effects, offers = effects + len(found), offers + len(offers_in(found))
    longest = max(spent) / 1e6
    print(f"{len(spent):,} ticks, {sum(spent) / 1e9:.2f} s, {effects:,} effects, of them {offers:,} offers")
    tell_aim(f"longest single apply {longest:,.1f} ms, aim ≤ {LONGEST_AIM_MS}", met=longest <= LONGEST_AIM_MS)


if __name__ == "__main__":
    main()
