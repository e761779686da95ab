"""Mistakes about where calls go: exits, steps, loops, hours, people, and tests that reach it all."""

from collections.abc import Iterable, Iterator
from itertools import compress

from ivr_mutants import Doc, Mistake, Sample, changed, look, mistakes_into, renamed, without, written

import ivr

MISTAKES: list[Mistake] = []
mistake = mistakes_into(MISTAKES)
GO_ON = {"en": "To go on, press 1.", "zh-Hans": "继续请按 1。", "zh-Hant": "繼續請按 1。"}


def exits(sample: Sample) -> Iterator[tuple[str | int, ...]]:
    """The exits that a step cannot do without."""
    optional = {"emergency", "stuck", "after"}
    yield from (
        where for where in sample.targets() if len(where) == 3 or where[2] == "hours" if where[-1] not in optional
    )


@mistake("an exit is deleted", "F02", "F03")
def delete_exit(sample: Sample) -> Iterator[Doc]:
    yield from (without(sample.doc, where) for where in exits(sample))


@mistake("an exit, an option or a key leads nowhere", "F01")
def lead_nowhere(sample: Sample) -> Iterator[Doc]:
    yield from (changed(sample.doc, where, look(sample.doc, where) + "_x") for where in sample.targets())


@mistake("a head leads nowhere", "F01")
def head_nowhere(sample: Sample) -> Iterator[Doc]:
    yield from (changed(sample.doc, (head,), "nowhere") for head in ("start", "human"))


@mistake("a step is deleted", "F01")
def delete_step(sample: Sample) -> Iterator[Doc]:
    yield from (without(sample.doc, ("steps", name)) for name, _, _ in sample.steps)


@mistake("a step is renamed, but not where others lead to it", "F01")
def rename_step(sample: Sample) -> Iterator[Doc]:
    yield from (renamed(sample.doc, ("steps", name), name + "_2") for name, _, _ in sample.steps)


@mistake("a step that nobody leads to", "F04")
def orphan(sample: Sample) -> Iterator[Doc]:
    for name, step, _ in sample.steps:
        yield changed(sample.doc, ("steps", name + "_copy"), step)


