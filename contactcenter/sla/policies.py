"""What a policy promises for one case: by its tier, narrowed by channel, queue and priority; the first that fits holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contactcenter.foundation import lengths

CONDITIONS = ("channel", "queue", "priority")


class Reopen(StrEnum):
    """What becomes of a kept resolution when its case is opened again."""

    RESTART = "restart"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class About:
    """What a policy may ask about a case; `queue` is its name, empty for none."""

    channel: str
    queue: str
    priority: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for one case: targets in seconds of the calendar's open time, warnings as they are written."""

    calendar: str
    targets: Mapping[str, int]
    warnings: Sequence[str]
    reopen: Reopen


def fitting(policy: Mapping[str, Any], about: About) -> Rules:
    """The policy's rules with what the first narrower part that fits says instead; targets that it leaves out stay."""
    part: Mapping[str, Any] = next((one for one in policy.get("narrower", ()) if _fits(one["for"], about)), {})
    told = {**policy, **part}
    return Rules(
        calendar=told["calendar"],
        targets={**policy["targets"], **part.get("targets", {})},
        warnings=tuple(told["warnings"]),
        reopen=Reopen(told["reopen"]),
    )


def warn_after(warnings: Sequence[str], seconds: int) -> list[int]:
    """After how many seconds of open time to warn: "75%" is a share of the target, "30m" so long before its end.

    What would come at once or only with the breach is left out.
    """
    found = {_after(one, seconds) for one in warnings}
    return sorted(after for after in found if 0 < after < seconds)


def _after(written: str, seconds: int) -> int:
    return seconds * int(written[:-1]) // 100 if written.endswith("%") else seconds - lengths.seconds(written)


def _fits(asked: Mapping[str, Sequence[Any]], about: About) -> bool:
    return all(getattr(about, name) in wanted for name, wanted in asked.items())
