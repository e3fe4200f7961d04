"""The languages of the city."""

from django.conf import settings
from django.db import DatabaseError

from departments.models import City

Language = tuple[str, str]


def offered_languages() -> list[str]:
    """The languages of the city that the site has, its first one first; English before a city is loaded."""
    site = [code for code, _name in settings.LANGUAGES]
    try:
        return [code for code in City.current().languages if code in site] or [settings.LANGUAGE_CODE]
    except (City.DoesNotExist, DatabaseError):
        return [settings.LANGUAGE_CODE]


def other_languages(current: str) -> list[Language]:
    """Code and own name ("Español") of every language of the city but this one."""
    names = dict(settings.LANGUAGES)
    return [(code, names[code]) for code in offered_languages() if code != current]


def is_for_staff(path: str) -> bool:
    """Whether an address leads to a screen for staff, which is in English only."""
    return path.startswith(settings.STAFF_PREFIXES)
