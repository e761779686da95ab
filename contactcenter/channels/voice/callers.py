"""Whose call this is: the customer, and the case that it is about."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

import ivr
from contactcenter.cases import interactions, opening, status
from contactcenter.customers import identity
from contactcenter.models import Case, Customer, Interaction, PhoneCall, Queue
from contactcenter.models.states import Channel


def case_of(session: Session, call: PhoneCall, state: ivr.State, queue: Queue | None, now: datetime) -> int:
    """The id of the call's case, which is found or opened when it has none yet."""
    interaction = interactions.load(session, call.interaction_id)
    if interaction.case_id is None:
        _bind(session, interaction, state, queue, now)
    assert interaction.case_id is not None
    return interaction.case_id


def _bind(session: Session, interaction: Interaction, state: ivr.State, queue: Queue | None, now: datetime) -> None:
    """Find or open the case, and bind call and case together."""
    customer = _customer(session, interaction, state.language, now)
    subject = " › ".join(interaction.path) or interaction.address
    contact = opening.Contact(Channel.VOICE, subject, state.language, queue)
    chosen = _chosen(session, customer, state)
    case, is_new = (chosen, False) if chosen else opening.open_or_join(session, customer, contact, now)
    if not is_new:
        opening.customer_spoke(session, case, now)
    bound = {"case_id": case.id, "customer_id": customer.id, "language": state.language}
    session.execute(update(Interaction).where(Interaction.id == interaction.id).values(bound))
    for name, value in bound.items():
        set_committed_value(interaction, name, value)


def who_has_it(session: Session, case_id: int, state: ivr.State) -> int | None:
    """The agent whose case the caller has asked for; None where they asked for none."""
    case = session.get(Case, case_id)
    return case.assignee_id if case and state.case == str(case_id) else None


def _chosen(session: Session, customer: Customer, state: ivr.State) -> Case | None:
    """The open case that the caller picked, if it is one of theirs."""
    case = session.get(Case, int(state.case)) if state.case and state.case.isdecimal() else None
    theirs = case is not None and case.customer_id == customer.id and case.status not in status.OVER
    return case if theirs else None


def _customer(session: Session, interaction: Interaction, language: str, now: datetime) -> Customer:
    if interaction.customer_id:
        known = session.get(Customer, interaction.customer_id)
        assert known is not None
        return known
    newcomer = identity.Newcomer(interaction.address, language, "call")
    return identity.find_or_create(session, identity.phone(interaction.address), newcomer, now)
