"""How well each routing policy serves the same customers: waits, service levels, and whether anybody idles while work waits.

100 agents at 92 % load, services of 300 s on average (exponential), nobody gives up, no wrap-up; targets of 20, 60 and 180 s
for gold, silver and bronze, which weigh 5, 2 and 1. Every policy meets the same customers with the same services. The bound
is what a single pool in which everyone can do everything would wait (Erlang C); no floor with skills reaches it.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from os import getloadavg
from pathlib import Path
from statistics import fmean, stdev
from time import process_time

# The benchmark beside this one bears the name of the package: let this directory come last.
sys.path.sort(key=lambda entry: Path(entry) == Path(__file__).parent)

from benchmarks.measuring.quality_run import Outcome, simulate
from benchmarks.measuring.quality_world import AGENTS, MEAN_SERVICE, TIERS, customers, draw_world
from routing import SECOND, AgentOrder, ItemOrder, Policy
from routing.theory import mean_wait

BASE, DEFAULT = "FIFO / longest idle", "due - 60 s × weight / least flexible (default)"
POLICIES: Mapping[str, Policy] = {
    BASE: Policy(ItemOrder.FIFO, AgentOrder.LONGEST_IDLE),
    "FIFO / least flexible": Policy(ItemOrder.FIFO),
    "due - 30 s × weight / least flexible": Policy(boost=30 * SECOND),
    DEFAULT: Policy(),
    "strict, late first / least flexible": Policy(ItemOrder.STRICT),
    "strict, never late / least flexible": Policy(ItemOrder.STRICT, late_after=1_000_000),
}
GAIN_AIM, LONGEST_AIM, POOLED_AIM = 0.10, 1.1, 1.05
_WARM_UP = 0.15


def main() -> None:
    options = asked_for()
    load = " ".join(f"{one:.2f}" for one in getloadavg())
    print(f"Seeds {options.seed} to {options.seed + options.worlds - 1} · load average {load}", flush=True)
    began = process_time()
    outcomes: dict[str, list[Outcome]] = {name: [] for name in POLICIES}
    bounds = []
    for seed in range(options.seed, options.seed + options.worlds):
        world = draw_world(seed, options.occupancy)
        bounds.append(mean_wait(AGENTS, world.rate, MEAN_SERVICE))
        for name, policy in POLICIES.items():
            came = customers(world, seed, options.horizon)
            outcomes[name].append(simulate(world, came, policy, _WARM_UP * options.horizon))
    print(
        f"{options.worlds} worlds of {options.horizon:,.0f} s, the first {_WARM_UP:.0%} not counted; pooled bound "
        f"{fmean(bounds):.1f} s; {process_time() - began:.0f} s of CPU time"
    )
    tell(outcomes, bounds)
    judge(outcomes)


def asked_for() -> Namespace:
    parser = ArgumentParser(description="How well each routing policy serves the same customers.")
    parser.add_argument("--seed", type=int, default=1, help="of the first world")
    parser.add_argument("--worlds", type=int, default=8)
    parser.add_argument("--horizon", type=float, default=60_000, help="seconds during which customers come")
    parser.add_argument("--occupancy", type=float, default=0.92)
    return parser.parse_args()


def tell(outcomes: Mapping[str, Sequence[Outcome]], bounds: Sequence[float]) -> None:
    """Means over the worlds, but for the last max, which is the longest wait of all."""
    width = max(len(name) for name in outcomes)
    heads = (
        "W s",
        "p95",
        "max",
        "max of all",
        "wSL",
        *(tier.name for tier in TIERS),
        "W ÷ pooled",
        "idle s",
        "unserved",
    )
    print(" " * width + "".join(f"  {head:>{max(6, len(head))}}" for head in heads))
    for name, ran in outcomes.items():
        cells = (
            f"{_mean(ran, lambda one: one.mean):.1f}",
            f"{_mean(ran, lambda one: one.p95):.0f}",
            f"{_mean(ran, lambda one: one.longest):.0f}",
            f"{max(one.longest for one in ran):.0f}",
            f"{_mean(ran, lambda one: one.weighted):.3f}",
            *(f"{fmean(one.service_level(tier) for one in ran):.3f}" for tier in TIERS),
            f"{_mean(ran, lambda one: one.mean) / fmean(bounds):.2f}",
            f"{sum(one.idle for one in ran):.1f}",
            f"{sum(one.unserved for one in ran)}",
        )
        row = "".join(f"  {cell:>{max(6, len(head))}}" for cell, head in zip(cells, heads, strict=True))
        print(f"{name:<{width}}" + row)


def judge(outcomes: Mapping[str, Sequence[Outcome]]) -> None:
    base, default = outcomes[BASE], outcomes[DEFAULT]
    gains = [ours.weighted - theirs.weighted for ours, theirs in zip(default, base, strict=True)]
    error = f" ± {stdev(gains) / sqrt(len(gains)):.3f} (standard error)" if len(gains) > 1 else ""
    gain = fmean(gains)
    longer = _mean(default, lambda one: one.longest) / _mean(base, lambda one: one.longest)
    worst = max(one.longest for one in default) / max(one.longest for one in base)
    slower = _mean(default, lambda one: one.mean) / _mean(base, lambda one: one.mean)
    idle = sum(one.idle for ran in outcomes.values() for one in ran)
    left = sum(one.unserved for ran in outcomes.values() for one in ran)
    print(f"\nThe default policy beside {BASE}:")
    tell_aim(f"weighted service level {gain:+.3f}{error}, aim ≥ +{GAIN_AIM:.2f}", met=gain >= GAIN_AIM)
    tell_aim(f"max wait, mean over the worlds, {longer:.2f} ×, aim ≤ {LONGEST_AIM}", met=longer <= LONGEST_AIM)
    tell_aim(f"max wait of all worlds {worst:.2f} ×, aim ≤ {LONGEST_AIM}", met=worst <= LONGEST_AIM)
    tell_aim(f"mean wait {slower:.2f} ×, aim ≤ {POOLED_AIM}", met=slower <= POOLED_AIM)
    tell_aim(f"work waited {idle:.1f} s while somebody for it was idle, aim 0, checked after every event", met=not idle)
    tell_aim(f"{left} customers unserved, aim 0", met=not left)


def tell_aim(what: str, *, met: bool) -> None:
    print(f"{'met   ' if met else 'MISSED'}  {what}", flush=True)


def _mean(ran: Sequence[Outcome], measure: Callable[[Outcome], float]) -> float:
    return fmean(measure(one) for one in ran)


if __name__ == "__main__":
    main()
