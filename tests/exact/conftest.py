"""The exactly solvable systems, handed to the tests as a fixture."""

from types import ModuleType

import coagulation_laws
import pytest


@pytest.fixture(scope="session")
def laws() -> ModuleType:
    return coagulation_laws
