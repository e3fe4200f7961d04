"""Loading a pack: read, compare, write, all or nothing."""

from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction

from civic311.lib.cached import forget_all
from departments.loading.catalogue import write_catalogue
from departments.loading.city import write_city
from departments.loading.places import write_places
from departments.loading.sync import Tally
from departments.models import City
from departments.packs import PackError, PackProblem, read_pack
from departments.packs.problems import Problems

# Raise it when the same pack is written differently than before, so that the next start loads it again.
FORMAT = 2
# One load at a time; the number is arbitrary and used nowhere else.
_LOCK = 3_110_001


@dataclass(frozen=True)
class LoadReport:
    """What a load did. `tables` and `places` are empty when the pack had not changed."""

    slug: str
    name: str
    version: int
    unchanged: bool
    tables: dict[str, Tally] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def load_pack(path: Path, *, city_slug: str, force: bool = False) -> LoadReport:
    """Load the pack in the folder `path` as the city `city_slug`.

    Raises PackError, with file and line, when the pack has mistakes, belongs to another city than `city_slug`, or the
    database serves another city already; nothing is written then.
    """
    pack = read_pack(path, with_places=False)
    digest = f"{FORMAT}:{pack.digest}"
    _refuse_other_city(pack.city.slug, city_slug)
    city = City.objects.filter(pk=1).first()
    if city and city.pack_digest == digest and not force:
        return LoadReport(city.slug, city.name, city.version, unchanged=True)
    pack = read_pack(path)
    problems = Problems()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        city = write_city(pack, digest, problems)
        tables, notes = write_catalogue(pack, problems)
        places = write_places(pack)
    forget_all()
    return LoadReport(city.slug, city.name, city.version, False, tables, places, tuple(notes))


def _refuse_other_city(slug: str, configured: str) -> None:
    if slug != configured:
        raise PackError(
            (
                PackProblem(
                    "city.toml",
                    0,
                    f"this pack is the city '{slug}', but CIVIC311_CITY is '{configured}'. Set CIVIC311_CITY={slug}: "
                    "database, photos and tiles of each city are kept apart by it",
                ),
            )
        )
    served = City.objects.filter(pk=1).values_list("slug", flat=True).first()
    if served and served != slug:
        raise PackError(
            (
                PackProblem(
                    "city.toml",
                    0,
                    f"this database serves the city '{served}' already; '{slug}' needs a database of its own",
                ),
            )
        )
