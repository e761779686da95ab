"""Where a call stands in its flow: small, immutable, and the same after a trip through JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ivr.flow import Flow
from ivr.said import Tags
from ivr.values import Value, as_text, clean, clean_text, look_up


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known about the call before the first step."""

    number: str
    called: str = ""
    country: str = ""
    known: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    flow: str
    version: int
    step: str
    language: str
    values: Mapping[str, Value] = field(default_factory=dict)
    skills: Mapping[str, int] = field(default_factory=dict)
    intent: str | None = None
    priority: int = 0
    case: str | None = None
    silences: int = 0
    wrong: int = 0
    visits: Mapping[str, int] = field(default_factory=dict)
    phase: str = ""
    """Which of its questions a step with several of them puts."""
    secrets: tuple[str, ...] = ()
    """The names among `values` that must be gone before the caller is waited for again."""
    automatic: int = 0
    """Steps gone through since the caller was last waited for."""
    ended: str | None = None

    def to_json(self) -> str:
        return json.dumps(self.as_dict(), ensure_ascii=False, allow_nan=False)

    def as_dict(self) -> dict[str, Any]:
        """The state as plain values, for whoever stores it inside a larger JSON value; not a copy."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, text: str) -> "State":
        values = json.loads(text)
        return cls(**{**values, "secrets": tuple(values.get("secrets", ()))})


def first_state(flow: Flow, caller: Caller) -> State:
    language = caller.language if caller.language in flow.languages else flow.languages[0]
    values = clean(
        {
            "caller": {"number": caller.number, "country": caller.country, "known": caller.known},
            "called": {"number": caller.called},
        }
    )
    return State(flow.name, flow.version, flow.start, str(language), values)


def value_at(flow: Flow, state: State, path: str) -> Value:
    """The value a hole or a condition names: what the machine knows itself, else what the call has gathered."""
    voice = flow.voices.get(state.language)
    known: dict[str, Value] = {
        "language": state.language,
        "language.spoken": voice.spoken if voice else state.language,
        "skill": next(iter(state.skills), None),
        "intent": state.intent,
        "priority": state.priority,
        "attempt": state.silences + state.wrong + 1,
        "flow.version": state.version,
    }
    return known[path] if path in known else look_up(state.values, path, state.language)


def arrived(state: State, step: str) -> State:
    visits = {**state.visits, step: state.visits.get(step, 0) + 1}
    return replace(state, step=step, visits=visits, silences=0, wrong=0, phase="")


def calm(state: State) -> State:
    """The caller has been understood: whatever went wrong before counts no more."""
    return replace(state, silences=0, wrong=0)


def tagged(state: State, tags: Tags) -> State:
    return replace(
        state,
        skills=state.skills if tags.skills is None else dict(tags.skills),
        intent=tags.intent or state.intent,
        priority=state.priority if tags.priority is None else tags.priority,
        language=tags.language or state.language,
        case=state.case if tags.case is None else as_text(look_up(state.values, tags.case, state.language)) or None,
    )


def saved(state: State, name: str, value: Mapping[str, object] | str | None) -> State:
    """The state with a value kept under a name; None forgets what an earlier visit kept there."""
    values = {key: kept for key, kept in state.values.items() if key != name}
    if isinstance(value, str):
        values[name] = clean_text(value)
    elif value is not None:
        values[name] = clean(value)
    return replace(state, values=values)


def without_secrets(state: State) -> State:
    """The state as it may be stored while the caller is waited for."""
    if not state.secrets:
        return state
    values = {name: kept for name, kept in state.values.items() if name not in state.secrets}
    return replace(state, values=values, secrets=())
