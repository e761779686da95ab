"""Texts that rules send to customers, filled in with named values in one pass: what a customer wrote is never read as a form."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.foundation.errors import Conflict
from contactcenter.models import Case, Customer, Letter, Queue

HOLE = re.compile(r"\{([a-z_.]+)\}")
HOLES = ("customer.name", "case.id", "case.subject", "queue.title")
"""What may stand in braces."""


def filled(text: str, values: Mapping[str, str]) -> str:
    """Each hole with its value; a value that looks like a hole stays as it is."""
    return HOLE.sub(lambda hole: values.get(hole[1], hole[0]), text)


def written(session: Session, name: str, case: Case) -> tuple[str, str]:
    """Subject and text for this case in its customer's language. Raises Conflict for a letter that is gone."""
    definition = session.scalar(select(Letter.definition).where(Letter.name == name))
    if definition is None:
        raise Conflict("There is no letter %(name)s any more.", name=name)
    said: Mapping[str, str] = definition.get(case.language) or definition["en"]
    values = _values(session, case)
    return filled(said["subject"], values), filled(said["text"], values)


def signed(session: Session, case: Case) -> str:
    """In whose name the customer hears from us: the queue's, in their language."""
    return _values(session, case)["queue.title"] or "–"


def _values(session: Session, case: Case) -> dict[str, str]:
    queue: Any = session.get(Queue, case.queue_id) if case.queue_id else None
    titles = queue.titles if queue else {}
    return {
        "customer.name": session.get_one(Customer, case.customer_id).name,
        "case.id": str(case.id),
        "case.subject": case.subject,
        "queue.title": titles.get(case.language) or titles.get("en", ""),
    }
