"""The exactly solvable systems, handed to the tests as fixtures."""

from types import ModuleType

import coagulation_laws
import linking_laws
import pytest


@pytest.fixture(scope="session")
def laws() -> ModuleType:
    return coagulation_laws


@pytest.fixture(scope="session")
def linked() -> ModuleType:
    return linking_laws
