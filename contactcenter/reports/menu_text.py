"""The figures of a phone menu as lines of text."""

from collections.abc import Iterator

from contactcenter.reports.menu_calls import Asked, Share
from contactcenter.reports.menu_times import Took
from contactcenter.reports.menus import MenuFigures, StepFigures


def lines(figures: MenuFigures) -> Iterator[str]:
    """Everything, each share with what it is made of."""
    yield f"{about(figures.asked)}: {figures.calls} calls that are over"
    if not figures.calls:
        return
    yield f"  {'apparent containment':<22}{share(figures.apparent)}"
    yield f"  {'true containment':<22}{share(figures.true)}; of calls older than 7 days from a number that is told"
    yield f"  {'time in the menu':<22}{_took(figures.in_menu)}"
    yield f"  {'time to a person':<22}{_took(figures.to_a_person)}"
    yield f"  {'mis-routed':<22}{share(figures.mis_routed)}"
    yield ""
    wide = max(len(step.name) for step in figures.steps) + 2
    yield (
        f"  {'step':<{wide}}{'visits':>7}  {'drop-off':<20}{'no key yet':>11}{'after a key':>12}  {'zero-out':<20}"
        f"{'silences':>9}{'wrong keys':>11}{'mean s':>8}{'90 % s':>8}"
    )
    for step in figures.steps:
        yield _step(step, wide)
    yield ""
    for step in figures.steps:
        if step.exits:
            yield f"  {step.name:<{wide}}{_ways(step)}"


def about(asked: Asked) -> str:
    spoken = f", in {asked.language}" if asked.language else ""
    return f"{asked.flow}, version {asked.version}{spoken}, from {asked.since:%Y-%m-%d %H:%M} to {asked.until:%Y-%m-%d %H:%M} UTC"


def share(of: Share) -> str:
    """71 % (142 of 200)."""
    return f"{percent(of)} ({of.part} of {of.whole})" if of.whole else "–"


def percent(of: Share) -> str:
    return "–" if of.value is None else f"{of.value * 100:.0f} %"


def _took(took: Took) -> str:
    if took.median is None or took.most is None:
        return "–"
    return f"median {took.median:.0f} s, nine of ten within {took.most:.0f} s ({took.calls} calls)"


def _step(step: StepFigures, wide: int) -> str:
    dropped, tries, stayed = step.drop_off, step.retries, step.stayed
    times = (f"{stayed.mean:.1f}", f"{stayed.most:.1f}") if stayed else ("–", "–")
    return (
        f"  {step.name:<{wide}}{step.visits:>7}  {share(dropped.all):<20}{dropped.before_key:>11}{dropped.after_key:>12}"
        f"  {share(step.zero_out):<20}{tries.silences:>9}{tries.wrong_keys:>11}{times[0]:>8}{times[1]:>8}"
    )


def _ways(step: StepFigures) -> str:
    """Passing by is no visit, so it has no share."""
    told = [
        f"{name} {count}" if name == "after" else f"{name} {share(Share(count, step.visits))}"
        for name, count in step.exits.items()
    ]
    return ", ".join(told)