@mistake("an automatic step leads back to itself", "F05", "F06")
def itself(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb in {"say", "tag", "lookup", "branch", "hours"} and "at_most" not in step:
            for where in exits(sample):
                if where[1] == name:
                    yield changed(sample.doc, where, name)


@mistake("a full or empty queue is tried again at once", "F06", "F07")
def queue_again(sample: Sample) -> Iterator[Doc]:
    for name, _, verb in sample.steps:
        if verb == "queue":
            yield from (changed(sample.doc, ("steps", name, exit_), name) for exit_ in ("nobody_logged_in", "full"))


@mistake("a silent caller is asked the same for ever", "F07")
def stuck_for_ever(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb in {"menu", "collect"} and "at_most" not in step:
            yield changed(sample.doc, ("steps", name, verb, "stuck"), name)


@mistake("an empty message is asked for for ever", "F07")
def record_for_ever(sample: Sample) -> Iterator[Doc]:
    for name, _, verb in sample.steps:
        if verb == "voicemail":
            yield changed(sample.doc, ("steps", name, "empty"), name)


@mistake("a loop loses its bound", "F07")
def unbounded(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb == "say" and "at_most" in step:
            yield without(without(sample.doc, ("steps", name, "at_most")), ("steps", name, "after"))


@mistake("a loop that is spent goes on in its circle", "F05", "F06", "F07")
def spent_in_vain(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb == "say" and "at_most" in step:
            yield changed(sample.doc, ("steps", name, "after"), step["then"])
        if "at_most" in step:
            yield changed(sample.doc, ("steps", name, "after"), name)


@mistake("at_most without after, or after without at_most", "Y03")
def half_bound(sample: Sample) -> Iterator[Doc]:
    for name, step, _ in sample.steps:
        if "at_most" in step:
            yield from (without(sample.doc, ("steps", name, half)) for half in ("at_most", "after"))


@mistake("more than fifty sentences before anybody can act", "F09")
def sermon(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb == "say" and "at_most" not in step:
            onward = {key: step[key] for key in ("then", "end") if key in step}
            said = {f"sermon{place}": {"say": step["say"], "then": f"sermon{place + 1}"} for place in range(51)}
            steps = {**sample.doc["steps"], **said, "sermon51": {"say": step["say"], **onward}}
            yield changed({**sample.doc, "steps": steps}, ("steps", name), {"say": step["say"], "then": "sermon0"})


@mistake("a step is gone round by all that led to it", "F04")
def skip(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb == "say" and "then" in step and "at_most" not in step:
            doc = sample.doc
            for where in sample.targets():
                doc = changed(doc, where, step["then"]) if look(doc, where) == name else doc
            yield doc


@mistake("closed calls go on as in opening hours", "F04", "F08")
def always_open(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb == "hours":
            yield changed(sample.doc, ("steps", name, "hours", "closed"), step["hours"]["open"])


@mistake("an emergency exit is lost", "F04")
def no_emergency(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb == "hours" and "emergency" in step["hours"]:
            yield without(sample.doc, ("steps", name, "hours", "emergency"))


@mistake("0 leads to a recording", "M06")
def no_human(sample: Sample) -> Iterator[Doc]:
    for name, _, verb in sample.steps:
        if verb == "voicemail":
            yield changed(sample.doc, ("human",), name)


@mistake("a service hides behind three more menus", "M05")
def too_deep(sample: Sample) -> Iterator[Doc]:
    for name, menu in sample.menus():
        ask = {tag: GO_ON[tag] for tag in sample.flow.languages}
        for key, option in menu["options"].items():
            ladder = {
                f"rung{rung}": {
                    "menu": {
                        "ask": ask,
                        "options": {"1": {"means": "On", "to": f"rung{rung + 1}"}},
                        "no_human": "a ladder",
                    }
                }
                for rung in range(4)
            }
            steps = {**sample.doc["steps"], **ladder, "rung4": {"say": ask, "then": option["to"]}}
            yield changed({**sample.doc, "steps": steps}, ("steps", name, "menu", "options", key, "to"), "rung0")


@mistake("a question without 0 before other questions", "M06")
def far_from_people(sample: Sample) -> Iterator[Doc]:
    ask = {tag: GO_ON[tag] for tag in sample.flow.languages}
    way = {"menu": {"ask": ask, "options": {"1": {"means": "On", "to": ""}}, "no_human": "none"}}
    for name, _ in sample.menus():
        ladder = {
            f"rung{rung}": changed(way, ("menu", "options", "1", "to"), f"rung{rung + 1}" if rung < 2 else name)
            for rung in range(3)
        }
        doc = {**sample.doc, "steps": {**sample.doc["steps"], **ladder}}
        for where in sample.targets():
            if look(sample.doc, where) == name and where[1] != name and "9" not in sample.flow.defaults.keys:
                yield changed(doc, where, "rung0")


@mistake("no test reaches a step", "C01")
def untested_step(sample: Sample) -> Iterator[str]:
    runs = ivr.coverage(sample.flow).rehearsals
    yield from only_tests(sample, ([name not in run.steps for run in runs] for name in sample.flow.steps))


@mistake("no test takes an exit", "C01", "C02")
def untested_exit(sample: Sample) -> Iterator[str]:
    covered = ivr.coverage(sample.flow)
    pairs = [(one.origin, one.name) for one in covered.exits]
    yield from only_tests(sample, ([pair not in run.exits for run in covered.rehearsals] for pair in pairs))


def only_tests(sample: Sample, kept: Iterable[list[bool]]) -> Iterator[str]:
    """The flow with some of its tests, each choice once."""
    for choice in dict.fromkeys(tuple(flags) for flags in kept):
        yield written({**sample.doc, "tests": list(compress(sample.doc["tests"], choice))})


@mistake("there are no tests at all", "C01")
def untested(sample: Sample) -> Iterator[str]:
    yield written(without(sample.doc, ("tests",)))
    yield written({**sample.doc, "tests": []})
