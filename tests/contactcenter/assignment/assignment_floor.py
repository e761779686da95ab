"""A floor on which anything may happen: every deed that changes who waits and who can serve, picked by a seed."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from world import World

from contactcenter.agents import presence
from contactcenter.assignment import line, moving, offers, wrap_up
from contactcenter.assignment.line import Request
from contactcenter.foundation.errors import Refusal
from contactcenter.models import Offer, Queue, WorkItem
from contactcenter.models.states import Channel

CHANNELS = (Channel.VOICE, Channel.CHAT, Channel.CHAT, Channel.EMAIL, Channel.MESSAGING)


@dataclass
class Floor:
    """Queues and agents to do things to."""

    world: World
    rng: random.Random
    queues: list[Queue] = field(default_factory=list)
    agents: list[int] = field(default_factory=list)

    @classmethod
    def furnished(cls, world: World, seed: int) -> "Floor":
        world.words()
        relaxing = [{"after": 15, "skills": {"tier2": 1}}, {"after": 40, "skills": {}}]
        sent_on = {"after": 30, "to": "general"} if seed % 2 else None
        demanding = {"steps": relaxing, "priority": 1, "wrap_up_seconds": 20, "offer_seconds": 15}
        queues = [
            world.queue("general", reserve=seed % 3),
            world.queue("billing", {"tier2": 5}, overflow=sent_on, **demanding),
        ]
        floor = cls(world, random.Random(seed), queues)
        for number in range(6):
            served = queues if number % 3 else queues[:1]
            skills = {"tier2": number + 1} if number % 2 else {"lang-zh": 5}
            floor.agents.append(world.agent(f"agent{number}", *served, skills=skills))
        return floor

    def something_happens(self) -> str:
        """One deed, as likely to come too late as in life; returns its name."""
        deed = self.rng.choice(DEEDS)
        with suppress(Refusal, offers.LostRace):
            deed(self)
        return deed.__name__

    def pick(self, *states: str) -> WorkItem | None:
        found = self.world.all(WorkItem, WorkItem.state.in_(states))
        return self.rng.choice(found) if found else None


def arrives(floor: Floor) -> None:
    skills = {"lang-zh": 1} if floor.rng.random() < 0.3 else {}
    preferred = floor.rng.choice([None, None, floor.rng.choice(floor.agents)])
    request = Request(skills, floor.rng.choice([0, 0, 1]), preferred)
    floor.world.waiting(floor.rng.choice(floor.queues), floor.rng.choice(CHANNELS), request)


def answers(floor: Floor) -> None:
    item = floor.pick("offered")
    if item:
        floor.world.accept(item.current_offer)


def declines(floor: Floor) -> None:
    item = floor.pick("offered")
    if item:
        offer = floor.world.get(Offer, item.current_offer)
        floor.world.do(lambda session, now: offers.decline(session, offer.id, offer.agent_id, "busy", now))


def gives_up(floor: Floor) -> None:
    item = floor.pick("waiting", "offered", "assigned")
    if item:
        floor.world.do(lambda session, now: line.abandon(session, item.interaction_id, "left", now))


def falls_back(floor: Floor) -> None:
    item = floor.pick("assigned")
    if item:
        floor.world.do(lambda session, now: line.release(session, line.load(session, item.id), "leg failed", now))


def hangs_up(floor: Floor) -> None:
    item = floor.pick("assigned")
    if item:
        floor.world.do(lambda session, now: wrap_up.start(session, line.load(session, item.id), now))


def completes(floor: Floor) -> None:
    item = floor.pick("assigned", "wrap_up")
    if item:
        who = floor.world.who(floor.world.get(Offer, item.current_offer).agent_id)
        words = ("solved", "", None)
        floor.world.do(lambda session, now: wrap_up.complete(session, line.load(session, item.id), who, words, now))


def changes_presence(floor: Floor) -> None:
    who = floor.world.who(floor.rng.choice(floor.agents))
    chosen = floor.rng.choice(["available", "available", "available", "aux", "offline"])
    reason = "lunch" if chosen == "aux" else None
    floor.world.do(lambda session, now: presence.choose(session, who, chosen, reason, now))


def pages_live_on(floor: Floor) -> None:
    for agent in floor.rng.sample(floor.agents, 4):
        floor.world.do(lambda session, now, agent=agent: presence.heartbeat(session, agent, now))


def is_moved(floor: Floor) -> None:
    item, who = floor.pick("waiting"), floor.world.who(floor.agents[0])
    queue = floor.rng.choice(floor.queues)
    if item:
        floor.world.do(lambda s, now: moving.move_item(s, line.load(s, item.id), queue, who, now))


def is_given_by_hand(floor: Floor) -> None:
    item, agent = floor.pick("waiting"), floor.rng.choice(floor.agents)
    if item:
        by = ("user:0", "Eva")
        floor.world.do(lambda s, now: offers.assign_by_hand(s, line.load(s, item.id), agent, by, now))


def time_passes(floor: Floor) -> None:
    floor.world.db.clock.ahead += timedelta(milliseconds=floor.rng.randint(1, 9000))


DEEDS: tuple[Callable[[Floor], None], ...] = (
    arrives, arrives, arrives, arrives, answers, answers, answers, declines, gives_up, falls_back, hangs_up, completes,
    completes, changes_presence, pages_live_on, is_moved, is_given_by_hand, time_passes, time_passes,
)  # fmt: skip
