"""The slow twins, handed to the tests as fixtures (test modules are not importable from one another)."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def direct_coagulation() -> ModuleType:
    path = Path(__file__).with_name("direct_coagulation.py")
    spec = importlib.util.spec_from_file_location("direct_coagulation", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
