"""The tiny city and the shipped ones, loaded by the command."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.departments.tiny_pack import SLUG, make_tiny_pack

PACKS = Path(__file__).resolve().parents[2] / "departments/city_packs"


def load(path: Path, **options: Any) -> str:
    """Run the command and return what it says."""
    output = StringIO()
    call_command("load_city", str(path), stdout=output, **options)
    return output.getvalue()


@pytest.fixture
def tiny_pack(tmp_path: Path, settings: Any) -> Path:
    """The folder of the tiny pack, with settings that ask for it."""
    settings.CITY_SLUG = SLUG
    return make_tiny_pack(tmp_path)


@pytest.fixture
def tiny_city(db: None, tiny_pack: Path) -> Path:
    """The tiny city in the database."""
    load(tiny_pack)
    return tiny_pack
