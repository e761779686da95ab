"""Rules about what runs while the caller can do nothing: no long silence, no huge document (T01, T02)."""

from collections.abc import Iterator, Mapping

from ivr.checks.chains import Chains, chains
from ivr.checks.references import Known
from ivr.checks.told import error, prompts, warning
from ivr.findings import Finding
from ivr.flow import Flow, Lookup, Menu, Queue, Step
from ivr.graph import all_exits

_LONGEST_SILENCE = 3
_SLOW = 8
_TOO_SLOW = 15
_LARGEST = 64 * 1024
_IN_LATER_DOCUMENTS = frozenset({"ask_again", "retry"})


def wait_findings(flow: Flow, known: Known) -> Iterator[Finding]:
    patience = {step.name: _patience(step, known) for step in flow.steps.values()}
    yield from _silences(flow, patience)
    together = chains(flow, all_exits(flow))
    yield from _slow_chains(flow, together, patience)
    yield from _big_documents(flow, together)


def _silences(flow: Flow, patience: Mapping[str, int]) -> Iterator[Finding]:
    for step in flow.steps.values():
        match step.verb:
            case Lookup(hook=hook, wait=None) if patience[step.name] > _LONGEST_SILENCE:
                message = f"hook '{hook}' may take {patience[step.name]} s in silence; add a wait prompt, such as 'One moment.'"
                yield error(flow, "T01", step, message)
            case _:
                pass


def _slow_chains(flow: Flow, together: Chains, patience: Mapping[str, int]) -> Iterator[Finding]:
    weight = together.heaviest(patience.__getitem__)
    slow = [step for step in flow.steps.values() if isinstance(step.verb, Lookup) and weight[step.name] >= _SLOW]
    for step in slow:
        if not any(_runs_before(other, step, together) for other in slow):
            names = [
                step.name,
                *(name for name in flow.steps if name in together.ahead[step.name] and patience[name]),
            ]
            seconds = weight[step.name]
            message = (
                f"hooks may take {seconds:.0f} s before the caller can act ({', '.join(dict.fromkeys(names))}); "
                f"shorten their time-outs to less than {_SLOW} s together, or ask something in between"
            )
            yield (error if seconds >= _TOO_SLOW else warning)(flow, "T01", step, message)


def _runs_before(first: Step, then: Step, together: Chains) -> bool:
    """Of hooks that run in a circle, the one written first counts as the first."""
    if then.name not in together.ahead[first.name] or first is then:
        return False
    return first.name not in together.ahead[then.name] or first.line < then.line


def _big_documents(flow: Flow, together: Chains) -> Iterator[Finding]:
    for tag in flow.languages:
        sizes = {name: _size(step, tag) for name, step in flow.steps.items()}
        size = together.heaviest(sizes.__getitem__)
        over = [name for name in size if size[name] > _LARGEST]
        if over:
            name = min(over, key=lambda place: size[place])
            message = (
                f"a document of {size[name] / 1024:.0f} kB in {tag} from here to the next question "
                f"(at most {_LARGEST // 1024} kB); shorten the texts, or ask something in between"
            )
            yield error(flow, "T02", flow.steps[name], message)
            return


def _patience(step: Step, known: Known) -> int:
    """The seconds a step may take before the caller can act: what it allows, or less if the hook is given less."""
    match step.verb:
        case Lookup(hook=hook, timeout=seconds):
            return min(seconds, known.hook_seconds.get(hook, seconds))
        case _:
            return 0


def _size(step: Step, tag: str) -> int:
    """The bytes of what a step says when a call gets to it; a queue speaks in documents of its own."""
    if isinstance(step.verb, Queue):
        return 0
    each = isinstance(step.verb, Menu) and step.verb.each_language
    return sum(
        len(line.text.encode())
        for what, prompt in prompts(step)
        if what not in _IN_LATER_DOCUMENTS
        for language, line in prompt.lines.items()
        if each or language == tag
    )
