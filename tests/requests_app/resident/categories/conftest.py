"""The catalogues of both cities, without their places."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from civic311.lib.cached import forget_all
from departments.loading.catalogue import write_catalogue
from departments.loading.city import write_city
from departments.packs import bundled_packs, read_pack
from departments.packs.problems import Problems
from requests_app.actions.learning import learn_terms


@contextmanager
def catalogue_of(name: str) -> Iterator[None]:
    """The city's catalogue and what its examples teach, taken back at the end."""
    problems = Problems()
    pack = read_pack(bundled_packs()[name], with_places=False)
    with transaction.atomic():
        write_city(pack, "", problems)
        write_catalogue(pack, problems)
        learn_terms()
        forget_all()
        yield
        transaction.set_rollback(True)
    forget_all()


@pytest.fixture(scope="module")
def baltimore(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), catalogue_of("baltimore"):
        yield


@pytest.fixture(scope="module")
def anne_arundel(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), catalogue_of("anne_arundel"):
        yield
