"""Proves a flow: what must hold on every path a call can take, with a way to break it where it does not."""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.flow import MOST_AUTOMATIC_STEPS, End, Flow, Menu
from ivr.graph import reachable, secret_names
from ivr.moves import TooMany
from ivr.rounds import strongly_connected
from ivr.turns import AskHours, AskLookup, BookCallback, FindArticle, HangUp, RecordMessage, TransferCall, WaitInQueue
from ivr.walking import Key, Walk, spoken, walk

MOST_SITUATIONS = 500_000
HELPERS = WaitInQueue | BookCallback | RecordMessage | TransferCall
"""What a caller who needs a person can be given."""


@dataclass(frozen=True, slots=True)
class Broken:
    """What does not hold, and a call that shows it."""

    claim: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """`prompts` and `seconds` bound every path on which the caller does not choose to go round. `ends` counts situations."""

    flow: str
    situations: int
    passages: int
    prompts: int
    seconds: float
    ends: tuple[tuple[str, int], ...]
    broken: tuple[Broken, ...]
    unfinished: str | None = None
    """Why nothing is proven, although nothing was found broken."""

    @property
    def holds(self) -> bool:
        return not self.broken and self.unfinished is None


def prove(flow: Flow, most: int = MOST_SITUATIONS) -> Proof:
    """Every path from the first word to the end, not a sample. A flow must have passed the linter before."""
    try:
        found = walk(flow, most)
    except TooMany as limit:
        return Proof(flow.name, 0, 0, 0, 0.0, (), (), str(limit))
    unfinished = None if found.whole else f"there are more than {most} situations; raise the limit or bound the loops"
    broken = [*_ends_well(found), *_asks_in_time(found), *_speaks_the_language(found), *_keeps_no_secret(found)]
    prompts, seconds = 0, 0.0
    if found.whole:
        broken += [*_always_ends(found), *_reaches_somebody(found)]
        prompts, seconds = _longest(found, _rounds(found))
    passages = sum(map(len, found.onward.values()))
    ends = _ends(found)
    return Proof(flow.name, len(found.situations), passages, prompts, seconds, ends, tuple(broken), unfinished)


def _ends(found: Walk) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for turn in found.situations.values():
        if isinstance(turn.act, HangUp):
            counts[turn.act.outcome] = counts.get(turn.act.outcome, 0) + 1
    return tuple(sorted(counts.items()))


def _ends_well(found: Walk) -> Iterator[Broken]:
    """Only steps that say so end a call; a caller whom the machine had to give up on is a mistake of the flow."""
    for key, turn in found.situations.items():
        step = found.flow.steps.get(turn.state.step)
        given_up = isinstance(turn.act, HangUp) and turn.act.outcome == End.GAVE_UP
        meant = step is not None and (step.end == End.GAVE_UP or "hangs up after the message" in found.path(key)[-1])
        if given_up and not meant:
            yield Broken("a call ends although no step ends it", tuple(found.path(key)))
            return


def _asks_in_time(found: Walk) -> Iterator[Broken]:
    for key in found.overran[:1]:
        claim = f"more than {MOST_AUTOMATIC_STEPS} steps run without asking the caller anything"
        yield Broken(claim, tuple(found.path(key)))


def _speaks_the_language(found: Walk) -> Iterator[Broken]:
    for key, turn in found.situations.items():
        step = found.flow.steps.get(turn.state.step)
        offered = step is not None and isinstance(step.verb, Menu) and step.verb.each_language
        others = {said.language for said in (turn.speak if offered else spoken(turn))} - {turn.state.language}
        if others:
            claim = f"step '{turn.state.step}' speaks {', '.join(sorted(others))} to a caller in {turn.state.language}"
            yield Broken(claim, tuple(found.path(key)))
            return


def _keeps_no_secret(found: Walk) -> Iterator[Broken]:
    """Whenever somebody may listen, record or read what is stored, the secret digits are gone, and never were they spoken."""
    secrets = secret_names(found.flow)
    for key, turn in found.situations.items():
        kept = sorted(secrets & set(turn.state.values))
        if kept and not isinstance(turn.act, AskHours | AskLookup):
            yield Broken(
                f"{', '.join(kept)} is secret and still kept in step '{turn.state.step}'", tuple(found.path(key))
            )
            return


def _always_ends(found: Walk) -> Iterator[Broken]:
    """Whoever goes round for ever has chosen to, by pressing a key each time: so whoever presses none comes to an end."""
    for members in _unchosen_rounds(found):
        names = list(dict.fromkeys(found.situations[key].state.step for key in members))
        yield Broken(f"a call goes round without end: {' > '.join(names)}", tuple(found.path(members[0])))
        return


def _reaches_somebody(found: Walk) -> Iterator[Broken]:
    """From wherever a caller is asked something, a person, a recording or an end is to be had."""
    origins: dict[Key, list[Key]] = {}
    for key, passages in found.onward.items():
        for passage in passages:
            origins.setdefault(passage.to, []).append(key)
    helped = [key for key, turn in found.situations.items() if isinstance(turn.act, HELPERS)]
    can_reach = reachable(helped, lambda key: origins.get(key, ()))
    for key, turn in found.situations.items():
        if key not in can_reach and not isinstance(turn.act, HangUp | AskHours | AskLookup | FindArticle):
            yield Broken(f"from step '{turn.state.step}' there is no way to a person", tuple(found.path(key)))
            return


def _unchosen_rounds(found: Walk) -> Iterator[list[Key]]:
    onward = {
        key: [passage.to for passage in passages if not passage.move.by_choice]
        for key, passages in found.onward.items()
    }
    for members in strongly_connected(onward):
        if len(members) > 1 or members[0] in onward[members[0]]:
            yield members


def _rounds(found: Walk) -> list[list[Key]]:
    """The situations between which a call may go back and forth, those that lead nowhere else first."""
    return strongly_connected({key: [one.to for one in passages] for key, passages in found.onward.items()})


def _longest(found: Walk, rounds: list[list[Key]]) -> tuple[int, float]:
    """The most prompts and the most seconds from the first word to the end, each round gone through once."""
    at = {key: index for index, members in enumerate(rounds) for key in members}
    prompts, seconds = [0] * len(rounds), [0.0] * len(rounds)
    for index, members in enumerate(rounds):
        inside = [one for key in members for one in found.onward[key] if at[one.to] == index]
        out = [one for key in members for one in found.onward[key] if at[one.to] != index]
        prompts[index] = sum(one.prompts for one in inside) + max(
            (prompts[at[o.to]] + o.prompts for o in out), default=0
        )
        seconds[index] = sum(one.seconds for one in inside) + max(
            (seconds[at[o.to]] + o.seconds for o in out), default=0
        )
    starts = [at[key] for key, before in found.came_from.items() if before is None]
    return max(prompts[index] for index in starts), max(seconds[index] for index in starts)
