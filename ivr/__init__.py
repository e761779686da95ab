"""Telephone menus as readable, checked, versioned text, and the machine that walks them; no I/O."""

from ivr.coverage import Coverage, coverage
from ivr.drawing import Counted, StepVisits, draw
from ivr.findings import Finding, FlowError, Severity
from ivr.flow import Announce, End, Flow, Step, Voice
from ivr.linting import Known, lint
from ivr.machine import advance, begin
from ivr.markup import Mark
from ivr.parsing import parse
from ivr.proving import MOST_SITUATIONS, Broken, Proof, prove
from ivr.rehearsal import Rehearsal, rehearse
from ivr.state import Caller, State
from ivr.turns import (
    Act,
    AskHours,
    AskKeys,
    AskLookup,
    BookCallback,
    CallbackAnswered,
    Event,
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
    "Finding",
    "Flow",
    "FlowError",
    "HangUp",
    "HoursAnswered",
    "KeysPressed",
    "Known",
    "LookupAnswered",
    "Lost",
    "Mark",
    "MessageRecorded",
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
    "lint",
    "parse",
    "pressed",
    "prove",
    "queue_announcement",
    "queue_keys_in_force",
    "rehearse",
    "visited",
    "visited_first",
]
