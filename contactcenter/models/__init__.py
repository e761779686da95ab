"""The schema, one module per family of tables; importing this package registers them all."""

from contactcenter.models.assignment import Offer, RoutingLog, WorkItem
from contactcenter.models.base import Base
from contactcenter.models.cases import Case, Interaction, TimelineEntry
from contactcenter.models.channels import CallCommand, Chat, MailCursor, MailMessage, PhoneCall, RawMail
from contactcenter.models.configuration import (
    CalendarText,
    ConfigApplied,
    Disposition,
    EmergencyNotice,
    FlowDraft,
    FlowText,
    FlowTrial,
    PhoneNumber,
    PresenceReason,
    Queue,
    Skill,
    SlaPolicy,
)
from contactcenter.models.customers import Customer, CustomerOrder, Identity
from contactcenter.models.foundation import Audit, Event, Inbox, Lease, Outbox, Room, Timer
from contactcenter.models.knowledge import KbArticle, KbLanguage, KbTerm
from contactcenter.models.people import Agent, AgentChannel, AgentQueue, AgentSkill, SignIn, User
from contactcenter.models.sla import Breach, SlaClock, SlaSegment

__all__ = [
    "Agent", "AgentChannel", "AgentQueue", "AgentSkill", "Audit", "Base", "Breach", "CalendarText", "CallCommand",
    "Case", "Chat", "ConfigApplied", "Customer", "CustomerOrder", "Disposition", "EmergencyNotice", "Event", "FlowDraft", "FlowText", "FlowTrial", "Identity",
    "Inbox", "Interaction", "KbArticle", "KbLanguage", "KbTerm", "Lease", "MailCursor", "MailMessage", "Offer", "Outbox", "PhoneCall", "PhoneNumber",
    "PresenceReason", "Queue", "RawMail", "Room", "RoutingLog", "SignIn", "Skill", "SlaClock", "SlaPolicy", "SlaSegment",
    "TimelineEntry", "Timer", "User", "WorkItem",
]  # fmt: skip
