"""Each test gets a fresh application and simulator; afterwards everything must have been right and at rest."""

from collections.abc import Iterator

import pytest
from carrier_world import App, simulator_for

from contactcenter.carrier.simulator import Simulator


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def sim(app: App) -> Iterator[Simulator]:
    """Errors that a test expects it takes out of the list itself."""
    simulator = simulator_for(app)
    yield simulator
    for call in simulator.live:
        simulator.hangup(call)
    simulator.advance(120)
    assert simulator.live == []
    assert len(simulator.engine.timers) == 0
    assert app.forged == []
    assert simulator.errors == [], simulator.errors
