"""Which row each place of a graph stands in: every line leads down, but for the few that close a circle."""

from collections.abc import Collection, Iterator, Mapping, Sequence

Pair = tuple[str, str]
_PASSES = 60


def backwards(names: Sequence[str], pairs: Collection[Pair], start: str) -> frozenset[Pair]:
    """The pairs that lead back to where they came from; without them nothing goes round in circles."""
    onward: dict[str, list[str]] = {name: [] for name in names}
    for origin, target in pairs:
        if target != start:
            onward[origin].append(target)
    entered = {target for _, target in pairs}
    back = {pair for pair in pairs if pair[1] == start}
    done: set[str] = set()
    for root in (start, *(name for name in names if name not in entered), *names):
        if root not in done:
            back |= _back_below(root, onward, done)
    return frozenset(back)


def _back_below(root: str, onward: Mapping[str, Sequence[str]], done: set[str]) -> set[Pair]:
    """Goes down from the root, deepest first; a place met again on the way to itself is led back to."""
    back: set[Pair] = set()
    way: dict[str, Iterator[str]] = {root: iter(onward[root])}
    while way:
        name = next(reversed(way))
        target = next(way[name], None)
        if target is None:
            del way[name]
            done.add(name)
        elif target in way:
            back.add((name, target))
        elif target not in done:
            way[target] = iter(onward[target])
    return back


def layers(names: Sequence[str], pairs: Collection[Pair], start: str) -> dict[str, int]:
    """The row of every place, from 0; the pairs must not go round in circles. The start stands alone on top."""
    above: dict[str, list[str]] = {name: [] for name in names}
    below: dict[str, list[str]] = {name: [] for name in names}
    for upper, lower in pairs:
        above[lower].append(upper)
        below[upper].append(lower)
    rows: dict[str, int] = {}
    order = _downwards(names, above, below)
    for name in order:
        rows[name] = max((rows[upper] + 1 for upper in above[name]), default=0 if name == start else 1)
    for _ in range(_PASSES):
        if not _shortened(order, rows, above, below, start):
            break
    return rows


def _downwards(
    names: Sequence[str], above: Mapping[str, Sequence[str]], below: Mapping[str, Sequence[str]]
) -> list[str]:
    """Every place after all that stand above it."""
    missing = {name: len(above[name]) for name in names}
    order = [name for name in names if not missing[name]]
    for name in order:
        for lower in below[name]:
            missing[lower] -= 1
            if not missing[lower]:
                order.append(lower)
    return order


def _shortened(
    order: Sequence[str],
    rows: dict[str, int],
    above: Mapping[str, Sequence[str]],
    below: Mapping[str, Sequence[str]],
    start: str,
) -> bool:
    """Moves each place towards the side on which it has more lines; False when none moved."""
    moved = False
    for name in reversed(order):
        ups, downs = above[name], below[name]
        row = rows[name]
        if name == start or len(ups) == len(downs):
            continue
        if len(downs) > len(ups):
            row = min(rows[lower] for lower in downs) - 1
        else:
            row = max(rows[upper] for upper in ups) + 1
        moved = moved or row != rows[name]
        rows[name] = row
    return moved
