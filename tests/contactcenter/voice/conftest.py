"""What the voice tests may ask for: the provider's own hand, and its description of the REST side."""

import sys
from pathlib import Path

import pytest
from house import House

sys.path.append(str(Path(__file__).parents[1] / "carrier"))

from voice_world import Provider


@pytest.fixture
def provider(house: House) -> Provider:
    return Provider(house)
