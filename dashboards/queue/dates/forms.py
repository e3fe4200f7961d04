"""What staff type about a date or to the reporter. Each form carries the version of the screen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.actions.asking import WORDS_MAX
from requests_app.actions.promises import FARTHEST, REASON_MAX


class StepForm(forms.Form):
    """The version of the screen, and nothing more."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, name: str, version: int) -> None:
        super().__init__(data, auto_id=f"{name}_%s", initial={"version": version})


class RenewForm(StepForm):
    due_on = forms.DateField(
        label=_("New target"),
        help_text=_("The day ends when the department closes."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("Why is it late?"),
        help_text=_("Residents read this, here and in a message."),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": REASON_MAX}),
    )

    def __init__(self, data: Any = None, *, name: str, version: int) -> None:
        super().__init__(data, name=name, version=version)
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        self.fields["due_on"].widget.attrs["min"] = tomorrow.isoformat()

    def clean_due_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["due_on"]
        today = timezone.localdate()
        if day <= today:
            raise ValidationError(_("Choose a day after today."))
        if day > today + FARTHEST:
            raise ValidationError(_("Choose a day within two years."))
        return day


class AskForm(StepForm):
    text = forms.CharField(
        label=_("Your question"),
        help_text=_("In the reporter's language if you can. Only the reporter reads it."),
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": WORDS_MAX}),
    )


class AnswerForm(StepForm):
    text = forms.CharField(
        label=_("What the reporter answers"),
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": WORDS_MAX}),
    )
