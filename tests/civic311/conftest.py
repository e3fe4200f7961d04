"""A place for servers of a test's own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def open_place() -> Iterator[Path]:
    """A short folder that every account may pass through, as a project's would be."""
    folder = Path(tempfile.mkdtemp(prefix="civic311-test-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place() -> Iterator[Path]:
    """A place for one test."""
    with open_place() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared_place() -> Iterator[Path]:
    """A place for all tests of a module."""
    with open_place() as folder:
        yield folder
