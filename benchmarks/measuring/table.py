"""How a measurement is told: ratios to the floor first, because they mean the same on every machine."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measuring.cpu import Spent
from benchmarks.measuring.load import Answered


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of request."""

    name: str
    latencies: tuple[float, ...]
    seconds: float
    spent: Spent

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.spent.serving / len(self.latencies)

    @property
    def database_ms(self) -> float:
        return 1000 * self.spent.database / len(self.latencies)

    def together(self, other: "Row") -> "Row":
        spent = Spent(self.spent.serving + other.spent.serving, self.spent.database + other.spent.database)
        return Row(self.name, self.latencies + other.latencies, self.seconds + other.seconds, spent)


def row(name: str, answers: Sequence[Answered], seconds: float, spent: Spent) -> Row:
    return Row(name, tuple(answer.seconds for answer in answers), seconds, spent)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1)] if ordered else float("nan")


def told(rows: Sequence[Row], floor: Row) -> str:
    heads = ("× floor", "× floor, with PostgreSQL", "CPU ms", "PostgreSQL ms", "requests/s", "p50 ms", "p99 ms", "n")
    width = max(len(one.name) for one in rows)
    lines = [" " * width + "".join(f"  {head:>{max(7, len(head))}}" for head in heads)]
    for one in rows:
        cells = (
            f"{one.cpu_ms / floor.cpu_ms:.2f}",
            f"{(one.cpu_ms + one.database_ms) / (floor.cpu_ms + floor.database_ms):.2f}",
            f"{one.cpu_ms:.2f}",
            f"{one.database_ms:.2f}",
            f"{len(one.latencies) / one.seconds:.0f}",
            *(
                f"{1000 * percentile(one.latencies, share):.1f}" if any(one.latencies) else "–"
                for share in (0.50, 0.99)
            ),
            str(len(one.latencies)),
        )
        told = "".join(f"  {cell:>{max(7, len(head))}}" for cell, head in zip(cells, heads, strict=True))
        lines.append(f"{one.name:<{width}}" + told)
    return "\n".join(lines)
