"""Answers from the knowledge base: what is it about, the article read aloud, did that help?"""

from dataclasses import replace
from enum import StrEnum

from ivr.answers import Answer as Answered
from ivr.answers import Go, Stay, Why, first_exit, house_key, keys_of, silence, wrong
from ivr.flow import Answer, Flow, Step
from ivr.said import Asking
from ivr.state import State, calm, saved
from ivr.turns import ArticleAnswered, Event, Speech, WordsSpoken

QUESTION = "answer.question"
HELPED_KEY, MORE_KEY = KEYS = ("1", "2")


class Phase(StrEnum):
    """`ASK` is how a step is entered that asks what it is about."""

    ASK = ""
    FIND = "find"
    TOLD = "told"


def entered(state: State, answer: Answer) -> State:
    """A named article is read at once."""
    return replace(saved(state, "answer", None), phase=Phase.ASK if answer.ask else Phase.FIND)


def question_of(state: State, answer: Answer) -> Asking:
    """The question that is put now."""
    return answer.ask if state.phase == Phase.ASK and answer.ask else answer.helped


def answered(flow: Flow, state: State, step: Step, answer: Answer, event: Event) -> Answered:
    """What a key, a sentence or the article makes of it."""
    match state.phase, event:
        case Phase.FIND, ArticleAnswered("found", text) if text:
            read = Speech(state.language, text)
            return Stay(replace(state, phase=Phase.TOLD), Why.FIRST, (read,))
        case Phase.FIND, ArticleAnswered():
            return Go(state, first_exit(step, "missing"))
        case (Phase.FIND, _) | (_, ArticleAnswered()):
            return Stay(state, Why.STRAY)
        case Phase.ASK, WordsSpoken(text) if text.strip():
            return Stay(replace(saved(calm(state), "answer", {"question": text}), phase=Phase.FIND), Why.FIRST)
        case _:
            return _pressed(flow, state, step, answer, event)


def _pressed(flow: Flow, state: State, step: Step, answer: Answer, event: Event) -> Answered:
    key, told = keys_of(step, event), state.phase == Phase.TOLD
    if told and key in KEYS:
        return Go(calm(state), first_exit(step, "helped" if key == HELPED_KEY else "more"))
    if told and key == "*":
        return Stay(replace(calm(state), phase=Phase.FIND), Why.REPEAT)
    again = wrong if key or isinstance(event, WordsSpoken) else silence
    return house_key(key, flow, state, step) or again(question_of(state, answer), state, first_exit(step, "more"))
