"""The forms whose words residents read: closing, and notes; both may begin with a template."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from dashboards.queue.choices import catalogue, partner_choices
from dashboards.queue.forms import Desk, MoveForm, long_text
from dashboards.queue.replies import filled, find, fitting, open_words, put_into, reply_choices
from departments.kinds import Kind
from requests_app.actions.notes import NOTE_MAX
from requests_app.actions.replies import fill
from requests_app.workflow import Audience, Outcome, outcomes_for

CASE_NUMBER_MAX = 60
BELONGS_TO = {
    "case_number": Outcome.VIOLATION_FOUND,
    "comply_by": Outcome.VIOLATION_FOUND,
    "try_again_on": Outcome.NO_ACCESS,
    "instead": Outcome.DECLINED,
    "lead": Outcome.DUPLICATE,
    "partner": Outcome.NOT_OURS,
    "partner_reference": Outcome.NOT_OURS,
}
"""Fields of a closing that belong to one outcome: asked for with it alone."""


class ReplySelect(LeanSelect):
    """Texts to begin with, and a button that puts the chosen one into the field below; with script it is not needed."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        button = format_html(
            '<button class="btn btn--secondary btn--small" type="submit" name="fill" value="1" data-fill>{}</button>',
            _("Use this text"),
        )
        select = super().render(name, value, attrs, renderer)
        return format_html('<div class="cluster cluster--tight reply">{}{}</div>', select, button)


def _reply_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Begin with a template"), required=False, widget=ReplySelect)


class WithReply(MoveForm):
    """A form whose answer may begin with a template. ``answer_field`` is where the text goes."""

    answer_field = ""
    is_closing = False

    @classmethod
    def depends_on(cls, desk: Desk) -> tuple[Hashable, ...]:
        texts = fitting(desk.target, closing=cls.is_closing)
        return tuple((text.pk, text.name, text.outcome, text.language) for text in texts)

    def offer_replies(self) -> None:
        """Fill the list of templates; without any, there is no field."""
        choices = reply_choices(self.desk.target, closing=self.is_closing)
        if not choices:
            del self.fields["template"]
            return
        field = self.fields["template"]
        field.choices = [("", _("None")), *choices]  # type: ignore[attr-defined]
        field.widget.attrs |= {
            "data-reply": reverse("queue:reply", args=[self.desk.target.number]),
            "data-into": f"{self.move}_{self.answer_field}",
        }

    def fill(self, data: QueryDict) -> str:
        """Put the chosen template into what was typed, in a form that is not checked yet; says what stays open."""
        chosen = find(self.desk.target, data.get("template", ""), closing=self.is_closing)
        typed: dict[str, Any] = data.dict()
        still_open = ""
        if chosen is not None:
            number = str(data.get("case_number", ""))[:CASE_NUMBER_MAX]
            reply = filled(chosen, self.desk.target, today=self.desk.today, case_number=number)
            typed[self.answer_field] = put_into(str(data.get(self.answer_field, "")), reply.text)
            typed["outcome"] = data.get("outcome") or reply.outcome
            still_open = open_words(reply.open)
        self.initial = {**self.initial, **typed}
        return still_open

    def check_blanks(self, data: dict[str, Any]) -> None:
        """Fill in the case number that was typed; refuse an answer with blanks nobody filled."""
        text = data.get(self.answer_field)
        if not text:
            return
        text, still_open = fill(text, {"case_number": str(data.get("case_number") or "")})
        data[self.answer_field] = text
        if still_open:
            self.add_error(self.answer_field, open_words(still_open))


