"""Answers as they are shown: to staff all of them, to the public only what is not private."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import get_language

from departments.directory import questions
from departments.kinds import QuestionKind
from departments.models import Question

# Part of the most opened page of a city: a small statement. The unmasked value and private answers are not selected.
_PUBLIC = """
SELECT question_id, label, public_value FROM requests_app_answer
 WHERE request_id = %s AND NOT is_private AND public_value <> '' ORDER BY position, id
"""
_ALL = """
SELECT question_id, label, value, is_private, public_value <> value FROM requests_app_answer
 WHERE request_id = %s ORDER BY position, id
"""


@dataclass(frozen=True, slots=True)
class StaffAnswer:
    """An answer as staff read it; ``is_masked`` where the public does not read all of it."""

    label: str
    value: str
    is_private: bool
    is_masked: bool


def public_answers(request_id: int) -> tuple[tuple[str, str], ...]:
    """The public answers of a request as (question, answer), in the active language where the question has it."""
    with connection.cursor() as cursor:
        cursor.execute(_PUBLIC, [request_id])
        rows = cursor.fetchall()
    return tuple(shown_answer(question_id, label, value) for question_id, label, value in rows)


def staff_answers(request_id: int) -> list[StaffAnswer]:
    """Every answer of a request in the order asked."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL, [request_id])
        rows = cursor.fetchall()
    return [
        StaffAnswer(*shown_answer(question_id, label, value), is_private, is_masked)
        for question_id, label, value, is_private, is_masked in rows
    ]


def shown_answer(question_id: int, label: str, value: str) -> tuple[str, str]:
    """Question and answer in the active language; a question that was reworded since is shown as it was asked."""
    question = questions().get(question_id)
    if question is None:
        return label, value
    if question.kind == QuestionKind.DATE:
        value = _date(value)
    if question.options:
        labels = _labels(question)
        value = "; ".join(labels.get(part, part) for part in value.split("; "))
    return (str(question.in_language("label")) if question.label == label else label), value


def _date(value: str) -> str:
    try:
        return date_format(dt.date.fromisoformat(value))
    except ValueError:
        return value


def _labels(question: Question) -> dict[str, str]:
    """The options' English words and what they are called in the active language."""
    code = (get_language() or "en").split("-")[0]
    return {
        option["label"]: option.get("labels", {}).get(code) or option["label"] for option in question.options
    }
