"""Reads the phone menus of config/ivr/ and the numbers that they answer; a menu is linted and rehearsed first."""

import re
from collections.abc import Collection, Iterable, Mapping

import ivr
from contactcenter.configuration.contents import Menu
from contactcenter.configuration.entries import Entry
from contactcenter.configuration.problems import Problem
from contactcenter.configuration.reading_hooks import Definition

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_VERSION = re.compile(r"^version:[ \t]*[0-9]+", re.MULTILINE)


def known(queues: Collection[str], calendars: Collection[str], hooks: Mapping[str, Definition]) -> ivr.Known:
    """What a menu may name outside itself."""
    seconds = {name: definition["timeout"] for name, definition in hooks.items()}
    return ivr.Known(frozenset(queues), frozenset(calendars), frozenset(hooks), seconds)


def menus(
    files: Iterable[tuple[str, str]], around: ivr.Known, problems: list[Problem]
) -> tuple[dict[str, Menu], tuple[Problem, ...]]:
    """The menus by name, and what the linter finds doubtful about them."""
    found: dict[str, Menu] = {}
    sources: dict[str, str] = {}
    doubts: list[Problem] = []
    for file, text in files:
        flow = _flow(file, text, problems)
        if flow is None:
            continue
        if flow.name in found:
            problems.append(Problem(file, 1, "flow", f"“{flow.name}” is already the name of {sources[flow.name]}."))
        findings = ivr.lint(flow, around)
        problems.extend(_told(finding) for finding in findings if finding.severity is ivr.Severity.ERROR)
        doubts.extend(_told(finding) for finding in findings if finding.severity is ivr.Severity.WARNING)
        problems.extend(_failed_scripts(flow, file))
        found[flow.name], sources[flow.name] = Menu(text), file
    return found, tuple(doubts)


def numbers(root: Entry, flows: Collection[str]) -> dict[str, str]:
    """Our numbers, and the menu that answers each."""
    answered: dict[str, str] = {}
    for number, entry in root.members().items():
        if not _NUMBER.fullmatch(number):
            entry.wrong(f'“{number}” is no phone number; write it in quotes with its country, such as "+14155550100".')
        answered[number] = entry.one_of(flows, "flow")
    return answered


def stamped(body: str, version: int) -> str:
    """The menu's text under the version it is published as: a call reads its version from the text it runs on."""
    return _VERSION.sub(f"version: {version}", body, count=1)


def _flow(file: str, text: str, problems: list[Problem]) -> ivr.Flow | None:
    try:
        flow = ivr.parse(text, file)
    except ivr.FlowError as error:
        problems.extend(map(_told, error.findings))
        return None
    if not _VERSION.search(text):
        problems.append(Problem(file, 1, "version", "Write the version on a line of its own, such as “version: 1”."))
    return flow


def _failed_scripts(flow: ivr.Flow, file: str) -> list[Problem]:
    return [
        Problem(file, script.line, f"test “{script.name}”", f"{sentence}.".replace("..", "."))
        for script in flow.tests
        for sentence in ivr.rehearse(flow, script).problems
    ]


def _told(finding: ivr.Finding) -> Problem:
    key = f"step {finding.step}" if finding.step else "flow"
    return Problem(finding.source, finding.line, key, f"{finding.message} ({finding.rule}).")
