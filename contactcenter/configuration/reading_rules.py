"""Reads a text of rules: when each is asked, what must hold, what it does. Everything it names must be there."""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from contactcenter.assignment.prioritising import HIGHEST, LOWEST
from contactcenter.automation import facts
from contactcenter.automation.actions import LAST_AGENT, NOBODY, VERBS
from contactcenter.automation.rules import Trigger
from contactcenter.cases.tags import TAG
from contactcenter.channels.voice.hooks.surroundings import SECRET
from contactcenter.configuration.contents import RuleSet
from contactcenter.configuration.entries import Entry, is_name, read_yaml
from contactcenter.configuration.problems import Problem
from contactcenter.configuration.reading_automation import Names, login, recipients, ways, words
from contactcenter.foundation.shelves import is_stampable
from contactcenter.models.states import CaseStatus
from ivr.conditions import ConditionError, condition

Definition = dict[str, Any]
MOST_RULES = 100
_LONGEST_WAIT = 30 * 86_400
_LONGEST_NOTE = 2000
_TRIGGERS = tuple(str(one) for one in Trigger if one is not Trigger.WAITED)
_SECRET_NAME = re.compile(rf"{SECRET}[a-z][a-z0-9_-]*")


def rule_set(file: str, text: str, names: Names, problems: list[Problem]) -> RuleSet:
    """The rules of one file; what is wrong is noted in `problems`."""
    root = read_yaml(file, text, problems)
    if root is None:
        return RuleSet(text, ())
    if not is_stampable(text):
        problems.append(Problem(file, 1, "version", "Write the version on a line of its own, such as “version: 1”."))
    fields = root.fields(("version", "rules"))
    fields.whole("version", 1, 10**9)
    entries = fields.items("rules")
    if len(entries) > MOST_RULES:
        root.wrong(f"A file holds {MOST_RULES} rules at most; begin another one.")
    found = tuple(_rule(one, names) for one in entries)
    _refuse_twins(entries, found)
    return RuleSet(text, found)


def macros(root: Entry, names: Names) -> dict[str, list[Definition]]:
    """Each macro's actions; a macro does not run another."""
    found = {}
    for name, entry in root.members().items():
        if not is_name(name):
            entry.wrong(f"“{name}” is no name: use small letters, digits, - and _, beginning with a letter.")
        found[name] = [_action(one, names, without="macro") for one in entry.items()]
    return found


def _refuse_twins(entries: list[Entry], found: Iterable[Definition]) -> None:
    seen: dict[str, int] = {}
    for entry, told in zip(entries, found, strict=True):
        name = told["name"]
        if name and name in seen:
            entry.wrong(f"The rule “{name}” stands here twice, first in line {seen[name]}.")
        seen.setdefault(name, entry.line)


def _rule(entry: Entry, names: Names) -> Definition:
    fields = entry.fields(("name", "trigger", "then"), ("when",))
    name, trigger, when = fields.get("name"), fields.get("trigger"), fields.get("when")
    called = name.text() if name else ""
    if name and called and not is_name(called):
        name.wrong(f"“{called}” is no name: use small letters, digits, - and _, beginning with a letter.")
    then = fields.items("then")
    if "then" in fields.entries and not then:
        fields.entries["then"].wrong("A rule does something; list one action at least.")
    return {
        "name": called,
        "trigger": _trigger(trigger, names) if trigger else "",
        "when": [_clause(one, names) for one in when.items()] if when else [],
        "then": [_action(one, names) for one in then],
    }


def _trigger(entry: Entry, names: Names) -> str | Definition:
    if not entry.is_mapping():
        return entry.one_of(_TRIGGERS, "trigger")
    fields = entry.fields(("since", "after"), ("by",))
    after, by = fields.get("after"), fields.get("by")
    seconds = after.seconds() if after else 0
    if after and seconds > _LONGEST_WAIT:
        after.wrong("A rule waits for thirty days at most (720h).")
    told: Definition = {"since": fields.one_of("since", _TRIGGERS, "trigger"), "after": seconds}
    return {**told, "by": by.one_of(names.calendars, "calendar")} if by else told


def _clause(entry: Entry, names: Names) -> list[str]:
    """One condition, or `any:` with several of which one must hold."""
    if not entry.is_mapping():
        return [_condition(entry, names)]
    fields = entry.fields(("any",))
    return [_condition(one, names) for one in fields.items("any")]


def _condition(entry: Entry, names: Names) -> str:
    written = entry.text()
    try:
        parts = condition(written).parts if written else ()
    except ConditionError as error:
        entry.wrong(f"{error}.")
        return written
    for part in parts:
        if not _is_known(part.path, names):
            entry.wrong(f"There is no “{part.path}” to ask about; {_instead(part.path, names)}.")
        elif part.path == "case.tags" and part.op not in {"has", "has not"} and part.literals != (None,):
            entry.wrong("A case has several tags; ask with has, has not, is empty or is not empty.")
    return written


