"""Customers per CPU second of the simulator beside ciw and simpy on one M/M/c line, and SimpleMSK beside what was published.

    python -m benchmarks.simulator [days]

`run` decides by the engine; this model is so plain that it need not be asked, which the tests prove customer by customer.
The third line asks it all the same. ciw and simpy are asked for the same model in their ordinary way, one wait noted for each
customer. CPU time of this process, each contestant by turns, the best of three rounds. A peer that is not installed is named
and left out.
"""

import importlib
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import fmean
from types import ModuleType

from routing import SECOND, theory
from routing.simulation import AgentGroup, ByEngine, Exponential, Model, Poisson, Rules, WorkClass, replicate, run

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "routing"))
published = importlib.import_module("simple_msk")

RATE, SERVICE, AGENTS = 4.2, 2.0, 12
CUSTOMERS = 42_000
ASKING = 8_000
"""Fewer customers say as much where the engine is asked about each of them."""
ROUNDS = 3
DAYS = 1000
AIMS = {"ciw": 5.0, "simpy": 2.0}
_LONG = CUSTOMERS / RATE


@dataclass(frozen=True, slots=True)
class Speed:
    """The best of all rounds, in customers per CPU second, and the mean wait as a sign that all play the same game."""

    name: str
    per_second: float
    mean_wait: float


def main() -> None:
    days = int(sys.argv[1]) if len(sys.argv) > 1 else DAYS
    print(f"M/M/{AGENTS}: {RATE} customers a minute, {SERVICE:g} minutes each, {CUSTOMERS} customers (expected)")
    print(f"Mean wait by formula: {theory.mean_wait(AGENTS, RATE, SERVICE):.4f} min\n")
    tell_speeds(race(contestants()))
    for title, arguments in TABLES.items():
        tell_table(title, days, *arguments)


def contestants() -> dict[str, Callable[[int], tuple[int, float]]]:
    """Each plays the model once for a seed and tells how many customers came and how long they waited on average."""
    found: dict[str, Callable[[int], tuple[int, float]]] = {
        "ours": lambda seed: ours(seed, ByEngine(), _LONG),
        "ours, by rules": lambda seed: ours(seed, Rules(), _LONG),
        "ours, always asking": lambda seed: ours(seed, ByEngine(always=True), ASKING / RATE),
    }
    for name, play in (("ciw", by_ciw), ("simpy", by_simpy)):
        try:
            peer = importlib.import_module(name)
        except ImportError:
            print(f"{name} is not installed; it is left out.")
        else:
            found[name] = lambda seed, peer=peer, play=play: play(peer, seed)
    return found


def race(players: dict[str, Callable[[int], tuple[int, float]]]) -> list[Speed]:
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in players}
    for seed in range(1, ROUNDS + 1):
        for name, play in players.items():
            began = time.process_time()
            customers, wait = play(seed)
            rounds[name].append((customers / (time.process_time() - began), wait))
    return [
        Speed(name, max(speed for speed, _ in seen), fmean(wait for _, wait in seen)) for name, seen in rounds.items()
    ]


def ours(seed: int, routing: Rules | ByEngine, minutes: float) -> tuple[int, float]:
    calls = WorkClass("calls", Poisson((RATE,)), (Exponential(SERVICE),), target=1 / 3)
    model = Model((minutes,), (calls,), (AgentGroup("agents", (AGENTS,), ("calls",)),), unit=60 * SECOND)
    tally = run(model, seed, routing).of()
    return tally.offered, tally.mean_wait


def by_ciw(ciw: ModuleType, seed: int) -> tuple[int, float]:
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(RATE)],
        service_distributions=[ciw.dists.Exponential(1 / SERVICE)],
        number_of_servers=[AGENTS],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(_LONG)
    waits = [record.waiting_time for record in simulation.get_all_records()]
    return len(waits), fmean(waits)


def by_simpy(simpy: ModuleType, seed: int) -> tuple[int, float]:
    dice, waits = Random(seed), []
    world = simpy.Environment()
    desk = simpy.Resource(world, AGENTS)

    def customer():
        arrived = world.now
        with desk.request() as turn:
            yield turn
            waits.append(world.now - arrived)
            yield world.timeout(dice.expovariate(1 / SERVICE))

    def source():
        while True:
            yield world.timeout(dice.expovariate(RATE))
            world.process(customer())

    world.process(source())
    world.run(_LONG)
    return len(waits), fmean(waits)


def tell_speeds(speeds: list[Speed]) -> None:
    peers = [speed for speed in speeds if speed.name in AIMS]
    print(f"{'':<22}{'customers/s':>12}{'mean wait':>11}" + "".join(f"{f'× {peer.name}':>9}" for peer in peers))
    for speed in speeds:
        ratios = "".join(f"{speed.per_second / peer.per_second:>9.2f}" for peer in peers)
        print(f"{speed.name:<22}{speed.per_second:>12,.0f}{speed.mean_wait:>11.4f}{ratios}")
    for peer in peers:
        ratio = speeds[0].per_second / peer.per_second
        verdict = "reached" if ratio >= AIMS[peer.name] else "MISSED"
        print(f"aim: {AIMS[peer.name]:g} × {peer.name}, {verdict} with {ratio:.1f} ×")


def tell_table(title: str, days: int, model: Model, rules: Rules, measures: dict, figures: dict) -> None:
    began = time.process_time()
    found = replicate(model, range(1, days + 1), measures, rules)
    print(f"\n{title}: {days} runs in {time.process_time() - began:.1f} s of CPU; means with 95 % intervals")
    print(f"{'':<26}{'published':>28}{'ours':>24}")
    for name, (mean, low, high) in figures.items():
        ours_here = found[name]
        meets = "" if ours_here.overlaps(low, high) else "   APART"
        interval = f"{mean:g} [{low:g}, {high:g}]"
        print(f"{name:<26}{interval:>28}{f'{ours_here.mean:.4g} ± {ours_here.half_width:.2g}':>24}{meets}")


TABLES = {
    "SimpleMSK": (
        published.SIMPLE_MSK,
        published.LONGEST_WAIT,
        published.simple_msk_measures(published.SIMPLE_MSK_PUBLISHED),
        published.SIMPLE_MSK_PUBLISHED,
    ),
    "SimpleMSK with rerouting": (
        published.REROUTING,
        published.LAST_CLASS,
        published.simple_msk_measures(published.REROUTING_PUBLISHED),
        published.REROUTING_PUBLISHED,
    ),
    "Bilingual": (
        published.BILINGUAL,
        published.ANY_AGENT,
        published.bilingual_measures(),
        published.BILINGUAL_PUBLISHED,
    ),
}


if __name__ == "__main__":
    main()
