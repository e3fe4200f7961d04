"""The questions of a category as a form: built from rows, validated on the server, conditions honoured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from civic311.lib import clock
from civic311.lib.masking import mask_personal_data
from departments.models import Category, Question
from requests_app.actions.answers import GivenAnswer
from requests_app.resident.question_fields import choices, in_words, make_field, stops


@dataclass(frozen=True)
class Stop:
    """A message that ends the form, and the answer that brings it up; scripts show it at once."""

    value: str
    text: str


@dataclass(frozen=True)
class Asked:
    """One question as drawn. ``depends_on`` is the name of a field and ``depends_values`` its answers joined by "|"."""

    name: str
    field: BoundField
    depends_on: str
    depends_values: str
    condition: str
    stops: tuple[Stop, ...]


class QuestionsForm(forms.Form):
    """What a category asks besides the description; fields are called ``q_<slug>``.

    A conditional question counts only when its condition holds: otherwise what was sent for it is ignored, errors too.
    An answer that stops the form makes it invalid and gives `stop` its message; everything typed stays in the fields.
    """

    mark_optional = True
    # Whether a conditional question must be answered is known on the server only.
    use_required_attribute = False

    def __init__(
        self,
        category: Category | None,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        *,
        today: dt.date | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.questions = _questions_of(category)
        self._by_id = {question.pk: question for question in self.questions}
        self._stop = ""
        today = today or timezone.localdate(clock.now())
        for question in self.questions:
            self.fields[field_name(question)] = make_field(question, today)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = {question.pk: _chosen(data.get(field_name(question))) for question in self.questions}
        for question in self.questions:
            name = field_name(question)
            if not self._is_asked(question, chosen):
                data.pop(name, None)
                self.errors.pop(name, None)
                continue
            stop = next((text for value, text in stops(question) if value in chosen[question.pk]), "")
            if stop:
                self._stop = self._stop or stop
                self.add_error(name, stop)
        return data

    def _is_asked(self, question: Question, chosen: Mapping[int, frozenset[str]]) -> bool:
        if question.depends_on_id is None:
            return True
        parent = self._by_id[question.depends_on_id]
        return self._is_asked(parent, chosen) and bool(chosen[parent.pk] & set(question.depends_values))

    @property
    def stop(self) -> str:
        """The message of an answer that ends the form, such as "call 911"; empty when none was given."""
        return "" if self.is_valid() else self._stop

    @property
    def given(self) -> tuple[GivenAnswer, ...]:
        """The answers of a valid form, in the order asked; empty ones are left out."""
        if not self.is_bound or not self.is_valid():
            return ()
        answers: list[GivenAnswer] = []
        for question in self.questions:
            value = in_words(question, self.cleaned_data.get(field_name(question)))
            if value:
                answers.append(
                    GivenAnswer(
                        question_id=question.pk,
                        label=question.label,
                        value=value,
                        public_value="" if question.is_private else mask_personal_data(value),
                        is_private=question.is_private,
                        position=len(answers) + 1,
                    )
                )
        return tuple(answers)

    @property
    def asked(self) -> Iterator[Asked]:
        """The questions as the template draws them."""
        for question in self.questions:
            parent = self._by_id.get(question.depends_on_id or 0)
            yield Asked(
                name=field_name(question),
                field=self[field_name(question)],
                depends_on=field_name(parent) if parent else "",
                depends_values="|".join(question.depends_values),
                condition=_condition(parent, question) if parent else "",
                stops=tuple(Stop(value, text) for value, text in stops(question)),
            )


def field_name(question: Question) -> str:
    """The name of a question's field in the form."""
    return f"q_{question.slug}"


def _questions_of(category: Category | None) -> tuple[Question, ...]:
    """The questions asked now. One that depends on a retired question is not asked."""
    if category is None:
        return ()
    rows = {
        question.pk: question
        for question in Question.objects.filter(category=category, is_active=True).order_by("position", "pk")
    }
    return tuple(question for question in rows.values() if _stands(question, rows, len(rows)))


def _stands(question: Question, rows: Mapping[int, Question], steps: int) -> bool:
    """Whether the chain of conditions ends at an unconditional question; a ring of conditions never does."""
    if question.depends_on_id is None:
        return True
    parent = rows.get(question.depends_on_id)
    return parent is not None and steps > 0 and _stands(parent, rows, steps - 1)


def _chosen(value: Any) -> frozenset[str]:
    if value in (None, "", []):
        return frozenset()
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset({str(value)})


def _condition(parent: Question, question: Question) -> str:
    """When the question is asked, in words, for pages without scripts."""
    labels = [f"“{label}”" for value, label in choices(parent) if value in question.depends_values]
    return _("Only if you answered %(answers)s to “%(question)s”:") % {
        "answers": get_text_list(labels, _("or")),
        "question": parent.in_language("label"),
    }
