"""Published multi-skill models with their published results, typed in as they stand (times in minutes).

From ContactCenters (E. Buist, P. L'Ecuyer, University of Montréal), documentation examples; 1,000 days, 95 % intervals.
"""

from dataclasses import replace

from routing.config import SECOND
from routing.simulation import (
    AgentChoice,
    AgentGroup,
    Constant,
    Exponential,
    Gamma,
    Model,
    Poisson,
    Retry,
    Rules,
    Uniform,
    WorkChoice,
    WorkClass,
)

MINUTE = 60 * SECOND
RATES = ((4.2, 5.3, 3.2), (5.1, 4.3, 4.8), (6.3, 5.2, 4.8))
SERVICE = tuple(Exponential(1 / rate) for rate in (0.5, 0.6, 0.4))
PATIENCE = tuple(Exponential(1 / rate) for rate in (0.3, 0.4, 0.2))


def _type(number, *groups):
    return WorkClass(
        f"type {number}",
        Poisson(RATES[number]),
        SERVICE,
        PATIENCE,
        target=20 / 60,
        groups=tuple((group, 0.0) for group in groups),
    )


SIMPLE_MSK = Model(
    periods=(120.0, 120.0, 120.0),
    classes=(_type(0, "group 0"), _type(1, "group 0", "group 1"), _type(2, "group 1")),
    groups=(
        AgentGroup("group 0", (12, 18, 9, 9), ("type 1", "type 0")),
        AgentGroup("group 1", (15, 20, 11, 11), ("type 2", "type 1")),
    ),
    busyness=Gamma(28.7, 1.0),
    unit=MINUTE,
)
LONGEST_WAIT = Rules()
SIMPLE_MSK_PUBLISHED = {
    "served": (4297.3, 4270.2, 4324.5),
    "abandoned": (910.3, 876.1, 944.5),
    "service level": (0.501, 0.494, 0.509),
    "occupancy 0": (0.881, 0.877, 0.884),
    "in target 0/1": (170.2, 164.3, 176.0),
    "in target 0/2": (599.3, 594.2, 604.5),
    "in target 0/3": (15.5, 13.8, 17.2),
    "in target 1/1": (262.9, 254.6, 271.3),
    "in target 1/2": (511.6, 506.3, 517.0),
    "in target 1/3": (34.7, 31.3, 38.1),
    "in target 2/1": (259.8, 250.2, 269.4),
    "in target 2/2": (613.7, 607.6, 619.9),
    "in target 2/3": (24.9, 22.1, 27.6),
}

REROUTING = replace(
    SIMPLE_MSK,
    classes=(
        SIMPLE_MSK.classes[0],
        replace(SIMPLE_MSK.classes[1], groups=(("group 0", 0.0), ("group 1", 0.2))),
        SIMPLE_MSK.classes[2],
    ),
    # The published program looks at every class in turn and keeps the last that has somebody.
    groups=(
        replace(SIMPLE_MSK.groups[0], serves=("type 0", "type 1")),
        replace(SIMPLE_MSK.groups[1], serves=("type 1", "type 2")),
    ),
)
LAST_CLASS = Rules(work=WorkChoice.FIRST_LISTED)
REROUTING_PUBLISHED = {
    "served": (4274.4, 4247.5, 4301.3),
    "abandoned": (933.2, 898.8, 967.6),
    "service level": (0.579, 0.572, 0.587),
    "occupancy 0": (0.884, 0.880, 0.887),
    "in target 0/1": (298.7, 296.9, 300.6),
    "in target 0/2": (595.3, 590.2, 600.4),
    "in target 0/3": (106.8, 105.0, 108.7),
    "in target 1/1": (383.2, 380.1, 386.3),
    "in target 1/2": (504.1, 499.0, 509.2),
}


def simple_msk_measures(published):
    def in_target(kind, period):
        return lambda result: result.tallies[kind][period].within

    known = {
        "served": lambda result: result.of().served,
        "abandoned": lambda result: result.of().abandoned,
        "service level": lambda result: (result.of().within, result.of().served + result.of().late),
        "occupancy 0": lambda result: (
            sum(one.busy for one in result.presences[0]),
            sum(one.there for one in result.presences[0]),
        ),
    }
    known |= {f"in target {kind}/{period + 1}": in_target(kind, period) for kind in range(3) for period in range(3)}
    return {name: known[name] for name in published}


# Five days of nine hours, and the nights between them.
_WEEK = [hour for _ in range(5) for hour in (100.0, *(50.0,) * 8, *(0.0,) * 15)]
_THERE = [rate > 0 for rate in _WEEK]


def _language(name, service):
    return WorkClass(
        name,
        Poisson(tuple(rate / 60 for rate in _WEEK)),
        (service,),
        (Exponential(2.0),),
        target=1.0,
        retry=Retry(0.75, Constant(20.0)),
    )


def _speakers(name, size, *languages):
    return AgentGroup(name, tuple(size if there else 0 for there in _THERE), languages)


BILINGUAL = Model(
    periods=(60.0,) * len(_WEEK),
    classes=(_language("English", Uniform(3.0, 7.0)), _language("Spanish", Uniform(4.0, 6.0))),
    groups=(
        _speakers("English-only", 7, "English"),
        _speakers("Spanish-only", 7, "Spanish"),
        _speakers("bilingual", 4, "English", "Spanish"),
    ),
    trunks=40,
    unit=MINUTE,
)
ANY_AGENT = Rules(agent=AgentChoice.ANY_FREE)
# Its service level is left out: there a customer who comes back is judged by the waits of all attempts together.
BILINGUAL_PUBLISHED = {
    "offered English": (2555.8, 2552.3, 2559.3),
    "repeated English": (54.07, 53.24, 54.91),
    "served English": (2483.9, 2480.9, 2487.0),
    "served Spanish": (2483.3, 2480.2, 2486.4),
    "abandoned English": (71.85, 70.82, 72.88),
    "abandoned Spanish": (71.02, 70.00, 72.04),
    "occupancy English-only": (0.4762, 0.4756, 0.4768),
    "occupancy Spanish-only": (0.4764, 0.4758, 0.4770),
    "occupancy bilingual": (0.6325, 0.6320, 0.6331),
}


def bilingual_measures():
    measures = {}
    for name in ("English", "Spanish"):
        measures |= {
            f"offered {name}": lambda result, name=name: result.of(name).offered,
            f"repeated {name}": lambda result, name=name: result.of(name).repeated,
            f"served {name}": lambda result, name=name: result.of(name).served,
            f"abandoned {name}": lambda result, name=name: result.of(name).abandoned,
        }
    # Published in parts of the planned time, without what agents stay for after their day.
    for index, group in enumerate(BILINGUAL.groups):
        planned = sum(group.sizes) * 60.0
        measures[f"occupancy {group.name}"] = lambda result, index=index, planned=planned: (
            sum(one.busy for one in result.presences[index]) / planned
        )
    return {name: measures[name] for name in BILINGUAL_PUBLISHED}
