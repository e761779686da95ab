"""What can be wrong with a flow, said so that its author can put it right."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "E"
    WARNING = "W"


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    severity: Severity
    source: str
    line: int
    step: str | None
    message: str

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}"
        where = f"{place} step '{self.step}'" if self.step else place
        return f"{where}: {self.rule} {self.message}"


class FlowError(Exception):
    """A flow that cannot be read; carries every finding, not only the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))