def _is_known(path: str, names: Names) -> bool:
    return path in _facts(names) or path.startswith(facts.CUSTOMER_FACT)


def _facts(names: Names) -> list[str]:
    return [*facts.NAMES, *(facts.calendar_fact(name) for name in names.calendars)]


def _instead(path: str, names: Names) -> str:
    """What was meant, if that can be guessed; else everything there is of its kind."""
    known = _facts(names)
    close = get_close_matches(path, known, n=1)
    if close:
        return f"did you mean {close[0]}"
    kind = path.partition(".")[0]
    same = [name for name in known if name.startswith(f"{kind}.")]
    return f"there is {', '.join(same or known)}, and {facts.CUSTOMER_FACT}<name>"


def _action(entry: Entry, names: Names, without: str = "") -> Definition:
    """`verb: whatever it needs`, as the definition that the table holds."""
    members = entry.members()
    if len(members) != 1:
        entry.wrong("An action is one verb with what it needs, such as “priority: 3”.")
        return {"do": ""}
    verb, told = next(iter(members.items()))
    if verb not in VERBS or verb == without:
        told.wrong(f"There is no action “{verb}”; there is {', '.join(one for one in VERBS if one != without)}.")
        return {"do": ""}
    return {"do": verb, **_READ[verb](told, names)}


def _assign(entry: Entry, names: Names) -> Definition:
    written = entry.text()
    return {"to": written if written in {NOBODY, LAST_AGENT} else login(entry, names.people)}


def _priority(entry: Entry, _names: Names) -> Definition:
    """A number to have, or a step such as "+1" to go, in quotes."""
    if entry.is_word() and re.fullmatch(r"[+-][1-9]", entry.text()):
        return {"by": int(entry.text())}
    return {"to": entry.whole(LOWEST, HIGHEST)}


def _tags(entry: Entry, _names: Names) -> Definition:
    found = [one.text() for one in entry.items()]
    for tag in found:
        if tag and not TAG.fullmatch(tag):
            entry.wrong(f"“{tag}” is no tag: use letters, digits, - and _, forty at most.")
    return {"tags": found}


def _note(entry: Entry, _names: Names) -> Definition:
    text = entry.block()
    if len(text) > _LONGEST_NOTE:
        entry.wrong(f"A note may have {_LONGEST_NOTE} characters.")
    return {"text": text}


def _notify(entry: Entry, names: Names) -> Definition:
    fields = entry.fields(("to", "say"), ("by",))
    to, say = fields.get("to"), fields.get("say")
    return {
        "to": recipients(to, names) if to else "",
        "say": words(say) if say else {},
        "by": ways(fields.get("by")),
    }


def _webhook(entry: Entry, _names: Names) -> Definition:
    fields = entry.fields(("url",), ("secret",))
    url, secret = fields.text("url"), fields.get("secret")
    parts = urlsplit(url)
    if url and (
        parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or not url.isascii()
    ):
        fields.entries["url"].wrong("Write https://host/path in ASCII.")
    signed = secret.text() if secret else ""
    if secret and not _SECRET_NAME.fullmatch(signed):
        secret.wrong("Write secret: and a name of the setting HOOK_SECRETS, such as secret:crm_token.")
    return {"url": url, "secret": signed}


def _callback(entry: Entry, names: Names) -> Definition:
    fields = entry.fields(("queue", "window", "within"))
    within = fields.get("within")
    return {
        "queue": fields.one_of("queue", names.queues, "queue"),
        "window": fields.one_of("window", names.calendars, "calendar"),
        "within": within.seconds() if within else 0,
    }


def _to(choices: Callable[[Names], Iterable[str]], what: str) -> Callable[[Entry, Names], Definition]:
    return lambda entry, names: {"to": entry.one_of(tuple(choices(names)), what)}


_READ: Mapping[str, Callable[[Entry, Names], Definition]] = {
    "assign": _assign,
    "queue": _to(lambda names: names.queues, "queue"),
    "priority": _priority,
    "tag": _tags,
    "untag": _tags,
    "status": _to(lambda _names: map(str, CaseStatus), "status"),
    "note": _note,
    "macro": _to(lambda names: names.macros, "macro"),
    "notify": _notify,
    "escalate": _to(lambda names: names.escalations, "escalation"),
    "webhook": _webhook,
    "promise": _to(lambda names: names.tiers, "tier"),
    "send": _to(lambda names: names.letters, "letter"),
    "callback": _callback,
}
