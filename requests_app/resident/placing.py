"""The place on the form: what is clear is taken, what is not comes back as a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from departments.models import City
from requests_app.resident import finder
from requests_app.resident.forms import ReportForm

TakenAt = tuple[int, tuple[float, float]]
"""Which photo (from 1) was taken where, in degrees."""


@dataclass(frozen=True)
class PlaceQuestion:
    """Places to choose from, for which address they were found, and whether the point lies outside the city."""

    choices: tuple[finder.Choice, ...] = ()
    picked: str = ""
    asked_for: str = ""
    is_outside: bool = False

    @property
    def words(self) -> str:
        """The sentence over the choices."""
        if len(self.choices) == 1 and self.choices[0].value == finder.KEEP_WORDS and not self.picked:
            return _("We do not find this place. Check the spelling, or send it as you typed it.")
        return _("Which of these places?")


def place_of(
    form: ReportForm, post: QueryDict, taken_at: Sequence[TakenAt], *, gently: bool
) -> tuple[finder.Found, PlaceQuestion]:
    """The place of a form, or a question to come back with.

    What is missing or unclear goes to the address field as an error, unless asked ``gently``: then the question stands
    alone, because the person only wanted to look. Writes the address of a picked place to ``post``.
    """
    form.is_valid()
    address = form.cleaned_data.get("address", "")
    if not form.asks_for_place:
        return finder.Found(""), PlaceQuestion()
    if {"address", "latitude", "longitude"} & form.errors.keys():
        return finder.Found(address), PlaceQuestion()
    picked = post.get("place_choice", "")
    asked_for = post.get("asked_address", "")
    found = finder.chosen(picked) if picked and asked_for == address else None
    if picked == finder.KEEP_WORDS and asked_for == address and address:
        return finder.Found(address), PlaceQuestion((_words_choice(),), picked, address)
    if found is None:
        found = finder.find(address, form.cleaned_data.get("latitude"), form.cleaned_data.get("longitude"))
        question = PlaceQuestion(found.choices, "", address)
    else:
        post["address"] = found.address
        question = PlaceQuestion(
            (finder.Choice(picked, found.address), _words_choice()), picked, found.address
        )
    return found, _checked(form, post, found, question, taken_at, gently=gently)


def _checked(
    form: ReportForm,
    post: QueryDict,
    found: finder.Found,
    question: PlaceQuestion,
    taken_at: Sequence[TakenAt],
    *,
    gently: bool,
) -> PlaceQuestion:
    errors: list[str] = []
    if found.choices:
        errors.append(
            question.words if len(found.choices) == 1 else _("Several places fit. Choose the one you mean.")
        )
    elif not found.address and found.latitude is None:
        if not (form.needs_place or (gently and taken_at)):
            return question
        errors.append(str(form.words.place_missing))
        question = PlaceQuestion(tuple(suggested(taken_at)), "", "")
    elif found.is_outside:
        allowed = post.get("outside_ok") == "on"
        question = PlaceQuestion(question.choices, question.picked, question.asked_for, is_outside=True)
        if not allowed:
            city = City.current().name
            errors.append(
                _("This place is outside %(city)s. Check it, or tick the box to send it anyway.")
                % {"city": city}
            )
    if not gently:
        for error in errors:
            form.add_error("address", error)
    return question


def suggested(taken_at: Sequence[TakenAt]) -> Iterable[finder.Choice]:
    """Where the photos were taken, as places to choose from: never taken over by themselves."""
    for number, (latitude, longitude) in taken_at:
        point = f"{latitude:.5f}, {longitude:.5f}"
        label = finder.near(latitude, longitude) or point
        place = label.removeprefix("near ")
        sentence = _("Photo %(number)s was taken near %(place)s. Use this place.") % {
            "number": number,
            "place": place,
        }
        value = finder.choice(label, latitude, longitude).value
        yield finder.Choice(value, sentence)


def _words_choice() -> finder.Choice:
    return finder.Choice(finder.KEEP_WORDS, _("None of these. Send the place as I typed it."))
