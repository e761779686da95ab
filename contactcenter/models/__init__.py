"""The schema, one module per family of tables; importing this package registers them all."""

from contactcenter.models.assignment import Offer, RoutingLog, WorkItem
from contactcenter.models.automation import (
    Escalation,
    EscalationPlan,
    Letter,
    Macro,
    Moment,
    Notice,
    Rota,
    RuleDraft,
    RuleRun,
    RuleText,
    RuleWait,
)
from contactcenter.models.base import Base
from contactcenter.models.cases import Case, Interaction, TimelineEntry
from contactcenter.models.channels import (
    Callback,
    CallCommand,
    Chat,
    HookRun,
    MailCursor,
    MailMessage,
    PhoneCall,
    RawMail,
    StepVisit,
    SurveyAnswer,
)
from contactcenter.models.configuration import (
    AudioFile,
    CalendarText,
    ConfigApplied,
    Disposition,
    EmergencyNotice,
    FlowDraft,
    FlowText,
    FlowTrial,
    HookText,
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
from contactcenter.models.sla import Breach, SlaClock, SlaEdition, SlaSegment

__all__ = [
    "Agent", "AgentChannel", "AgentQueue", "AgentSkill", "AudioFile", "Audit", "Base", "Breach", "CalendarText", "CallCommand", "Callback",
    "Case", "Chat", "ConfigApplied", "Customer", "CustomerOrder", "Disposition", "EmergencyNotice", "Escalation", "EscalationPlan", "Event", "FlowDraft", "FlowText",
    "FlowTrial", "HookRun", "HookText", "Identity",
    "Inbox", "Interaction", "KbArticle", "KbLanguage", "KbTerm", "Lease", "Letter", "Macro", "MailCursor", "MailMessage", "Moment", "Notice", "Offer", "Outbox", "PhoneCall", "PhoneNumber",
    "PresenceReason", "Queue", "RawMail", "Room", "Rota", "RoutingLog", "RuleDraft", "RuleRun", "RuleText", "RuleWait", "SignIn", "Skill", "SlaClock", "SlaEdition", "SlaPolicy", "SlaSegment",
    "StepVisit", "SurveyAnswer", "TimelineEntry", "Timer", "User", "WorkItem",
]  # fmt: skip
