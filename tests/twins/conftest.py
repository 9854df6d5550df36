"""The slow twins, handed to the tests as fixtures."""

from types import ModuleType

import direct_coagulation as direct_coagulation_module
import flask_twin as flask_twin_module
import pytest


@pytest.fixture(scope="session")
def direct_coagulation() -> ModuleType:
    return direct_coagulation_module


@pytest.fixture(scope="session")
def flask_twin() -> ModuleType:
    return flask_twin_module
