"""Five callers on the sample line, through the provider's signed requests: what becomes of each is known beforehand."""

from house import NUMBER, House
from sqlalchemy import select

from contactcenter.foundation.db import add
from contactcenter.models import Customer, CustomerOrder, Offer

ORDER = "12345678"


def five_calls(house: House) -> None:
    """One is helped by the menu, one hangs up after a wrong key, one presses 0 and one waits, both until they have had
    enough, one is answered.
    """
    _order(house)
    helped = dial(house, "+14155550111", "1", "1", ORDER + "#", "2")
    house.pass_time(20)
    assert helped.over
    wrong = dial(house, "+14155550112", "1", "9")
    house.sim.hangup(wrong)
    for number, key in (("+14155550113", "0"), ("+14155550114", "3")):
        waiting = dial(house, number, "1", key)
        house.pass_time(30)
        house.sim.hangup(waiting)
        house.settle()
    ana = house.agent("ana")
    answered = dial(house, "+14155550115", "1", "3")
    house.settle()
    ana.post(f"/console/offers/{offer(house)}/accept")
    house.settle()
    house.pass_time(30)
    house.sim.hangup(answered)
    house.settle()


def dial(house: House, number: str, *pressed: str):
    call = house.sim.dial_in(number, NUMBER)
    for keys in pressed:
        house.pass_time(4)
        house.sim.press(call, keys)
    house.pass_time(4)
    return call


def offer(house: House) -> int:
    with house.db.transaction() as session:
        return session.scalars(select(Offer.id).where(Offer.state == "pending")).one()


def _order(house: House) -> None:
    with house.db.transaction() as session:
        customer = add(session, Customer, {"name": "Ann", "facts": {}, "created_at": house.now()})
        order = {"number": ORDER, "customer_id": customer, "eta": "2026-12-01", "total": "1", "placed_on": "2026-11-20"}
        session.add(CustomerOrder(status={"en": "shipped"}, **order))
        session.flush()
