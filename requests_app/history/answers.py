"""Answers to the forms' questions in an invented history."""

import random
from collections import defaultdict
from collections.abc import Iterator

from departments.kinds import QuestionKind
from departments.models import Question
from requests_app.models import Answer, ServiceRequest
from requests_app.workflow import Channel

ASKED_BY = frozenset({Channel.WEB.value, Channel.APP.value, Channel.PHONE.value})
"""Channels whose form asks; an e-mail or a letter does not."""
ANSWERED = 0.7
_TEXTS = {
    "pole": ("31 447", "BC 10238", "no number on it"),
    "vehicle": ("Gray Ford sedan", "White Chevrolet van", "Red Honda", "Blue pickup truck"),
    "plate": ("3AB 4417", "9KD 2051", "none"),
    "best-time": ("Fridays from 11 at night", "On weekday mornings", "Saturdays after midnight"),
}


class Answerer:
    """Draws answers with dice of its own, so that the rest of the history stays as it was."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(f"answers {seed}")  # noqa: S311 (a history, not a secret)
        self.questions: dict[int, list[Question]] = defaultdict(list)
        for question in Question.objects.filter(is_active=True).order_by("position", "pk"):
            self.questions[question.category_id].append(question)

    def answers(self, request: ServiceRequest) -> Iterator[Answer]:
        """What the reporter of this request said; nothing for channels that do not ask."""
        if request.channel not in ASKED_BY:
            return
        chosen: dict[int, set[str]] = {}
        for position, question in enumerate(self.questions.get(request.category_id, ()), start=1):
            if question.depends_on_id and not chosen.get(question.depends_on_id, set()) & set(
                question.depends_values
            ):
                continue
            if not question.is_required and self.rng.random() > ANSWERED:
                continue
            value, chosen[question.pk] = self._value(question, request)
            if value:
                yield Answer(
                    request=request,
                    question=question,
                    label=question.label,
                    value=value,
                    public_value="" if question.is_private else value,
                    is_private=question.is_private,
                    position=position,
                )

    def _value(self, question: Question, request: ServiceRequest) -> tuple[str, set[str]]:
        """The words stored, and the options chosen. An answer that stops the form never became a request."""
        match question.kind:
            case QuestionKind.NUMBER:
                least = question.least or 0
                return str(
                    least + int(self.rng.random() ** 3 * min(6, (question.most or 6) - least + 1))
                ), set()
            case QuestionKind.DATE:
                days = self.rng.randrange(0, 1 + min(20, abs(question.least or 20)))
                since = request.created_at.date()
                return since.fromordinal(since.toordinal() - days).isoformat(), set()
            case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
                offered = [option for option in question.options if not option.get("stop")]
                most = len(offered) if question.kind == QuestionKind.MULTIPLE else 1
                picked = self.rng.sample(offered, self.rng.randrange(1, 1 + min(2, most)))
                return "; ".join(option["label"] for option in picked), {option["value"] for option in picked}
        texts = _TEXTS.get(question.slug)
        return (self.rng.choice(texts) if texts else ""), set()
