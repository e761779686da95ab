"""How the routing engine's times are told, and whether they meet their aims."""

import os
import platform
from collections.abc import Sequence
from time import process_time_ns

from benchmarks.measuring.routing_drive import Drive
from benchmarks.measuring.table import percentile
from routing import WorkCompleted

_HEAD = f"{'':24}{'n':>8}{'events/s':>11}{'mean µs':>10}{'p50':>9}{'p99':>10}{'max':>11}"


def tell_machine(seed: int) -> None:
    load = " ".join(f"{one:.2f}" for one in os.getloadavg())
    print(f"Seed {seed} · CPU time of this process · Python {platform.python_version()} · load average {load}")
    print(f"Reading the clock costs {_clock_ns() / 1e3:.2f} µs, which is part of every time below.", flush=True)


def _clock_ns() -> float:
    began = process_time_ns()
    for _ in range(10_000):
        process_time_ns()
    return (process_time_ns() - began) / 10_000


def tell_section(title: str) -> None:
    print(f"\n{title}", flush=True)


def tell_drive(drive: Drive) -> None:
    completed = [one.ns for one in drive.answers if isinstance(one.event, WorkCompleted)]
    arrived = [one.ns for one in drive.answers if not isinstance(one.event, WorkCompleted)]
    print(_HEAD)
    print(told("completion and arrival", completed + arrived))
    print(told("  completion", completed))
    print(told("  arrival", arrived))
    print(told("acceptance (not counted)", drive.accepted_ns))
    longest = max((one.ns - one.pause_ns) / 1e3 for one in drive.answers)
    print(f"longest event without its garbage collection: {longest:,.1f} µs", flush=True)


def told(name: str, ns: Sequence[int]) -> str:
    if not ns:
        return f"{name:<24}{0:>8}"
    mean = mean_us(ns)
    cells = (percentile(ns, 0.50) / 1e3, percentile(ns, 0.99) / 1e3, max(ns) / 1e3)
    p50, p99, most = (f"{cell:,.1f}" for cell in cells)
    return f"{name:<24}{len(ns):>8,}{1e6 / mean:>11,.0f}{mean:>10,.1f}{p50:>9}{p99:>10}{most:>11}"


def mean_us(ns: Sequence[int]) -> float:
    return sum(ns) / len(ns) / 1e3


def tell_aim(what: str, *, met: bool) -> None:
    print(f"{'met   ' if met else 'MISSED'}  {what}", flush=True)
