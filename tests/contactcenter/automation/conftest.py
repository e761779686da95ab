"""Every test of automation works with the whole house, and sees rules the moment they are published."""

import pytest
from automation_world import Automation
from house import House

from contactcenter.automation import in_force
from contactcenter.foundation.remembering import Remembered


@pytest.fixture
def automation(house: House) -> Automation:
    return Automation(house)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each transaction reads the rules anew, as another process would."""
    monkeypatch.setattr(in_force, "_remembered", Remembered(-1.0))
