"""Which figures the city publishes: the list, and the form it is chosen with."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboards.reports.models import PublishedFigures
from departments.models import StaffUser
from requests_app.resident.performed import FIGURES


def published_keys() -> list[str]:
    """Names of the published figures in their order; names that are no longer known are left out."""
    kept = PublishedFigures.objects.values_list("keys", flat=True).first() or []
    return [key for key in kept if key in FIGURES]


def publish(*, keys: list[str], by: StaffUser, now: dt.datetime) -> None:
    """Publish these figures and no others."""
    values = {"keys": keys, "changed_by": by, "changed_at": now}
    PublishedFigures.objects.update_or_create(pk=1, defaults=values)


class PlacesForm(forms.Form):
    """A place on the page for each figure; the empty one leaves it out."""

    def __init__(self, data: Any = None, *, keys: list[str]) -> None:
        super().__init__(data, initial={key: str(at) for at, key in enumerate(keys, 1)})
        places = [("", _("Not published")), *((str(at), str(at)) for at in range(1, len(FIGURES) + 1))]
        for key, kind in FIGURES.items():
            self.fields[key] = forms.ChoiceField(label=str(kind.title), choices=places, required=False)

    def keys(self) -> list[str]:
        """The figures chosen, in order of their places; those of one place in the order they are offered."""
        chosen = [(int(place), key) for key, place in self.cleaned_data.items() if place]
        return [key for _place, key in sorted(chosen, key=lambda pair: pair[0])]
