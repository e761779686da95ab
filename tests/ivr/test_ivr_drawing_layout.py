from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ivr_flows import small
from ivr_sketches import HOSTILE, any_flow, flow_of, say

from ivr.drawing.layers import backwards, layers
from ivr.drawing.layout import Layout, Place, Route
from ivr.drawing.order import crossings, ordered
from ivr.drawing.places import Extents, Tie, places
from ivr.drawing.scene import scene_of
from ivr.drawing.straight import straightened

AIR = 5
"""Nothing stands nearer to anything else."""
FLOWS = {"small": small(), "hostile": HOSTILE, "one": flow_of([say("only")])} | {
    f"{size} steps, {seed}": any_flow(size, seed) for size in (2, 8, 25, 60) for seed in (1, 2, 3)
}
Rectangle = tuple[float, float, float, float]


@cache
def layout_of(name: str) -> Layout:
    return scene_of(FLOWS[name], "en", None).layout


def rectangle(place: Place) -> Rectangle:
    wide, high = place.size.width / 2, place.size.height / 2
    return (place.x - wide, place.y - high, place.x + wide, place.y + high)


def labels(layout: Layout) -> Iterator[Place]:
    for route in layout.routes:
        if route.label and route.link.label:
            yield Place(*route.label, route.link.label)


def meet(one: Rectangle, other: Rectangle, air: float = 0) -> bool:
    return one[0] < other[2] + air and other[0] < one[2] + air and one[1] < other[3] + air and other[1] < one[3] + air


def reach(route: Route) -> Iterator[Rectangle]:
    """What each piece of a line keeps within: a curve never leaves the rectangle between its ends."""
    for (x, y), (to_x, to_y) in pairwise(route.points):
        yield (min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y))


@pytest.mark.parametrize("name", FLOWS)
def test_nothing_overlaps_and_nothing_is_cut_off(name: str):
    layout = layout_of(name)
    standing = [rectangle(place) for place in (*layout.boxes.values(), *layout.marks.values(), *labels(layout))]
    for one, other in combinations(standing, 2):
        assert not meet(one, other, AIR)
    for left, top, right, bottom in standing:
        assert left >= -0.01
        assert top >= -0.01
        assert right <= layout.width + 0.01
        assert bottom <= layout.height + 0.01


@pytest.mark.parametrize("name", FLOWS)
def test_no_line_runs_through_a_step_or_a_label_that_is_not_its_own(name: str):
    layout = layout_of(name)
    for route in layout.routes:
        others = [place for step, place in layout.boxes.items() if step not in {route.link.origin, route.link.target}]
        others += [label for label in labels(layout) if (label.x, label.y) != route.label]
        for piece in reach(route):
            assert not [place for place in others if meet(piece, rectangle(place), -0.01)]


@pytest.mark.parametrize("name", FLOWS)
def test_lines_lead_down_and_those_that_lead_back_lead_up(name: str):
    for route in layout_of(name).routes:
        heights = [round(y, 6) for _, y in route.points]
        assert heights == sorted(heights, reverse=route.sides is not None)


def test_the_start_stands_above_everything():
    for name, flow in FLOWS.items():
        boxes = layout_of(name).boxes
        assert [step for step, place in boxes.items() if step != flow.start and place.y <= boxes[flow.start].y] == []


def test_a_step_that_only_0_leads_to_stands_right_above_what_it_leads_to():
    chain = [say("one", then="two"), say("two", then="three"), say("three", then="line"), say("line")]
    boxes = scene_of(flow_of([*chain, say("person", then="line")], "person"), "en", None).layout.boxes
    assert boxes["two"].y < boxes["person"].y == boxes["three"].y < boxes["line"].y


PAIRS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=24).map(
    lambda pairs: [pair for pair in dict.fromkeys(pairs) if pair[0] != pair[1]]
)


@given(PAIRS)
def test_without_the_lines_that_lead_back_every_line_leads_to_a_lower_row(pairs: list[tuple[str, str]]):
    back = backwards("abcdefgh", pairs, "a")
    down = list(dict.fromkeys(pair[::-1] if pair in back else pair for pair in pairs))
    rows = layers("abcdefgh", down, "a")
    assert all(rows[upper] < rows[lower] for upper, lower in down)
    assert [name for name in "abcdefgh" if rows[name] <= rows["a"]] == ["a"]


@given(PAIRS)
def test_a_line_leads_back_only_if_it_closes_a_circle_or_leads_to_the_start(pairs: list[tuple[str, str]]):
    for origin, target in backwards("abcdefgh", pairs, "a"):
        met, waiting = set(), [target]
        while waiting:
            place = waiting.pop()
            if place not in met:
                met.add(place)
                waiting += [after for before, after in pairs if before == place]
        assert target == "a" or origin in met


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(6, 11)), max_size=15, unique=True))
@settings(max_examples=60)
def test_putting_rows_in_order_never_adds_crossings_and_counts_them_right(pairs: list[tuple[int, int]]):
    rows = [list(range(6)), list(range(6, 12))]
    below = {item: [lower for upper, lower in pairs if upper == item] for item in range(12)}
    above = {item: [upper for upper, lower in pairs if lower == item] for item in range(12)}
    crossed = sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in combinations(pairs, 2))
    assert crossings(rows, below) == crossed
    best = ordered(rows, above, below)
    assert [sorted(row) for row in best] == rows
    assert crossings(best, below) <= crossed


def test_a_crossing_that_need_not_be_is_taken_out():
    rows = [[0, 1, 2], [3, 4, 5]]
    below = {0: [5], 1: [4], 2: [3], 3: [], 4: [], 5: []}
    above = {0: [], 1: [], 2: [], 3: [2], 4: [1], 5: [0]}
    assert crossings(rows, below) == 3
    assert crossings(ordered(rows, above, below), below) == 0


def test_a_long_line_is_straight_when_there_is_room():
    rows = [[0], [1, 2], [3, 4], [5]]
    ties = [Tie(0, 2, 0, 3), Tie(2, 4, 0, 8), Tie(4, 5, 0, 3), Tie(0, 1, 0, 1), Tie(1, 3, 0, 1)]
    extents = [Extents(20, 20, 10) if item in {0, 1, 3, 5} else Extents(0, 0, 10) for item in range(6)]
    x = straightened(rows, extents, ties, places(rows, extents, ties))
    assert x[2] == x[4] == x[5]
