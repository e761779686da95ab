"""Telephone menus as readable, checked, versioned text, and the machine that walks them; no I/O."""

from ivr.checks.lines import seconds
from ivr.coverage import Coverage, coverage
from ivr.drawing import Counted, StepVisits, draw
from ivr.findings import Finding, FlowError, Severity
from ivr.flow import Announce, End, Flow, Step
from ivr.joining import Library, Missing, joined, stand_in
from ivr.linting import Known, lint
from ivr.machine import advance, begin
from ivr.markup import Mark
from ivr.parsing import parse
from ivr.proving import MOST_SITUATIONS, Broken, Proof, prove
from ivr.rehearsal import Rehearsal, rehearse
from ivr.said import Voice
from ivr.state import Caller, State
from ivr.turns import (
    Act,
    ArticleAnswered,
    AskHours,
    AskKeys,
    AskLookup,
    BookCallback,
    CallbackAnswered,
    Event,
    FindArticle,
    HangUp,
    HoursAnswered,
    KeysPressed,
    LookupAnswered,
    Lost,
    MessageRecorded,
    QueueLeft,
    RecordMessage,
    Silence,
    Speech,
    TransferCall,
    TransferEnded,
    Turn,
    WaitInQueue,
    WordsSpoken,
)
from ivr.visiting import Visit, pressed, visited, visited_first
from ivr.waiting import queue_announcement, queue_keys_in_force

__all__ = [
    "MOST_SITUATIONS",
    "Act",
    "Announce",
    "ArticleAnswered",
    "AskHours",
    "AskKeys",
    "AskLookup",
    "BookCallback",
    "Broken",
    "CallbackAnswered",
    "Caller",
    "Counted",
    "Coverage",
    "End",
    "Event",
    "FindArticle",
    "Finding",
    "Flow",
    "FlowError",
    "HangUp",
    "HoursAnswered",
    "KeysPressed",
    "Known",
    "Library",
    "LookupAnswered",
    "Lost",
    "Mark",
    "MessageRecorded",
    "Missing",
    "Proof",
    "QueueLeft",
    "RecordMessage",
    "Rehearsal",
    "Severity",
    "Silence",
    "Speech",
    "State",
    "Step",
    "StepVisits",
    "TransferCall",
    "TransferEnded",
    "Turn",
    "Visit",
    "Voice",
    "WaitInQueue",
    "WordsSpoken",
    "advance",
    "begin",
    "coverage",
    "draw",
    "joined",
    "lint",
    "parse",
    "pressed",
    "prove",
    "queue_announcement",
    "queue_keys_in_force",
    "rehearse",
    "seconds",
    "stand_in",
    "visited",
    "visited_first",
]
