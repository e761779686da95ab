"""The rule about secrets: card numbers are marked as such, and whatever is secret goes to a hook and nowhere else (R06)."""

from collections.abc import Iterator

from ivr.checks.told import conditions, error, prompts, warning
from ivr.findings import Finding
from ivr.flow import Callback, Check, Collect, Flow, Queue, Step, Voicemail
from ivr.graph import secret_names
from ivr.templates import holes

_SHORTEST_CARD, _LONGEST_CARD = 13, 19


def secret_findings(flow: Flow) -> Iterator[Finding]:
    secrets = secret_names(flow)
    for step in flow.steps.values():
        if isinstance(step.verb, Collect) and not step.verb.secret:
            yield from _unmarked(flow, step, step.verb)
        for what, path in _told(step):
            if path.partition(".")[0] in secrets:
                yield error(flow, "R06", step, f"{what} would give away the secret {{{path}}}; only a hook may have it")


def _unmarked(flow: Flow, step: Step, collect: Collect) -> Iterator[Finding]:
    if collect.check is Check.LUHN and collect.longest >= _SHORTEST_CARD:
        yield error(flow, "R06", step, "this asks for a card number, which would be stored; add secret: true")
    elif collect.shortest >= _SHORTEST_CARD and collect.longest <= _LONGEST_CARD:
        message = f"a number of {collect.shortest} digits may be that of a card; if it is, add secret: true"
        yield warning(flow, "R06", step, message)


def _told(step: Step) -> Iterator[tuple[str, str]]:
    """Every value that a step speaks, keeps or decides on, with the part that does."""
    for what, prompt in prompts(step):
        yield from ((what, hole.path) for line in prompt.lines.values() for hole in holes(line.text))
    yield from (("a case", part.path) for _, condition in conditions(step) for part in condition.parts)
    match step.verb:
        case Queue() as queue:
            yield from (("the queue", hole.path) for name in (queue.name, *queue.skills) for hole in holes(name))
        case Voicemail() as voicemail:
            yield from (("the queue", hole.path) for hole in holes(voicemail.queue))
        case Callback() as callback:
            yield "the callback", callback.number
            yield from (("the queue", hole.path) for hole in holes(callback.queue))
        case _:
            return
