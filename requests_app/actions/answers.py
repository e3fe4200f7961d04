"""Answers to a category's questions, stored with the request in the same transaction."""

from collections.abc import Iterable
from dataclasses import dataclass

from requests_app.models import Answer


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer that passed the form, in the words shown: those of the city's main language for questions and choices.

    ``public_value`` has personal data masked and is empty for a private question.
    """

    question_id: int
    label: str
    value: str
    public_value: str
    is_private: bool
    position: int


def store_answers(request_id: int, answers: Iterable[GivenAnswer]) -> None:
    """Write the answers of a new request, inside the caller's transaction."""
    Answer.objects.bulk_create(
        Answer(
            request_id=request_id,
            question_id=answer.question_id,
            label=answer.label,
            value=answer.value,
            public_value="" if answer.is_private else answer.public_value,
            is_private=answer.is_private,
            position=answer.position,
        )
        for answer in answers
    )
