"""What somebody chooses for a report by mail, and whom a digest goes to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from dashboards.queue.choices import area_choices
from dashboards.reports.mail.subscribing import Rhythm
from dashboards.reports.models import Every, ReportSubscription, Span


class RhythmForm(forms.Form):
    """Period, frequency and day; only the day that goes with the frequency is read."""

    span = forms.ChoiceField(
        label=_("Period"), choices=Span.choices, help_text=_("It moves with the day the mail is sent.")
    )
    every = forms.ChoiceField(label=_("How often"), choices=Every.choices)
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        coerce=int,
        choices=list(WEEKDAYS.items()),
        help_text=_("For a weekly mail."),
    )
    monthday = forms.IntegerField(
        label=_("Day of the month"), min_value=1, max_value=28, help_text=_("For a monthly mail: 1 to 28.")
    )

    def __init__(self, data: Any = None, *, subscription: ReportSubscription | None = None) -> None:
        super().__init__(data, initial=_initial(subscription))

    def rhythm(self) -> Rhythm:
        """What was chosen. Only after `is_valid`."""
        values = self.cleaned_data
        every = Every(values["every"])
        days = {Every.DAILY: 0, Every.WEEKLY: values["weekday"], Every.MONTHLY: values["monthday"]}
        return Rhythm(Span(values["span"]), every, days[every])


def _initial(subscription: ReportSubscription | None) -> dict[str, Any]:
    if subscription is None:
        return {"span": Span.WEEK, "every": Every.WEEKLY, "weekday": 0, "monthday": 1}
    weekly, monthly = subscription.every == Every.WEEKLY, subscription.every == Every.MONTHLY
    return {
        "span": subscription.span,
        "every": subscription.every,
        "weekday": subscription.day if weekly else 0,
        "monthday": subscription.day if monthly else 1,
    }


class ReaderForm(forms.Form):
    """An outside address, its area and how often."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    area = forms.TypedChoiceField(label=_("Area"), coerce=int, widget=LeanSelect)
    every = forms.ChoiceField(
        label=_("How often"), choices=[choice for choice in Every.choices if choice[0] != Every.DAILY]
    )

    def __init__(self, data: Any = None, *, area_id: int | None = None) -> None:
        """``area_id`` is the only district an aide may choose."""
        super().__init__(data)
        field = self.fields["area"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            (label, [choice for choice in areas if area_id is None or choice[0] == str(area_id)])
            for label, areas in area_choices()
        ]
