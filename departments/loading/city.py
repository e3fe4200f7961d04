"""The city's single row."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError

from departments.models import City
from departments.packs.definitions import CityDef, CityPack
from departments.packs.problems import Problems


def city_values(city: CityDef) -> dict[str, object]:
    """The columns of `City` that the pack states; texts in English, or in the city's first language."""
    west, south, east, north = city.bounds
    return {
        "slug": city.slug,
        "name": city.name,
        "full_name": city.full_name,
        "state": city.state,
        "timezone": city.timezone,
        "languages": list(city.languages),
        "phone": city.phone,
        "phone_hours": _in_main_language(city, city.hours),
        "emergency_text": _in_main_language(city, city.emergency),
        "website": city.website,
        "center_latitude": city.latitude,
        "center_longitude": city.longitude,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "default_zoom": city.zoom,
        "attribution": city.attribution,
    }


def _in_main_language(city: CityDef, texts: Mapping[str, str]) -> str:
    return texts.get("en") or texts.get(city.languages[0] if city.languages else "", "")


def write_city(pack: CityPack, digest: str, problems: Problems) -> City:
    """The city's single row, one version up."""
    old = City.objects.filter(pk=1).first()
    city = City(pk=1, **city_values(pack.city))
    city.translations = pack.translated("city", pack.city.slug)
    city.pack_path, city.pack_digest = str(pack.path.resolve()), digest
    city.version = old.version + 1 if old else 1
    _check(city, problems)
    city.save(force_insert=old is None, force_update=old is not None)
    return city


def _check(city: City, problems: Problems) -> None:
    try:
        city.clean_fields()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            problems.add("city.toml", 1, f"{name}: {' '.join(messages)}")
    problems.raise_if_any()
