"""Puts the sample company's customers into the database: who they are, what they ordered, what was said before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from contactcenter.configuration.demo_calls import Caller, add_calls
from contactcenter.configuration.reading_demo import Demo, DemoCase, DemoCustomer, DemoEntry, DemoOrder, read_demo
from contactcenter.foundation import audit
from contactcenter.foundation.db import take_time
from contactcenter.models import Case, Customer, CustomerOrder, Identity, Queue, TimelineEntry, User
from contactcenter.models.states import CaseStatus, Channel, EntryKind, IdentityKind

_PROOF = "imported"


def load_demo(session: Session, folder: Path, now: datetime) -> int:
    """Read the folder and load it; returns how many customers are new."""
    return load(session, read_demo(folder), now)


def load(session: Session, demo: Demo, now: datetime) -> int:
    """Add the customers who are not there yet, with their orders and history, dated back from `now`."""
    take_time(session)
    wanted = [customer.key for customer in demo.customers]
    known = set(session.scalars(select(Customer.key).where(Customer.key.in_(wanted))))
    new = [customer for customer in demo.customers if customer.key not in known]
    if not new:
        return 0
    ids = _add_customers(session, new, now)
    _add_orders(session, [order for order in demo.orders if order.customer in ids], ids, now)
    house = _house(session, new, ids)
    _add_cases(session, [case for case in demo.cases if case.customer in ids], house, now)
    add_calls(session, demo.calls, _callers(new, ids), {order.number for order in demo.orders}, now)
    audit.write(session, "command line", "customers", "sample_loaded", now, customers=len(new))
    return len(new)


def _callers(customers: Sequence[DemoCustomer], ids: Mapping[str, int]) -> list[Caller]:
    return [
        Caller(ids[customer.key], address.value)
        for customer in customers
        for address in customer.addresses
        if address.kind is IdentityKind.PHONE
    ]


@dataclass(frozen=True, slots=True)
class _House:
    """What history refers to: customers with their ids, queues and people by name."""

    customers: Mapping[str, DemoCustomer]
    ids: Mapping[str, int]
    queues: Mapping[str, int]
    people: Mapping[str, tuple[int, str]]


def _house(session: Session, customers: Sequence[DemoCustomer], ids: Mapping[str, int]) -> _House:
    return _House(
        customers={customer.key: customer for customer in customers},
        ids=ids,
        queues=dict(session.execute(select(Queue.name, Queue.id)).all()),
        people={row.login: (row.id, row.name) for row in session.execute(select(User.login, User.id, User.name))},
    )


def _add_customers(session: Session, customers: Sequence[DemoCustomer], now: datetime) -> dict[str, int]:
    rows = [
        {
            "key": customer.key,
            "name": customer.name,
            "tier": customer.tier,
            "language": customer.language,
            "facts": dict(customer.facts),
            "created_at": now,
        }
        for customer in customers
    ]
    added = session.execute(insert(Customer).returning(Customer.key, Customer.id), rows).all()
    ids = {key: customer_id for key, customer_id in added if key}
    addresses = [
        {
            "customer_id": ids[customer.key],
            "kind": address.kind,
            "value": address.value,
            "proof": _PROOF,
            "created_at": now,
        }
        for customer in customers
        for address in customer.addresses
    ]
    # Somebody who has called before with such a number keeps it.
    session.execute(upsert(Identity).on_conflict_do_nothing(), addresses)
    return ids


def _add_orders(session: Session, orders: Sequence[DemoOrder], ids: Mapping[str, int], now: datetime) -> None:
    rows = [
        {
            "number": order.number,
            "customer_id": ids[order.customer],
            "status": dict(order.status),
            "eta": (now + timedelta(days=order.due_in_days)).date().isoformat(),
            "total": order.total,
            "placed_on": (now - timedelta(days=order.placed_days_ago)).date().isoformat(),
        }
        for order in orders
    ]
    if rows:
        session.execute(upsert(CustomerOrder).on_conflict_do_nothing(), rows)


def _add_cases(session: Session, cases: Sequence[DemoCase], house: _House, now: datetime) -> None:
    if not cases:
        return
    opened = [_opened(case, now) for case in cases]
    rows = [_case_row(case, house, at) for case, at in zip(cases, opened, strict=True)]
    added = session.scalars(insert(Case).returning(Case.id, sort_by_parameter_order=True), rows)
    entries = [
        _entry_row(entry, case, house, {"case_id": case_id, "seq": seq, "at": at + timedelta(minutes=entry.minutes)})
        for case_id, case, at in zip(added, cases, opened, strict=True)
        for seq, entry in enumerate(case.entries, 1)
    ]
    if entries:
        session.execute(insert(TimelineEntry), entries)


def _opened(case: DemoCase, now: datetime) -> datetime:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=case.days_ago) + timedelta(minutes=case.clock)


def _case_row(case: DemoCase, house: _House, opened: datetime) -> dict[str, Any]:
    """Resolved from the start and never changed since, so its status is at version 0."""
    customer = house.customers[case.customer]
    ended = opened + timedelta(minutes=case.entries[-1].minutes if case.entries else 0)
    helpers = [house.people[entry.by][0] for entry in case.entries if entry.by in house.people]
    return {
        "customer_id": house.ids[case.customer],
        "subject": case.subject,
        "status": CaseStatus.RESOLVED,
        "status_version": 0,
        "tier": customer.tier,
        "language": customer.language,
        "channel": case.channel,
        "queue_id": house.queues.get(case.queue),
        "assignee_id": helpers[-1] if helpers else None,
        "entry_seq": len(case.entries),
        "opened_at": opened,
        "updated_at": ended,
        "resolved_at": ended,
    }


def _entry_row(entry: DemoEntry, case: DemoCase, house: _House, place: Mapping[str, Any]) -> dict[str, Any]:
    actor_id, actor_name = house.people.get(entry.by, (None, None))
    if entry.kind is EntryKind.MESSAGE_IN:
        actor_name = house.customers[case.customer].name
    return {
        **place,
        "kind": entry.kind,
        "channel": None if entry.kind is EntryKind.NOTE else case.channel,
        "actor_id": actor_id,
        "actor_name": actor_name,
        "body": _body(entry, case, house),
    }


def _body(entry: DemoEntry, case: DemoCase, house: _House) -> dict[str, Any]:
    body: dict[str, Any] = {"text": entry.text}
    if case.channel is not Channel.EMAIL or entry.kind not in {EntryKind.MESSAGE_IN, EntryKind.MESSAGE_OUT}:
        return body
    addresses = house.customers[case.customer].addresses
    mail = next((address.value for address in addresses if address.kind is IdentityKind.EMAIL), "")
    if entry.kind is EntryKind.MESSAGE_IN:
        return body | {"subject": case.subject, "from": mail}
    return body | {"subject": f"Re: {case.subject}", "to": [mail], "delivery": "sent"}