class CloseForm(WithReply):
    mark_optional = False
    answer_field = "public_answer"
    is_closing = True
    outcome = forms.ChoiceField(label=_("What was the outcome?"), widget=forms.RadioSelect)
    template = _reply_field()
    public_answer = forms.CharField(
        label=_("Answer everyone reads"),
        required=False,
        max_length=NOTE_MAX,
        widget=long_text(4),
        help_text=_("What was done, or why not. No names, phone numbers or e-mail addresses."),
    )
    instead = forms.CharField(
        label=_("Declined: what they can do instead, if anything"),
        required=False,
        max_length=1_000,
        widget=long_text(2, 1_000),
    )
    case_number = forms.CharField(
        label=_("Violation: case number, if any"), required=False, max_length=CASE_NUMBER_MAX
    )
    comply_by = forms.DateField(
        label=_("Violation: the owner has until, if set"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    try_again_on = forms.DateField(
        label=_("No access: we try again on, if we do"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    lead = forms.CharField(
        label=_("Duplicate: number of the first report"),
        required=False,
        max_length=20,
        help_text=_("This reporter gets its news."),
    )
    partner = forms.ChoiceField(label=_("Not ours: who owns it, if known"), required=False, widget=LeanSelect)
    partner_reference = forms.CharField(
        label=_("Not ours: their number, if they gave one"), required=False, max_length=60
    )
    internal_note = forms.CharField(
        label=_("Note for staff, if any"), required=False, max_length=NOTE_MAX, widget=long_text(2)
    )

    cancel_tasks = forms.BooleanField(
        label=_("Cancel the open tasks"),
        required=False,
        help_text=_("Others still work on something for this request."),
    )

    def prepare(self, desk: Desk) -> None:
        if not desk.target.open_tasks:
            del self.fields["cancel_tasks"]
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (outcome.value, outcome.label) for outcome in outcomes_for(Kind(desk.target.category.kind))
        ]
        self.fields["partner"].choices = [("", _("Not known")), *partner_choices()]  # type: ignore[attr-defined]
        if desk.target.partner_id:
            self.initial["partner"] = str(desk.target.partner_id)
        fitting = outcomes_for(Kind(desk.target.category.kind))
        for name, outcome in BELONGS_TO.items():
            if outcome not in fitting:
                del self.fields[name]
        self.offer_replies()

    @classmethod
    def depends_on(cls, desk: Desk) -> tuple[Hashable, ...]:
        target = desk.target
        about = (target.category.kind, bool(target.open_tasks), target.partner_id, catalogue().partners)
        return (*about, *super().depends_on(desk))

    def parts(self) -> list[tuple[BoundField, str]]:
        """The fields in order, each with the one outcome it belongs to, if any."""
        return [(field, str(BELONGS_TO.get(field.name, ""))) for field in self.visible_fields()]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("outcome") not in {None, Outcome.SPAM} and not data.get("public_answer", "").strip():
            self.add_error("public_answer", _("Write the answer residents will read."))
        self.check_blanks(data)
        for name in ("comply_by", "try_again_on"):
            day = data.get(name) if data.get("outcome") == BELONGS_TO[name] else None
            if day is not None and day < self.desk.today:
                self.add_error(name, _("Choose a day that is still to come."))
        return data


def whole_answer(data: dict[str, Any]) -> str:
    """The answer residents read; a refusal also says what they can do instead."""
    answer = str(data["public_answer"]).strip()
    instead = str(data.get("instead") or "").strip()
    if data.get("outcome") != Outcome.DECLINED or not instead:
        return answer
    return answer + "\n\n" + _("What you can do instead: %(words)s") % {"words": instead}


class NoteForm(WithReply):
    answer_field = "text"
    audience = forms.ChoiceField(
        label=_("Who reads it?"), choices=Audience.choices, initial=Audience.STAFF, widget=forms.RadioSelect
    )
    template = _reply_field()
    text = forms.CharField(label=_("Note"), max_length=NOTE_MAX, widget=long_text(3))

    def prepare(self, desk: Desk) -> None:
        self.initial["audience"] = Audience.STAFF
        self.fields["text"].widget.attrs["data-names"] = reverse("queue:names", args=[desk.target.number])
        self.offer_replies()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("audience") != Audience.STAFF:
            self.check_blanks(data)
        return data
