"""What each event does to the floor before anything is matched again; an event about something that is past does nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from routing import events
from routing.effects import AgentNotReady, OfferRevoked
from routing.facts import Id, WorkState
from routing.floor import Floor
from routing.records import Item, Trigger


def agent_signed_in(floor: Floor, event: events.AgentSignedIn) -> None:
    stamp = event.now if event.facts.idle_since is None else event.facts.idle_since
    floor.sign_in(event.facts, stamp, Trigger.PRESENCE)


def agent_signed_out(floor: Floor, event: events.AgentSignedOut) -> None:
    agent = floor.agent(event.agent)
    if agent is None:
        return
    held = [floor.line.items[work] for work in sorted(agent.held)]
    floor.sign_out(agent)
    for item in held:
        if item.state is WorkState.OFFERED:
            floor.free(item, Trigger.SIGNED_OUT)
            floor.effects.append(OfferRevoked(item.id, event.agent, "signed_out"))
            floor.wait(item, Trigger.SIGNED_OUT)


def agent_presence(floor: Floor, event: events.AgentPresence) -> None:
    agent = floor.agent(event.agent)
    if agent is None:
        return
    if event.ready and not agent.ready:
        agent.idle_since = event.now
    floor.roster.set_ready(agent, event.ready, event.reason)
    floor.match_agent(agent, Trigger.PRESENCE)


def agent_profile_changed(floor: Floor, event: events.AgentProfileChanged) -> None:
    agent = floor.agent(event.facts.id)
    if agent is not None:
        floor.change_profile(agent, event.facts)


def work_enqueued(floor: Floor, event: events.WorkEnqueued) -> None:
    if event.facts.id not in floor.line.items:
        floor.wait(floor.line.admit(event.facts), Trigger.ARRIVAL)


def work_restored(floor: Floor, event: events.WorkRestored) -> None:
    known = floor.line.items.get(event.facts.id)
    if known is not None:
        floor.free(known, Trigger.RESTORED)
        floor.remove(known)
    item = floor.line.admit(event.facts)
    if event.agent is None:
        floor.wait(item, Trigger.RESTORED)
    else:
        floor.hold(item, event.agent, event.state, event.until)
        if event.state is not WorkState.OFFERED:
            item.since = event.now if event.since is None else event.since
        agent = floor.agent(event.agent)
        if agent is not None:
            floor.match_agent(agent, Trigger.RESTORED)


def work_updated(floor: Floor, event: events.WorkUpdated) -> None:
    item = floor.line.items.get(event.work)
    if item is None:
        return
    news = {
        "queue": event.queue,
        "priority": event.priority,
        "requirement": event.requirement,
        "steps": event.steps,
    }
    known: dict[str, Any] = {name: value for name, value in news.items() if value is not None}
    floor.change(item, replace(item.facts, **known), Trigger.UPDATED)


def work_abandoned(floor: Floor, event: events.WorkAbandoned) -> None:
    _finish(floor, event.work, event.now, "abandoned")


def work_requeued(floor: Floor, event: events.WorkRequeued) -> None:
    item = floor.line.items.get(event.work)
    if item is None:
        return
    agent = item.agent
    if agent is not None:
        if event.exclude_until is not None:
            item.exclude(agent, event.exclude_until)
        _let_go(floor, item, event.now, "requeued")
    if not event.keep_position:
        floor.change(item, replace(item.facts, enqueued_at=event.now), Trigger.REQUEUED)
    if agent is not None:
        floor.wait(item, Trigger.REQUEUED)


def work_completed(floor: Floor, event: events.WorkCompleted) -> None:
    item = floor.line.items.get(event.work)
    if item is not None and item.state is WorkState.ASSIGNED and event.wrap_up_until is not None:
        item.until = event.wrap_up_until
        _turn(floor, item, WorkState.WRAP_UP)
    else:
        _finish(floor, event.work, event.now, "completed")


def work_interrupted(floor: Floor, event: events.WorkInterrupted) -> None:
    item = floor.line.items.get(event.work)
    if item is not None and floor.roster.yields(item):
        _turn(floor, item, WorkState.INTERRUPTED)


def work_resumed(floor: Floor, event: events.WorkResumed) -> None:
    item = floor.line.items.get(event.work)
    if item is not None and item.state is WorkState.INTERRUPTED:
        _turn(floor, item, WorkState.ASSIGNED)


def wrap_up_ended(floor: Floor, event: events.WrapUpEnded) -> None:
    item = floor.line.items.get(event.work)
    if item is not None and item.state is WorkState.WRAP_UP:
        _finish(floor, event.work, event.now, "completed")


def offer_accepted(floor: Floor, event: events.OfferAccepted) -> None:
    item = floor.offered(event.work, event.agent)
    if item is not None:
        item.until, item.since = None, event.now
        _turn(floor, item, WorkState.ASSIGNED)


def offer_declined(floor: Floor, event: events.OfferDeclined) -> None:
    _come_back(floor, event, Trigger.DECLINED)


def offer_withdrawn(floor: Floor, event: events.OfferWithdrawn) -> None:
    _come_back(floor, event, Trigger.WITHDRAWN)


def offer_timed_out(floor: Floor, event: events.OfferTimedOut) -> None:
    item, agent = floor.offered(event.work, event.agent), floor.agent(event.agent)
    if item is None:
        return
    rona = all(channel.rona for channel in floor.config.channels if channel.name == item.facts.channel)
    if rona and agent is not None:
        floor.roster.set_ready(agent, ready=False, reason="rona")
        floor.effects.append(AgentNotReady(event.agent, "rona", event.work))
    _come_back(floor, event, Trigger.RONA)


def offer_refused(floor: Floor, event: events.OfferRefused) -> None:
    item = floor.offered(event.work, event.agent)
    if item is not None:
        floor.free(item, Trigger.REFUSED)
        floor.wait(item, Trigger.REFUSED)


def config_changed(floor: Floor, event: events.ConfigChanged) -> None:
    floor.reconfigure(event.config)


def tick(floor: Floor, event: events.Tick) -> None:
    """Time alone; what fell due was seen to before any event."""


HANDLERS: Mapping[type[events.Event], Callable[[Floor, Any], None]] = {
    events.AgentSignedIn: agent_signed_in,
    events.AgentSignedOut: agent_signed_out,
    events.AgentPresence: agent_presence,
    events.AgentProfileChanged: agent_profile_changed,
    events.WorkEnqueued: work_enqueued,
    events.WorkRestored: work_restored,
    events.WorkUpdated: work_updated,
    events.WorkAbandoned: work_abandoned,
    events.WorkRequeued: work_requeued,
    events.WorkCompleted: work_completed,
    events.WorkInterrupted: work_interrupted,
    events.WorkResumed: work_resumed,
    events.WrapUpEnded: wrap_up_ended,
    events.OfferAccepted: offer_accepted,
    events.OfferDeclined: offer_declined,
    events.OfferTimedOut: offer_timed_out,
    events.OfferWithdrawn: offer_withdrawn,
    events.OfferRefused: offer_refused,
    events.Tick: tick,
    events.ConfigChanged: config_changed,
}

CORRECTIONS = (events.WorkRestored, events.OfferRefused)
"""These come in numbers and with other facts: nothing is matched, at this instant or a past one, until something else follows."""


def _finish(floor: Floor, work: Id, now: int, reason: str) -> None:
    item = floor.line.items.get(work)
    if item is not None:
        _let_go(floor, item, now, reason)
        floor.remove(item)


def _let_go(floor: Floor, item: Item, now: int, reason: str) -> None:
    """Off the agent, if anybody has it; being idle counts from now on only after work that had been accepted."""
    if item.agent is None:
        return
    if item.state is WorkState.OFFERED:
        floor.effects.append(OfferRevoked(item.id, item.agent, reason))
        floor.free(item, Trigger.AGENT_FREE)
    else:
        floor.free(item, Trigger.AGENT_FREE, idle_since=now)


def _turn(floor: Floor, item: Item, state: WorkState) -> None:
    """What is accepted may interrupt, or be interrupted itself from now on: then its agent is looked at again."""
    changed = WorkState.INTERRUPTED in {item.state, state} or floor.roster.interruptible(item)
    floor.roster.turn(item, state)
    agent = floor.agent(item.agent) if item.agent is not None else None
    if agent is not None and (changed or floor.roster.overloaded(agent)):
        floor.match_agent(agent, Trigger.AGENT_FREE)


def _come_back(
    floor: Floor,
    event: events.OfferDeclined | events.OfferWithdrawn | events.OfferTimedOut,
    trigger: Trigger,
) -> None:
    item = floor.offered(event.work, event.agent)
    if item is None:
        return
    until = event.now + floor.config.policy.cool_off if event.exclude_until is None else event.exclude_until
    item.exclude(event.agent, until)
    floor.free(item, trigger)
    floor.wait(item, trigger)
