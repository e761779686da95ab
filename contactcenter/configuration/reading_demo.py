"""Reads the customers of the sample company, with their orders and their history, told in days before today."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from contactcenter.configuration.entries import Entry, Fields, read_yaml
from contactcenter.configuration.problems import ConfigError, Problem
from contactcenter.configuration.reading_demo_calls import DemoCall, demo_call
from contactcenter.customers import identity
from contactcenter.customers.identity import Address
from contactcenter.foundation.languages import LANGUAGES
from contactcenter.models.states import Channel, EntryKind

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_ORDER = re.compile(r"[0-9]{8}")
_LONGEST_AGO = 3650
_TELLING = {
    "in": EntryKind.MESSAGE_IN,
    "out": EntryKind.MESSAGE_OUT,
    "note": EntryKind.NOTE,
    "told": EntryKind.IMPORTED,
}


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    key: str
    name: str
    tier: str
    language: str
    addresses: tuple[Address, ...]
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DemoEntry:
    """What was said so many minutes after the case was opened; `by` is an agent's login, or empty."""

    minutes: int
    kind: EntryKind
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class DemoCase:
    """A case that was opened and resolved long ago; `clock` is the minute of that day, in UTC."""

    customer: str
    days_ago: int
    clock: int
    channel: Channel
    queue: str
    subject: str
    entries: tuple[DemoEntry, ...]


@dataclass(frozen=True, slots=True)
class DemoOrder:
    number: str
    customer: str
    status: Mapping[str, str]
    placed_days_ago: int
    due_in_days: int
    total: str


@dataclass(frozen=True, slots=True)
class Demo:
    customers: tuple[DemoCustomer, ...]
    cases: tuple[DemoCase, ...]
    orders: tuple[DemoOrder, ...]
    calls: tuple[DemoCall, ...] = ()


def read_demo(folder: Path) -> Demo:
    """The files of the folder; raises ConfigError with every mistake."""
    problems: list[Problem] = []
    customers = _file(folder / "customers.yaml", problems)
    history = _file(folder / "history.yaml", problems)
    orders = _file(folder / "orders.yaml", problems)
    calls = _file(folder / "calls.yaml", problems)
    people = [_customer(entry) for entry in (customers.items() if customers else ())]
    keys = {person.key for person in people}
    if customers and len(keys) < len(people):
        customers.wrong("Two customers have the same key.")
    demo = Demo(
        tuple(people),
        tuple(_case(entry, keys) for entry in (history.items() if history else ())),
        _orders(orders, keys) if orders else (),
        tuple(demo_call(entry) for entry in (calls.items() if calls else ())),
    )
    if problems:
        raise ConfigError(problems)
    return demo


def _file(path: Path, problems: list[Problem]) -> Entry | None:
    if not path.is_file():
        problems.append(Problem(str(path), 1, "file", "This file is missing."))
        return None
    return read_yaml(str(path), path.read_text(encoding="utf-8"), problems)


def _customer(entry: Entry) -> DemoCustomer:
    fields = entry.fields(("key", "name", "tier", "language", "city", "since"), ("phones", "emails"))
    return DemoCustomer(
        key=fields.text("key"),
        name=fields.text("name"),
        tier=fields.text("tier"),
        language=fields.one_of("language", LANGUAGES, "language"),
        addresses=tuple(_addresses(fields)),
        facts={"city": fields.text("city"), "since": _date(fields)},
    )


def _addresses(fields: Fields) -> list[Address]:
    found = []
    for name, understand in (("phones", identity.phone), ("emails", identity.email)):
        for entry in fields.items(name):
            written = entry.text()
            address = understand(written)
            if address:
                found.append(address)
            elif written:
                entry.wrong(f"“{written}” cannot be reached; write a number with its country, or a mail address.")
    return found


def _date(fields: Fields) -> str:
    written = fields.text("since")
    try:
        return date.fromisoformat(written).isoformat() if written else ""
    except ValueError:
        fields.entries["since"].wrong(f'“{written}” is no date; write it as "2024-12-24".')
        return ""


def _case(entry: Entry, customers: Collection[str]) -> DemoCase:
    fields = entry.fields(("customer", "days_ago", "clock", "channel", "queue", "subject", "entries"))
    clock = _CLOCK.fullmatch(fields.text("clock"))
    if not clock and "clock" in fields.entries:
        fields.entries["clock"].wrong('Write a time of the day in quotes, such as "09:30".')
    entries = tuple(_entry(said) for said in fields.items("entries"))
    if [said.minutes for said in entries] != sorted(said.minutes for said in entries):
        entry.wrong("The entries of a case stand in the order of their minutes.")
    return DemoCase(
        customer=fields.one_of("customer", customers, "customer"),
        days_ago=fields.whole("days_ago", 2, _LONGEST_AGO),
        clock=int(clock[1]) * 60 + int(clock[2]) if clock else 0,
        channel=Channel(fields.one_of("channel", tuple(map(str, Channel)), "channel") or Channel.EMAIL),
        queue=fields.text("queue"),
        subject=fields.text("subject"),
        entries=entries,
    )


def _entry(entry: Entry) -> DemoEntry:
    fields = entry.fields(("minutes",), (*_TELLING, "by"))
    telling = [name for name in _TELLING if name in fields.entries]
    if len(telling) != 1:
        entry.wrong(f"An entry says one thing: {', '.join(_TELLING)}.")
    kind = telling[0] if telling else "note"
    return DemoEntry(fields.whole("minutes", 0, 24 * 60), _TELLING[kind], fields.text(kind), fields.text("by"))


def _orders(root: Entry, customers: Collection[str]) -> tuple[DemoOrder, ...]:
    fields = root.fields(("statuses", "orders"))
    statuses = {
        name: {language: said.text() for language, said in entry.fields(LANGUAGES).entries.items()}
        for name, entry in fields.members("statuses").items()
    }
    return tuple(_order(entry, statuses, customers) for entry in fields.items("orders"))


def _order(entry: Entry, statuses: Mapping[str, Mapping[str, str]], customers: Collection[str]) -> DemoOrder:
    fields = entry.fields(("number", "customer", "status", "placed_days_ago", "due_in_days", "total"))
    number = fields.text("number")
    if number and not _ORDER.fullmatch(number):
        entry.wrong(f"“{number}” is no order number; the phone menu asks for eight digits.")
    return DemoOrder(
        number=number,
        customer=fields.one_of("customer", customers, "customer"),
        status=statuses.get(fields.one_of("status", statuses, "status"), {}),
        placed_days_ago=fields.whole("placed_days_ago", 0, _LONGEST_AGO),
        due_in_days=fields.whole("due_in_days", 0, _LONGEST_AGO),
        total=fields.text("total"),
    )
