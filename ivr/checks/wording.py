"""The rule about asking again: no caller is told that they did something wrong (P08)."""

import re
from collections.abc import Iterator

from ivr.checks.told import warning
from ivr.findings import Finding
from ivr.flow import Flow, Question, asking_of

_BLAMING = re.compile(
    r"\b(?:invalid|wrong|errors?|incorrect(?:ly)?)\b|无效|错误|输入有误|無效|錯誤|輸入有誤", re.IGNORECASE
)


def wording_findings(flow: Flow) -> Iterator[Finding]:
    for step in flow.steps.values():
        if not isinstance(step.verb, Question):
            continue
        asking = asking_of(step.verb)
        for what, prompt in (("retry", asking.retry), ("ask_again", asking.ask_again)):
            for tag, line in prompt.lines.items() if prompt else ():
                if blaming := _BLAMING.search(line.text):
                    message = f"{what}.{tag} says '{blaming[0]}'; say what to do instead of what was wrong"
                    yield warning(flow, "P08", step, message, prompt.line if prompt else None)
