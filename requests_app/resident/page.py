"""What the report page shows beside its fields: the catalogue, places to choose from, photos kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.models import Category, City
from requests_app.actions.answers import GivenAnswer
from requests_app.models import Photo
from requests_app.queries.front import offered_categories
from requests_app.resident.forms import ReportForm
from requests_app.resident.placing import PlaceQuestion
from requests_app.resident.questions import QuestionsForm
from requests_app.resident.search import best_categories
from requests_app.resident.storming import is_light, offered_now, often_now
from requests_app.resident.told import Told

if TYPE_CHECKING:
    from requests_app.resident.views.joining import Joined

SCOPE = "web"
OFTEN, BEST = 6, 3
_SALT = "report-form"


@dataclass(frozen=True)
class Group:
    """One group of the catalogue, open when the choice lies in it."""

    name: str
    categories: Sequence[Category]


class Trouble:
    """The errors of both forms of the page, as the error summary reads those of one."""

    def __init__(self, form: ReportForm, questions: QuestionsForm) -> None:
        self.errors = {**form.errors, **questions.errors}
        self.non_field_errors = form.non_field_errors()
        self.visible_fields = [*form.visible_fields(), *questions.visible_fields()]


@dataclass
class ReportPage:
    """All that `resident/report.html` needs; ``query`` are the words the category search was given."""

    form: ReportForm
    key: str
    query: str = ""
    question: PlaceQuestion = field(default_factory=PlaceQuestion)
    kept: Sequence[Photo] = ()
    notice: str = ""
    told: Told = field(default_factory=Told)
    questions: QuestionsForm = field(default_factory=lambda: QuestionsForm(None))
    asked: bool = False
    """The one extra step before sending is this page, or was an earlier one."""
    seen: frozenset[str] = frozenset()
    """What stood on the page the form came from."""
    outside_ok: bool = False
    everything: bool = False
    """In a storm, all kinds of problems were asked for."""
    joined: Joined | None = None
    """The report nearby the person was just counted with."""

    def context(self) -> dict[str, Any]:
        """The template's values."""
        chosen = str(self.form["category"].value() or "")
        offered = offered_now(everything=self.everything)
        words = self.query or str(self.form["description"].value() or "")
        matches = best_categories(words, offered, BEST) if words else []
        top = matches or often_now(OFTEN)
        if chosen and all(category.slug != chosen for category in top):
            mine = [category for category in offered_categories() if category.slug == chosen]
            top = mine + top[: len(top) - 1 or None]
        shown = {category.slug for category in top}
        return {
            "form": self.form,
            "questions": self.questions,
            "trouble": Trouble(self.form, self.questions),
            "words": self.form.words,
            "key": self.key,
            "issued": issue(self.key),
            "query": self.query,
            "chosen": chosen,
            "top": top,
            "has_matches": bool(matches),
            "nothing_matches": bool(words) and not matches,
            "groups": _groups([category for category in offered if category.slug not in shown]),
            "question": self.question,
            "kept": [_thumb(photo, self.key, number) for number, photo in enumerate(self.kept, start=1)],
            "notice": self.notice,
            "bounds": City.current().bounds,
            "told": self.told,
            "asked": self.asked,
            "unseen": self.told.unseen(self.seen),
            "outside_ok": self.outside_ok,
            "joined": self.joined,
            "everything": self.everything,
            "has_fewer": len(offered) < len(offered_categories()),
            "is_light": is_light(),
        }


def _groups(categories: Sequence[Category]) -> list[Group]:
    names: dict[str, list[Category]] = {}
    for category in categories:
        names.setdefault(category.group.shown_name, []).append(category)
    return [Group(name, members) for name, members in names.items()]


def _thumb(photo: Photo, key: str, number: int) -> dict[str, str]:
    url = reverse("resident:draft_photo", kwargs={"key": key, "public_id": photo.public_id, "size": "small"})
    return {"token": photo.public_id, "thumb": url, "name": _("Photo %(number)s") % {"number": number}}


def questions_of(
    category: Category | None, post: QueryDict, seen: frozenset[str], *, only_looking: bool
) -> tuple[QuestionsForm, tuple[GivenAnswer, ...]]:
    """The questions with what was typed, and the answers as they stand.

    Answers are judged only once the questions have been on the page, and not while the person is looking around.
    """
    typed = {name: post.getlist(name) for name in post if name.startswith("q_")}
    judged = QuestionsForm(category, post) if typed else QuestionsForm(None)
    given = judged.given
    if category is not None and f"questions:{category.slug}" in seen and not only_looking:
        return (judged if typed else QuestionsForm(category, post)), given
    initial = {name: values if len(values) > 1 else values[0] for name, values in typed.items() if values}
    return QuestionsForm(category, initial=initial), given


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
