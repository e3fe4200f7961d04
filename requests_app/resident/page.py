"""What the report page shows beside its fields: the catalogue, places to choose from, photos kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.models import Category, City
from requests_app.models import Photo
from requests_app.queries.front import offered_categories, often_reported
from requests_app.resident.finder import Choice
from requests_app.resident.forms import ReportForm
from requests_app.resident.search import best_categories

SCOPE = "web"
TOP = 6
_SALT = "report-form"


@dataclass(frozen=True)
class Group:
    """One group of the catalogue, open when the choice lies in it."""

    name: str
    categories: Sequence[Category]


@dataclass(frozen=True)
class PlaceQuestion:
    """Places to choose from, for which address they were found, and whether the point lies outside the city."""

    choices: tuple[Choice, ...] = ()
    picked: str = ""
    asked_for: str = ""
    is_outside: bool = False


@dataclass
class ReportPage:
    """All that `resident/report.html` needs; ``query`` are the words the category search was given."""

    form: ReportForm
    key: str
    query: str = ""
    question: PlaceQuestion = field(default_factory=PlaceQuestion)
    kept: Sequence[Photo] = ()
    notice: str = ""

    def context(self) -> dict[str, Any]:
        """The template's values."""
        chosen = str(self.form["category"].value() or "")
        offered = offered_categories()
        words = self.query or str(self.form["description"].value() or "")
        matches = best_categories(words, offered, TOP) if words else []
        top = matches or list(often_reported()[:TOP])
        if chosen and all(category.slug != chosen for category in top):
            top = [category for category in offered if category.slug == chosen] + top
        shown = {category.slug for category in top}
        city = City.current()
        return {
            "form": self.form,
            "key": self.key,
            "issued": issue(self.key),
            "query": self.query,
            "chosen": chosen,
            "top": top,
            "has_matches": bool(matches),
            "nothing_matches": bool(self.query) and not matches,
            "groups": _groups([category for category in offered if category.slug not in shown]),
            "question": self.question,
            "kept": [_thumb(photo, self.key, number) for number, photo in enumerate(self.kept, start=1)],
            "notice": self.notice,
            "bounds": city.bounds,
        }


def _groups(categories: Sequence[Category]) -> list[Group]:
    names: dict[str, list[Category]] = {}
    for category in categories:
        names.setdefault(category.group.name, []).append(category)
    return [Group(name, members) for name, members in names.items()]


def _thumb(photo: Photo, key: str, number: int) -> dict[str, str]:
    url = reverse("resident:draft_photo", kwargs={"key": key, "public_id": photo.public_id, "size": "small"})
    return {"token": photo.public_id, "thumb": url, "name": _("Photo %(number)s") % {"number": number}}


def new_key() -> str:
    """The secret of one showing of the form: it makes retries one report and opens its own photos."""
    return str(uuid.uuid4())


def form_key(given: str) -> str:
    """The key a form sent back, or a new one when it is missing or no UUID."""
    try:
        return str(uuid.UUID(given))
    except ValueError:
        return new_key()


def issue(key: str) -> str:
    """A signed note of when the form was shown."""
    return signing.TimestampSigner(salt=_SALT).sign(key)


def was_too_quick(stamp: str, least_seconds: int) -> bool:
    """Whether the form came back sooner than a person can fill it in, or without our note of when it was shown."""
    signer = signing.TimestampSigner(salt=_SALT)
    try:
        signer.unsign(stamp)
    except signing.BadSignature:
        return True
    try:
        signer.unsign(stamp, max_age=least_seconds)
    except signing.SignatureExpired:
        return False
    return True
