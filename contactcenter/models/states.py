"""Every word that a state column may hold. Wire and database use these values; renaming one breaks stored rows."""

from enum import StrEnum


class Channel(StrEnum):
    VOICE = "voice"
    EMAIL = "email"
    CHAT = "chat"
    MESSAGING = "messaging"


class OutboxClass(StrEnum):
    REPEATABLE = "A"
    ONCE = "B"


class OutboxState(StrEnum):
    NEW = "new"
    SENDING = "sending"
    DONE = "done"
    UNKNOWN = "unknown"
    DEAD = "dead"


class HookState(StrEnum):
    RUNNING = "running"
    FOUND = "found"
    MISSING = "missing"
    ERROR = "error"


class HookSource(StrEnum):
    """Where the answer of a hook came from."""

    RAN = "ran"
    CACHED = "cached"
    FAKED = "faked"
    REFUSED = "refused"
    """It was not run: not declared, paused after errors, or too many runs at once."""


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class TextOrigin(StrEnum):
    """Where a published text was written."""

    FILES = "files"
    SCREEN = "screen"


class Presence(StrEnum):
    """What the person says of themself."""

    AVAILABLE = "available"
    AUX = "aux"
    OFFLINE = "offline"


class CaseStatus(StrEnum):
    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"


class InteractionState(StrEnum):
    IN_IVR = "in_ivr"
    QUEUED = "queued"
    OFFERED = "offered"
    CONNECTED = "connected"
    WRAP_UP = "wrap_up"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    FAILED = "failed"


class WorkState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ASSIGNED = "assigned"
    WRAP_UP = "wrap_up"
    DONE = "done"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"


LIVE_WORK = (WorkState.WAITING, WorkState.OFFERED, WorkState.ASSIGNED, WorkState.WRAP_UP)


class OfferState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"


class ClockKind(StrEnum):
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    PERIODIC_UPDATE = "periodic_update"
    THIRD_PARTY = "third_party"
    CALLBACK = "callback"


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    CANCELLED = "cancelled"


class IdentityKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    VISITOR = "visitor"
    EXTERNAL = "external"


class EntryKind(StrEnum):
    """What one line of a case's timeline tells."""

    MESSAGE_IN = "message_in"
    MESSAGE_OUT = "message_out"
    NOTE = "note"
    CALL = "call"
    VOICEMAIL = "voicemail"
    STATUS = "status"
    ROUTING = "routing"
    SLA = "sla"
    WRAP_UP = "wrap_up"
    IMPORTED = "imported"


class LegState(StrEnum):
    """One leg of a call as the provider confirmed it."""

    NONE = "none"
    DIALING = "dialing"
    JOINED = "joined"
    HELD = "held"
    LEFT = "left"
    FAILED = "failed"


class CallbackState(StrEnum):
    """A promise to call: `resting` until its next try may begin, `waiting` in line, `calling` while an agent has it."""

    RESTING = "resting"
    WAITING = "waiting"
    CALLING = "calling"
    DONE = "done"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


LIVE_CALLBACK = (CallbackState.RESTING, CallbackState.WAITING, CallbackState.CALLING)


class CommandState(StrEnum):
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    FAILED = "failed"


class RunOutcome(StrEnum):
    """What became of a rule that listened to a moment."""

    ACTED = "acted"
    NOT_MATCHED = "not_matched"
    FAILED = "failed"
    """It matched, and at least one of its actions could not be done."""
    STOPPED = "stopped"
    """It was not asked: rules had set each other off too many times."""


class ActionResult(StrEnum):
    DONE = "done"
    NOTHING = "nothing"
    """It was so already."""
    REFUSED = "refused"


class EscalationState(StrEnum):
    RUNNING = "running"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"
    """What it was about is over."""
    EXHAUSTED = "exhausted"
    """Its last step was taken, and nobody has acknowledged it."""


class MailState(StrEnum):
    STORED = "stored"
    JOINED = "joined"
    OPENED = "opened"
    QUARANTINED = "quarantined"
