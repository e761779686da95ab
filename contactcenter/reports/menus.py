"""What happened in one version of a phone menu: every figure of it, put together for screens and the command line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

import ivr
from contactcenter.reports.menu_calls import Asked, Share, number_of_calls
from contactcenter.reports.menu_containment import apparent_containment, true_containment
from contactcenter.reports.menu_routing import mis_routed
from contactcenter.reports.menu_steps import (
    DropOff,
    Retries,
    Stayed,
    drop_off,
    retries,
    time_in_step,
    waterfall,
    zero_out,
)
from contactcenter.reports.menu_times import Took, time_in_menu, time_to_a_person


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One step. `exits`: visits by exit, the most frequent first."""

    name: str
    drop_off: DropOff
    zero_out: Share
    retries: Retries
    stayed: Stayed | None
    exits: Mapping[str, int]

    @property
    def visits(self) -> int:
        return self.drop_off.visits


@dataclass(frozen=True, slots=True)
class MenuFigures:
    """Every figure of one question; `steps` in the order in which the menu tells them."""

    asked: Asked
    calls: int
    apparent: Share
    true: Share
    in_menu: Took
    to_a_person: Took
    mis_routed: Share
    steps: tuple[StepFigures, ...]

    def drawn(self) -> dict[str, ivr.StepVisits]:
        """What the picture of the menu shows."""
        return {
            step.name: ivr.StepVisits(step.visits, step.drop_off.all.part, step.exits)
            for step in self.steps
            if step.exits
        }


def menu_figures(session: Session, flow: ivr.Flow, asked: Asked, now: datetime) -> MenuFigures:
    """All figures of this version of the flow; a step nobody came to is there with zeros."""
    return MenuFigures(
        asked=asked,
        calls=number_of_calls(session, asked),
        apparent=apparent_containment(session, asked),
        true=true_containment(session, asked, now),
        in_menu=time_in_menu(session, asked),
        to_a_person=time_to_a_person(session, asked),
        mis_routed=mis_routed(session, asked),
        steps=tuple(_steps(session, flow, asked)),
    )


def _steps(session: Session, flow: ivr.Flow, asked: Asked) -> Iterator[StepFigures]:
    dropped, zeros, tries = drop_off(session, asked), zero_out(session, asked), retries(session, asked)
    stayed, exits = time_in_step(session, asked), waterfall(session, asked)
    for name in dict.fromkeys([*flow.steps, *exits]):
        yield StepFigures(
            name=name,
            drop_off=dropped.get(name, DropOff()),
            zero_out=zeros.get(name, Share()),
            retries=tries.get(name, Retries()),
            stayed=stayed.get(name),
            exits=exits.get(name, {}),
        )
