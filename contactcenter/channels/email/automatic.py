"""Telling mail that people write from mail that machines write, and deciding whether we may answer by ourselves.

Calling a person's mail automatic leaves a customer without an answer; calling a machine's mail human costs a glance. So doubt
means human, and no automatic answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from contactcenter.channels.email.bounces import Delivery, delivery_of
from contactcenter.channels.email.parsing import ParsedMail, return_path
from contactcenter.foundation.languages import N_, Sentence


class MailKind(StrEnum):
    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    VACATION = "vacation"
    DSN_HARD = "dsn_hard"
    DSN_SOFT = "dsn_soft"
    DELAYED = "delayed"
    LIST = "list"
    BULK = "bulk"
    FEEDBACK = "feedback"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Classification:
    kind: MailKind
    evidence: tuple[str, ...]
    """What in the mail says so, strongest first; for a human mail, what made us doubt."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What only the rest of the program knows about a mail that we might answer automatically."""

    our_addresses: frozenset[str]
    """The mailbox's addresses in lower case, with the case address under which this mail came."""
    authentication_failed: bool = False
    imported: bool = False
    answers_in_case: int = 0
    """Automatic answers already sent to this sender in this case."""
    answers_today: int = 0
    """Automatic answers sent to this sender in the last 24 hours."""
    sender_is_automatic: bool = False
    """Whether anything automatic ever came from this sender."""
    same_body_recently: int = 0
    """Mails with this body from this domain in the last ten minutes: two robots talking look like this."""


@dataclass(frozen=True, slots=True)
class Permission:
    refusal: Sentence | None = None

    @property
    def allowed(self) -> bool:
        return self.refusal is None


MAX_ANSWERS_PER_CASE = 1
MAX_ANSWERS_PER_DAY = 5
MAX_SAME_BODY = 3

_DELIVERIES = {
    Delivery.HARD: MailKind.DSN_HARD,
    Delivery.SOFT: MailKind.DSN_SOFT,
    Delivery.DELAYED: MailKind.DELAYED,
    Delivery.DELIVERED: MailKind.AUTO_REPLY,
}
_DAEMON = re.compile(r"(?:mailer-?daemon|mail-?daemon|mdaemon|maildelivery)(?:[+._-].*)?", re.IGNORECASE)
_NO_REPLY = re.compile(r"(?:do-?not-?|no-?)reply(?:[+._-].*)?|bounces?(?:[+._-].*)?|notifications?", re.IGNORECASE)
_VACATION = re.compile(
    r"out of (?:the )?office|auto(?:matic)?[ -]?(?:reply|response)|vacation|on leave|abwesen|automatische antwort|"
    r"réponse automatique|absence du bureau|absent du bureau|respuesta automática|fuera de (?:la )?oficina|resposta automática|"
    r"risposta automatica|fuori sede|automatisch antwoord|afwezig|automatyczna odpowiedź|автоответ|автоматический ответ|"
    r"autosvar|frånvaro|fravær|自动回复|自動回覆|自动答复|自動回復|休假|不在办公室|不在辦公室|外出|自動返信|不在通知|부재중",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed)|failure notice|returned mail|mail delivery|unzustellbar|退信|"
    r"无法投递|無法傳遞|系统退信",
    re.IGNORECASE,
)


def classify(parsed: ParsedMail, *, answers_us: bool = False, is_ours: bool = False) -> Classification:
    """What kind of mail this is.

    `answers_us`: a thread key of ours is in it, so that somebody reads our mail. `is_ours`: we sent it ourselves.
    """
    if is_ours:
        return Classification(MailKind.LOOP, ("our own mail came back",))
    signs = _Signs(parsed)
    for kind, evidence in (
        (MailKind.FEEDBACK, signs.feedback()),
        (None, signs.report()),
        (MailKind.VACATION, signs.vacation()),
        (MailKind.AUTO_REPLY, signs.auto_reply()),
        (MailKind.DSN_SOFT, signs.null_sender()),
        (MailKind.LIST, [] if answers_us else signs.mailing_list()),
        (MailKind.BULK, [] if answers_us else signs.bulk()),
    ):
        if evidence:
            return Classification(kind or _DELIVERIES[delivery_of(parsed)], tuple(evidence))
    return Classification(MailKind.HUMAN, tuple(signs.doubts()))


