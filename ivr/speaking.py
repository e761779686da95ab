"""Prompts in the caller's language, their holes filled."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ivr.flow import Flow
from ivr.markup import Mark
from ivr.said import Prompt
from ivr.spoken import spoken
from ivr.state import State, value_at
from ivr.templates import Hole, pieces
from ivr.turns import Speech
from ivr.values import Value, as_text

Look = Callable[[str], Value]


def in_callers_language(flow: Flow, state: State, prompt: Prompt) -> tuple[Speech, ...]:
    """The prompt for this caller; where the language has no line, the first language that has one."""
    for language in (state.language, *flow.languages):
        if language in prompt.lines:
            return speech(prompt, language, looking(flow, state, language))
    return ()


def in_each_language(flow: Flow, state: State, prompt: Prompt) -> tuple[Speech, ...]:
    """Every line of the prompt, in the order the file gives them."""
    return tuple(said for language in prompt.lines for said in speech(prompt, language, looking(flow, state, language)))


def looking(flow: Flow, state: State, language: str) -> Look:
    there = replace(state, language=language)
    return lambda path: value_at(flow, there, path)


def speech(prompt: Prompt, language: str, look: Look) -> tuple[Speech, ...]:
    line = prompt.lines[language]
    text, unset = filled(line.text, language, look)
    if not text and not line.audio:
        return ()
    marked = tuple(_filled_part(part, language, look) for part in line.marked)
    return (Speech(language, text, line.audio, unset, marked),)


def _filled_part(part: str | Mark, language: str, look: Look) -> str | Mark:
    if isinstance(part, Mark):
        return replace(part, text=_with_values(part.text, language, look)[0])
    return _with_values(part, language, look)[0]


def filled(template: str, language: str, look: Look) -> tuple[str, tuple[str, ...]]:
    """The text with its holes filled, and the paths of the values that were missing."""
    text, unset = _with_values(template, language, look)
    return text.strip(), unset


def _with_values(template: str, language: str, look: Look) -> tuple[str, tuple[str, ...]]:
    said: list[str] = []
    unset: list[str] = []
    for piece in pieces(template):
        if not isinstance(piece, Hole):
            said.append(piece)
            continue
        value = as_text(look(piece.path))
        if value:
            said.append(spoken(value, piece.form, language))
        elif piece.default is not None:
            said.append(piece.default)
        else:
            unset.append(piece.path)
    return "".join(said), tuple(unset)


def name_of(flow: Flow, state: State, template: str) -> str:
    """A queue or skill name with its holes filled."""
    return filled(template, state.language, looking(flow, state, state.language))[0]


def skills_of(flow: Flow, state: State, templates: Mapping[str, int]) -> dict[str, int]:
    return {name: level for written, level in templates.items() if (name := name_of(flow, state, written))}
