"""Which case a contact belongs to: the customer's open one that it is about, else a new one, never two."""

from datetime import timedelta

from races import at_once
from sqlalchemy import update
from world import World

from contactcenter.cases import opening, status
from contactcenter.cases.opening import JOIN_WITHIN, Contact
from contactcenter.models import Audit, Case, Customer, Queue
from contactcenter.models.states import CaseStatus, Channel


def contact(
    world: World, customer: Customer, queue: Queue | None = None, channel: Channel = Channel.VOICE
) -> tuple[int, bool]:
    def work(session, now):
        case, is_new = opening.open_or_join(session, customer, Contact(channel, "Where is it?", "en", queue), now)
        return case.id, is_new

    return world.do(work)


def touched(world: World, case_id: int, ago: timedelta) -> None:
    world.do(lambda s, now: s.execute(update(Case).where(Case.id == case_id).values(updated_at=now - ago)))


def test_a_second_contact_about_the_same_matter_joins_the_open_case(world: World) -> None:
    customer, queue = world.customer(), world.queue("billing")
    first, is_new = contact(world, customer, queue, Channel.EMAIL)
    assert is_new
    assert contact(world, customer, queue, Channel.VOICE) == (first, False)
    assert world.count(Case) == 1


def test_a_contact_joins_only_what_is_open_recent_and_in_the_same_queue_or_none(world: World) -> None:
    billing, orders = world.queue("billing"), world.queue("orders")
    moment = timedelta(seconds=5)
    joins = []
    for name, asks, waits_in, state, ago in (
        ("same queue", billing, billing, CaseStatus.OPEN, moment),
        ("no queue asked", None, billing, CaseStatus.OPEN, moment),
        ("case without a queue", billing, None, CaseStatus.OPEN, moment),
        ("another queue", orders, billing, CaseStatus.OPEN, moment),
        ("waiting for the customer", billing, billing, CaseStatus.PENDING, moment),
        ("on hold", billing, billing, CaseStatus.ON_HOLD, moment),
        ("resolved", billing, billing, CaseStatus.RESOLVED, moment),
        ("closed", billing, billing, CaseStatus.CLOSED, moment),
        ("just within", billing, billing, CaseStatus.OPEN, JOIN_WITHIN - timedelta(minutes=1)),
        ("too long ago", billing, billing, CaseStatus.OPEN, JOIN_WITHIN + timedelta(minutes=1)),
    ):
        customer = world.customer(name)
        case = world.case(customer, waits_in)
        world.do(
            lambda s, now, c=case.id, w=state: status.change_status(s, status.load(s, c), w, ("user:1", None), now)
        )
        touched(world, case.id, ago)
        if contact(world, customer, asks) == (case.id, False):
            joins.append(name)
    assert joins == [
        "same queue",
        "no queue asked",
        "case without a queue",
        "waiting for the customer",
        "on hold",
        "just within",
    ]


def test_of_several_open_cases_the_one_touched_last_is_joined(world: World) -> None:
    customer, queue = world.customer(), world.queue("billing")
    cases = [world.case(customer, queue) for _ in range(3)]
    for case, minutes in zip(cases, (30, 5, 60), strict=True):
        touched(world, case.id, timedelta(minutes=minutes))
    assert contact(world, customer, queue) == (cases[1].id, False)


def test_a_call_and_a_mail_in_the_same_second_open_one_case(world: World) -> None:
    queue = world.queue("billing")
    for number in range(10):
        customer = world.customer(f"Customer {number}")
        channels = (Channel.VOICE, Channel.EMAIL, Channel.CHAT)
        results = at_once(*[lambda c=customer, ch=channel: contact(world, c, queue, ch) for channel in channels])
        assert len({case_id for case_id, _ in results}) == 1
        assert sorted(is_new for _, is_new in results) == [False, False, True]
    assert world.count(Case) == 10


def test_nobody_joins_another_customers_case(world: World) -> None:
    queue = world.queue("billing")
    first, _ = contact(world, world.customer("One"), queue)
    second, is_new = contact(world, world.customer("Other"), queue)
    assert is_new
    assert first != second


def test_a_new_case_takes_over_what_the_customer_is_promised_and_is_audited(world: World) -> None:
    world.promises(first_response=600)
    world.promises(tier="gold", first_response=60)
    case = world.case(world.customer(tier="gold"), subject="x" * 1000)
    assert (case.tier, case.status, len(case.subject)) == ("gold", "new", 300)
    assert [(row.subject, row.body) for row in world.all(Audit)] == [(f"case:{case.id}", {"channel": "email"})]
