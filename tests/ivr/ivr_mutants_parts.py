"""Mistakes about parts: every sample with one of its steps moved into a part, and one of the two spoilt."""

from collections.abc import Iterator
from typing import Any

from ivr_mutants import KNOWN, Doc, Sample, changed, without, written

import ivr

PART = "a-part"


def moved(sample: Sample) -> Iterator[tuple[str, Doc, Doc]]:
    """Each statement that leads on, as a part of its own: its name, the flow that runs it, and the part."""
    for name, step, verb in sample.steps:
        if verb == "say" and "then" in step and "at_most" not in step:
            runs = {"flow": {"name": PART, "version": 1}, "then": step["then"]}
            head = {key: sample.doc[key] for key in ("title", "languages")}
            part = {"flow": PART, "version": 1, "part": True, **head, "start": "said"}
            yield (
                name,
                changed(sample.doc, ("steps", name), runs),
                {**part, "steps": {"said": {**step, "then": "back"}}},
            )


def findings(flow: Doc, part: Doc) -> list[ivr.Finding]:
    """What is said against the flow with its part; its tests are left out, which takes most of the time."""

    def library(name: str, version: int) -> ivr.Flow | ivr.Missing:
        found = ivr.parse(written(part), "part.yaml")
        return found if (name, version) == (found.name, found.version) else ivr.Missing()

    try:
        alone = {key: value for key, value in flow.items() if key != "tests"}
        whole = ivr.joined(ivr.parse(written(alone), "mutant.yaml"), library)
    except ivr.FlowError as error:
        return list(error.findings)
    return [finding for finding in ivr.lint(whole, KNOWN) if finding.rule != "C01"]


def spoilt(sample: Sample) -> Iterator[tuple[str, frozenset[str], Doc, Doc]]:
    """What is wrong, the rules that find it, the flow and its part."""
    for name, flow, part in moved(sample):
        runs: tuple[Any, ...] = ("steps", name, "flow")
        yield "unknown part", frozenset({"R08"}), changed(flow, (*runs, "name"), "a-prt"), part
        yield "another version", frozenset({"R08"}), changed(flow, (*runs, "version"), 2), part
        yield "no version", frozenset({"Y03"}), without(flow, (*runs, "version")), part
        yield "no way on", frozenset({"F02"}), without(flow, ("steps", name, "then")), part
        yield "back outside", frozenset({"F01"}), changed(flow, ("steps", name, "then"), "back"), part
        yield "itself", frozenset({"F12", "R08"}), changed(flow, (*runs, "name"), sample.flow.name), part
        yield "no part", frozenset({"R08"}), flow, {**sample.doc, "flow": PART, "version": 1}
        lasting = changed(part, ("steps", "said", "then"), "said")
        yield "neither back nor an end", frozenset({"F05", "F06", "F04"}), flow, lasting
        yield "stops", frozenset({"F03"}), flow, without(part, ("steps", "said", "then"))
        tag = sample.flow.languages[-1]
        yield "silent in a language", frozenset({"P01"}), flow, without(part, ("steps", "said", "say", tag))
        yield "speaks less", frozenset({"P01", "Y03"}), flow, _speaking_less(part, tag)


def _speaking_less(part: Doc, tag: str) -> Doc:
    for where in (("title", tag), ("steps", "said", "say", tag)):
        part = without(part, where)
    return {**part, "languages": [one for one in part["languages"] if one != tag]}
