"""The whole page, read in one transaction: the frame, my work, what rings, my call, and the open case."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from contactcenter.console import call_bar, case_page, desk, presence_menu, ringing
from contactcenter.foundation import clock
from contactcenter.foundation.permissions import Right, Who
from contactcenter.foundation.screens import Place, rail, user_links


@dataclass(frozen=True, slots=True)
class Page:
    now: datetime
    rail: list[Place]
    user_links: list[Place]
    may_work: bool
    simulated: bool
    work: desk.Work
    rings: ringing.Rings
    bar: call_bar.Bar
    presence: presence_menu.Menu | None
    case: case_page.Open | None


def whole(session: Session, who: Who, case_id: int | None, *, simulated: bool) -> Page:
    """The console as this person sees it now, with this case open or none."""
    now = clock.now(session)
    return Page(
        now=now,
        rail=rail(who, "console"),
        user_links=user_links(),
        may_work=who.may(Right.WORK),
        simulated=simulated,
        work=desk.my_work(session, who, case_id, now),
        rings=ringing.rings(session, who),
        bar=call_bar.bar(session, who),
        presence=presence_menu.menu(session, who),
        case=case_page.whole(session, case_id, who, now) if case_id else None,
    )
