"""The tables whose rows stand in the configuration one to one: their names, their columns, and what "gone" means."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement

from contactcenter.configuration.contents import Config, Titles
from contactcenter.models import (
    Base,
    CalendarText,
    Disposition,
    EscalationPlan,
    HookText,
    Letter,
    Macro,
    PhoneNumber,
    PresenceReason,
    Queue,
    Rota,
    Skill,
    SlaPolicy,
)

Row = Mapping[str, Any]


class Gone(StrEnum):
    """What becomes of a row that the files do not name any more."""

    KEPT = "kept"
    """Others refer to it, and being there does nothing by itself."""
    DISABLED = "disabled"
    TAKEN_OUT = "taken out"
    """Nothing refers to it, and only its absence means that it does not hold."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as they should be, by the value of the column `key`."""

    noun: str
    model: type[Base]
    key: str
    gone: Gone
    rows: Mapping[str, Row]

    def column(self, name: str) -> ColumnElement[Any]:
        return self.model.__table__.c[name]


def tables(config: Config) -> list[Table]:
    """In the order in which rows may refer to one another."""
    enabled = {"enabled": True}
    return [
        Table("skill", Skill, "name", Gone.KEPT, {name: {"titles": said} for name, said in config.skills.items()}),
        Table(
            "queue",
            Queue,
            "name",
            Gone.DISABLED,
            {name: asdict(queue) | {"steps": list(queue.steps)} | enabled for name, queue in config.queues.items()},
        ),
        Table(
            "calendar",
            CalendarText,
            "name",
            Gone.KEPT,
            {name: {"definition": definition} for name, definition in config.calendars.items()},
        ),
        Table(
            "promise",
            SlaPolicy,
            "tier",
            Gone.TAKEN_OUT,
            {tier: asdict(promises) for tier, promises in config.promises.items()},
        ),
        Table("disposition", Disposition, "name", Gone.DISABLED, _listed(config.dispositions)),
        Table("presence reason", PresenceReason, "name", Gone.DISABLED, _listed(config.presence_reasons)),
        Table(
            "hook",
            HookText,
            "name",
            Gone.TAKEN_OUT,
            {name: {"definition": definition} for name, definition in config.hooks.items()},
        ),
        *_referred_to(config),
        Table(
            "number",
            PhoneNumber,
            "number",
            Gone.TAKEN_OUT,
            {number: {"flow": flow} for number, flow in config.numbers.items()},
        ),
    ]


def _referred_to(config: Config) -> list[Table]:
    """What rules and escalations name; whatever is taken out is told in their log from then on."""
    named = (("letter", Letter, config.letters), ("rota", Rota, config.rotas))
    plans = ("escalation", EscalationPlan, config.escalations)
    macros = {name: {"actions": list(actions)} for name, actions in config.macros.items()}
    return [
        *(
            Table(noun, model, "name", Gone.TAKEN_OUT, {name: {"definition": told} for name, told in found.items()})
            for noun, model, found in (*named, plans)
        ),
        Table("macro", Macro, "name", Gone.TAKEN_OUT, macros),
    ]


def _listed(named: Mapping[str, Titles]) -> dict[str, Row]:
    return {
        name: {"titles": said, "position": position, "enabled": True}
        for position, (name, said) in enumerate(named.items(), 1)
    }
