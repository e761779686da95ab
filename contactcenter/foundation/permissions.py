"""Who may do what: the table of roles and rights, and the person that a request speaks for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from contactcenter.models.states import Role


class Right(StrEnum):
    """What a route or a socket event may ask for. The three last are no rights of a person but kinds of door."""

    WORK = "work"
    """Take offers, talk, reply, wrap up."""
    READ_CASES = "read_cases"
    SUPERVISE = "supervise"
    """See every queue and agent; reassign."""
    ADMINISTER = "administer"
    EDIT_MENUS = "edit_menus"
    """Draft phone menus and try them; no caller hears a draft."""
    PUBLISH_MENUS = "publish_menus"
    """Decide what callers hear."""
    EDIT_RULES = "edit_rules"
    """Draft rules and try them on the past; a draft does nothing."""
    PUBLISH_RULES = "publish_rules"
    """Decide what is done without anybody doing it."""
    SIGNED_IN = "signed_in"
    PUBLIC = "public"
    SIGNED = "signed"
    """A provider whose signature is checked."""
    VISITOR = "visitor"
    """A chat's own visitor, by the token of that chat."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.SIGNED_IN, Right.WORK, Right.READ_CASES}),
    Role.SUPERVISOR: frozenset({Right.SIGNED_IN, Right.WORK, Right.READ_CASES, Right.SUPERVISE, Right.EDIT_MENUS, Right.EDIT_RULES}),
    Role.ADMIN: frozenset({
        Right.SIGNED_IN, Right.READ_CASES, Right.SUPERVISE, Right.ADMINISTER, Right.EDIT_MENUS, Right.PUBLISH_MENUS,
        Right.EDIT_RULES, Right.PUBLISH_RULES,
    }),
}  # fmt: skip


class Doer(Protocol):
    """Whoever does something: a person, or a rule, which has no id."""

    @property
    def id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def actor(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Who:
    """The signed-in person."""

    id: int
    login: str
    name: str
    role: Role
    language: str
    zone: str

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    @property
    def actor(self) -> str:
        """The name under which the audit log knows this person."""
        return f"user:{self.id}"
