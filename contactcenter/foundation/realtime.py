"""Which rooms hear of which event: the one table between what happens and what a page learns.

Rooms: queue:<id> (routers, supervisors) · agent:<id> (that agent, supervisors) · case:<id> (whoever has it open) ·
chat:<interaction> (the visitor) ·
menu:<name> and rules:<name> (their editors) · notices:<id> (that person). There is no room for everything: its counter would make every commit wait for all.
"""

from contactcenter.foundation import events as e
from contactcenter.foundation.rooms import Change

MAIL = "mail:quarantine"
CONFIG = "config:applied"


def changes(event: e.Event) -> list[Change]:  # noqa: C901, PLR0912, PLR0915 — a table: one case for each kind of event
    """The event as one change for each room that watches it."""
    kind = e.kind_of(type(event))
    match event:
        case e.CaseOpened(case_id, queue_id):
            told = [_case(kind, case_id), *_queue(kind, queue_id, ref=case_id)]
        case e.CaseChanged(case_id, version, agents):
            told = [Change(f"case:{case_id}", kind, ref=case_id, version=version)]
            told += [Change(f"agent:{agent}", kind, ref=case_id) for agent in agents]
        case e.CaseQueued(case_id, queue, from_queue):
            told = [_case(kind, case_id), *_queue(kind, queue, ref=case_id), *_queue(kind, from_queue, ref=case_id)]
        case e.CasePrioritised(case_id) | e.CaseTagged(case_id) | e.CaseAssigned(case_id) | e.CasePromised(case_id):
            told = [_case(kind, case_id)]
        case e.EntryAdded():
            told = _entry_added(kind, event)
        case e.WorkEnqueued(item, queue, case_id) | e.WorkRequeued(item, queue, case_id):
            told = [*_queue(kind, queue, item), _case(kind, case_id, item)]
        case (
            e.WorkAbandoned(item, queue, case_id)
            | e.WorkCancelled(item, queue, case_id)
            | e.WorkPrioritised(item, queue, case_id)
        ):
            told = [*_queue(kind, queue, item), _case(kind, case_id, item)]
        case e.WorkMoved(item, queue, from_queue, case_id):
            told = [*_queue(kind, queue, item), *_queue(kind, from_queue, item), _case(kind, case_id, item)]
        case (
            e.WrapUpStarted(item, queue, case_id, agent)
            | e.WorkCompleted(item, queue, case_id, agent)
            | e.WorkInterrupted(item, queue, case_id, agent)
            | e.WorkResumed(item, queue, case_id, agent)
        ):
            told = [*_queue(kind, queue, item), _case(kind, case_id, item), _agent(kind, agent, item, case_id)]
        case (
            e.OfferMade(item, offer, agent, queue, case_id)
            | e.OfferAccepted(item, offer, agent, queue, case_id)
            | e.OfferDeclined(item, offer, agent, queue, case_id)
            | e.OfferExpired(item, offer, agent, queue, case_id)
            | e.OfferWithdrawn(item, offer, agent, queue, case_id)
            | e.OfferReleased(item, offer, agent, queue, case_id)
        ):
            told = [*_queue(kind, queue, item, offer), _case(kind, case_id, item), _agent(kind, agent, item, offer)]
        case e.PresenceChanged(agent):
            told = [_agent(kind, agent)]
        case e.CallChanged(call, case_of_call, agent_of_call):
            told = [_case(kind, case_of_call)] if case_of_call else []
            told += [_agent(kind, agent_of_call, ref=call)] if agent_of_call else []
        case e.CallbackChanged(callback, queue_id, case_id):
            told = [*_queue(kind, queue_id, ref=callback), Change(f"case:{case_id}", kind, ref=callback)]
        case e.ClockChanged(clock, case_id):
            told = [Change(f"case:{case_id}", kind, ref=clock)]
        case e.PromisesWarned(promised) | e.PromisesBroken(promised):
            told = [change for one in promised for change in _promised(kind, one)]
        case e.MailQuarantined(raw_mail):
            told = [Change(MAIL, kind, ref=raw_mail)]
        case e.EmergencySwitched(queues):
            told = [one for queue in queues for one in _queue(kind, queue)]
        case e.MenuPublished(name, version):
            told = [Change(f"menu:{name}", kind, ref=version)]
        case e.RulesPublished(name, version):
            told = [Change(f"rules:{name}", kind, ref=version)]
        case e.EscalationChanged(escalation, case_id):
            told = [Change(f"case:{case_id}", kind, ref=escalation)]
        case e.NoticeGiven(user):
            told = [Change(f"notices:{user}", kind)]
        case e.ConfigApplied(applied):
            told = [Change(CONFIG, kind, ref=applied)]
    return told


def _promised(kind: str, one: e.Promised) -> list[Change]:
    return [Change(f"case:{one.case_id}", kind, ref=one.clock_id), *_queue(kind, one.queue_id, ref=one.clock_id)]


def _entry_added(kind: str, event: e.EntryAdded) -> list[Change]:
    told = [Change(f"case:{event.case_id}", kind, ref=event.entry_id)]
    if event.for_visitor and event.interaction_id:
        told.append(Change(f"chat:{event.interaction_id}", kind, ref=event.entry_id))
    if event.agent_id:
        told.append(Change(f"agent:{event.agent_id}", kind, ref=event.case_id))
    return told


def _case(kind: str, case_id: int, item: int | None = None) -> Change:
    return Change(f"case:{case_id}", kind, item_id=item, ref=case_id)


def _queue(kind: str, queue_id: int | None, item: int | None = None, ref: int | None = None) -> list[Change]:
    return [] if queue_id is None else [Change(f"queue:{queue_id}", kind, item_id=item, ref=ref)]


def _agent(kind: str, agent_id: int, item: int | None = None, ref: int | None = None) -> Change:
    return Change(f"agent:{agent_id}", kind, item_id=item, ref=ref)
