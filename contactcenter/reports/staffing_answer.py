"""The answer to a what-if question in lines of text: each figure in both worlds, their difference, and what to think of it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from contactcenter.reports.differences import Difference, differences
from contactcenter.reports.plays import Play, Record, is_counted
from contactcenter.reports.staffing_options import Question
from contactcenter.reports.staffing_record import NothingToTell, Recorded

FEWEST = 30
"""Of fewer recorded calls and chats nothing is told: any figure would look surer than it is."""


def answer(question: Question, found: Recorded, played: Sequence[Play]) -> Iterator[str]:
    came = came_in(found.record)
    yield f"What if: {question.words()}"
    yield _basis(question, found, sum(came.values()))
    days = len(found.record.days)
    several = f"{f'{days} such days':>20}" if days > 1 else ""
    yield f"\n{'':<16}{'as staffed':>11}{'as asked':>11}{'difference':>12}{'computed':>10}{several}{'one such day':>20}"
    for queue, number in sorted(came.items()):
        if number < FEWEST:
            yield f"{queue}: only {number} came, too few to say"
        else:
            yield f"{queue} ({number} came)"
            yield from _figures(played, queue, days)
    if len(came) > 1:
        yield f"all together ({sum(came.values())} came)"
        yield from _figures(played, None, days)
    yield ""
    yield from _notes(question, played, days)


def came_in(record: Record) -> Counter[str]:
    """How many calls and chats were recorded in the hours in question, by queue."""
    return Counter(
        contact.work.queue
        for day in record.days
        for contact in day.traffic.contacts
        if is_counted(contact, day.counted)
    )


def refuse_too_little(question: Question, record: Record) -> None:
    number = sum(came_in(record).values())
    if number < FEWEST:
        raise NothingToTell(
            f"{f'Only {number}' if number else 'No'} calls and chats came, {question.hours.words()}: too few to say what would have been."
        )


def _basis(question: Question, found: Recorded, came: int) -> str:
    days = found.record.days
    dates = [day.counted.date(question.hours.zone) for day in (days[0], days[-1])]
    out = f" ({found.left_out} more without anybody ready or without a log)" if found.left_out else ""
    when = f"{len(days)} recorded days, {dates[0]} to {dates[1]}" if len(days) > 1 else f"one recorded day, {dates[0]}"
    return (
        f"From {when}{out}, in which {came} calls and chats came: "
        f"{question.plays} plays, each with the same customers in both worlds; seed {question.seed}."
    )


def _figures(played: Sequence[Play], queue: str | None, days: int) -> Iterator[str]:
    for name, difference in differences(played, queue).items():
        yield f"  {name:<14}" + ("–" if difference is None else _figure(difference, days))


def _figure(one: Difference, days: int) -> str:
    ends = (one.together, one.single) if days > 1 else (one.single,)
    means = f"{one.staffed:>11.1f}{one.asked:>11.1f}{_signed(one.mean):>12}{f'± {one.computed:.1f}':>10}"
    return means + "".join(f"{_range(pair):>20}" for pair in ends)


def _range(ends: tuple[float, float]) -> str:
    return f"{_signed(ends[0])} to {_signed(ends[1])}"


def _signed(value: float) -> str:
    text = f"{value:+.1f}"
    return "0.0" if float(text) == 0 else text


def _notes(question: Question, played: Sequence[Play], days: int) -> Iterator[str]:
    several = f"{days} such days: where the difference over so many lies in 95 of 100 cases. " if days > 1 else ""
    yield "in time: answered within the target, of all but those who left before it. Waits end with the answer, or when they left."
    yield "computed: how exact the mean of the plays is, with 95 %. More --plays narrow it; the record stays what it is."
    yield f"{several}one such day: where that of a single day lies in 95 of 100."
    if question.less or question.more:
        who = " and ".join(["who is missing"] * bool(question.less) + ["whose doubles come"] * bool(question.more))
        yield f"{who.capitalize()} is drawn for each day of a play: each agent as likely as the time they were ready then."
    if waiting := _waiting(played):
        yield f"Still in line when a play ended, a day: {waiting[0]:.1f} as staffed, {waiting[1]:.1f} as asked."
    yield "Known limits: offers count as accepted at once; how long work takes does not depend on the agent; nobody calls again."


def _waiting(played: Sequence[Play]) -> tuple[float, float] | None:
    worlds = [(both, play) for play in played for both in zip(play.staffed, play.asked, strict=True)]
    sums = [sum(tally.waiting for both, _ in worlds for tally in both[side].values()) for side in (0, 1)]
    return (sums[0] / len(worlds), sums[1] / len(worlds)) if any(sums) else None