@dataclass(frozen=True, slots=True)
class _Signs:
    """The evidence in one mail, by what it speaks for."""

    mail: ParsedMail

    def feedback(self) -> list[str]:
        return ["report-type=feedback-report"] if self.mail.report_type == "feedback-report" else []

    def report(self) -> list[str]:
        found = []
        if self.mail.report_type == "delivery-status":
            found.append("report-type=delivery-status")
        if self.mail.delivery_status:
            found.append("it has a delivery status part")
        local = self._local()
        if _DAEMON.fullmatch(local):
            found.append(f"the sender is {local}")
        elif local == "postmaster" and (self.null_sender() or _BOUNCE_SUBJECT.search(self.mail.subject)):
            found.append("the sender is postmaster, and it looks like a report")
        return found

    def auto_reply(self) -> list[str]:
        found = []
        auto_submitted = (self.mail.header("auto-submitted") or "").split(";")[0].strip().lower()
        if auto_submitted not in {"", "no"}:
            found.append(f"Auto-Submitted: {auto_submitted}")
        if auto_submitted != "no":  # a mail that says it was not sent by a machine is doubtful, not automatic
            found += self._responders()
        if self.mail.report_type == "disposition-notification":
            found.append("it is a read receipt")
        return found

    def vacation(self) -> list[str]:
        """The subject alone proves nothing: a customer may write about a vacation."""
        second = self.auto_reply() or self.null_sender()
        return ["the subject speaks of absence", *second] if second and _VACATION.search(self.mail.subject) else []

    def null_sender(self) -> list[str]:
        return ["the return path is empty"] if return_path(self.mail) == "" else []

    def mailing_list(self) -> list[str]:
        found = ["List-Id"] if self.mail.header("list-id") is not None else []
        return [*found, "Precedence: list"] if self._precedence() == "list" else found

    def bulk(self) -> list[str]:
        found = [f"Precedence: {self._precedence()}"] if self._precedence() in {"bulk", "junk"} else []
        return [*found, "List-Unsubscribe"] if self.mail.header("list-unsubscribe") is not None else found

    def doubts(self) -> Iterator[str]:
        yield from self._responders()
        yield from self.mailing_list()
        yield from self.bulk()
        if self.mail.calendar_method == "REPLY":
            yield "it answers an invitation"
        if _VACATION.search(self.mail.subject):
            yield "the subject speaks of absence"
        if self._local() == "postmaster":
            yield "the sender is postmaster"

    def _responders(self) -> list[str]:
        names = ("x-autoreply", "x-autorespond", "x-autoresponder")
        found = [name for name in names if (self.mail.header(name) or "no").strip().lower() not in {"no", "false", ""}]
        return [*found, "Precedence: auto_reply"] if self._precedence() in {"auto_reply", "auto-reply"} else found

    def _precedence(self) -> str:
        return (self.mail.header("precedence") or "").strip().lower()

    def _local(self) -> str:
        return self.mail.from_address.partition("@")[0].lower()


def may_answer_automatically(parsed: ParsedMail, kind: Classification, around: Circumstances) -> Permission:
    """Whether a machine of ours may answer this mail; the reason is for the log of who wanted to."""
    refusal = _about_the_mail(parsed, kind) or _about_the_sender(parsed, around) or too_often(around)
    return Permission(refusal)


def _about_the_mail(parsed: ParsedMail, kind: Classification) -> Sentence | None:
    if kind.kind is not MailKind.HUMAN:
        return Sentence(N_("The mail is automatic (%(kind)s)."), {"kind": kind.kind.value})
    if kind.evidence:
        return Sentence(N_("The mail may be automatic (%(sign)s)."), {"sign": kind.evidence[0]})
    suppress = (parsed.header("x-auto-response-suppress") or "").lower()
    wishes = {wish.strip() for wish in suppress.split(",")}
    return Sentence(N_("The sender asks for no automatic answer.")) if wishes & {"all", "autoreply"} else None


def about_the_address(address: str, around: Circumstances) -> Sentence | None:
    """Why no machine should write to it."""
    local, _, domain = address.lower().partition("@")
    if _NO_REPLY.fullmatch(local):
        return Sentence(N_("Nobody reads %(address)s."), {"address": f"{local}@{domain}"})
    if f"{local}@{domain}" in around.our_addresses:
        return Sentence(N_("The sender is one of our own mailboxes."))
    return None


def _about_the_sender(parsed: ParsedMail, around: Circumstances) -> Sentence | None:
    about_the_address_itself = about_the_address(parsed.from_address, around)
    if about_the_address_itself:
        return about_the_address_itself
    if around.authentication_failed:
        return Sentence(N_("The sender's address failed its check and may belong to somebody else."))
    if around.imported:
        return Sentence(N_("The mail was imported from before."))
    seen = {*parsed.delivered_to, *(one.address for one in (*parsed.to, *parsed.cc))}
    named = {address.lower() for address in seen}
    return None if named & around.our_addresses else Sentence(N_("We were only sent a blind copy."))


def too_often(around: Circumstances) -> Sentence | None:
    """Why the sender had enough automatic answers."""
    if around.answers_in_case >= MAX_ANSWERS_PER_CASE:
        return Sentence(N_("This sender already had an automatic answer in this case."))
    if around.answers_today >= (1 if around.sender_is_automatic else MAX_ANSWERS_PER_DAY):
        return Sentence(N_("This sender had enough automatic answers today."))
    if around.same_body_recently >= MAX_SAME_BODY:
        return Sentence(N_("The same text keeps coming: two machines may be answering each other."))
    return None
