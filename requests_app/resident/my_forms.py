"""Forms of "My reports" and of alerts: named fields only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from departments import directory
from departments.kinds import AreaKind
from requests_app.models.resident import UpdateChoice
from requests_app.models.subscription import Frequency
from requests_app.notifications.watching import radius_words

RADII = (150, 400, 800, 1600)


class AddressForm(forms.Form):
    """Whose reports."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one you gave with your reports."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Type your e-mail address."),
            "invalid": _("This is not an e-mail address. Example: name@example.org"),
            "max_length": _("This e-mail address is too long."),
        },
    )


class ChoicesForm(forms.Form):
    """Which messages, in which language."""

    updates = forms.ChoiceField(
        label=_("Messages about your own reports"),
        choices=[
            (UpdateChoice.ALL, _("Every step")),
            (UpdateChoice.CLOSING, _("Only when it is closed, or when we ask or answer you")),
            (UpdateChoice.NONE, _("None. I look here.")),
        ],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(label=_("Language of our messages"), widget=LeanSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = list(settings.LANGUAGES)  # type: ignore[attr-defined]


class AddForm(forms.Form):
    """A report filed by phone: its number and the PIN that was read out."""

    number = forms.CharField(
        label=_("Number"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type the number of the report.")},
    )
    pin = forms.CharField(
        label=_("PIN"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": _("Type the PIN of six digits.")},
    )


class AlertForm(forms.Form):
    """What to watch, how often, and whom to tell."""

    mark_optional = True

    address = forms.CharField(
        label=_("Around a place"),
        help_text=_("An address, a crossing or a landmark. Leave it empty for the whole city or an area."),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    radius = forms.TypedChoiceField(label=_("How far around"), coerce=int, required=False, widget=LeanSelect)
    area = forms.CharField(label=_("In an area"), required=False, widget=LeanSelect)
    category = forms.CharField(label=_("Kind of problem"), required=False, widget=LeanSelect)
    frequency = forms.ChoiceField(
        label=_("How often"),
        choices=[
            (Frequency.DAILY, _("Once a day, in the morning, when there is something new")),
            (Frequency.IMMEDIATE, _("At once, one message for each report")),
        ],
        initial=Frequency.DAILY,
        widget=forms.RadioSelect,
    )
    email = AddressForm.base_fields["email"]
    latitude = forms.CharField(required=False, widget=forms.HiddenInput)
    longitude = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signed_in:
            del self.fields["email"]
        else:
            self.fields["email"].help_text = _("We ask once by e-mail whether it is really you.")
        self.fields["radius"].choices = [(metres, radius_words(metres)) for metres in RADII]  # type: ignore[attr-defined]
        self.fields["area"].widget.choices = [("", _("The whole city")), *_areas()]
        self.fields["category"].widget.choices = [("", _("Every kind")), *_categories()]


def _areas() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for area in directory.areas().values():
        if area.is_active and area.kind != AreaKind.NEIGHBOR:
            label = str(AreaKind(area.kind).label)
            groups.setdefault(label, []).append((f"{area.kind}:{area.slug}", area.name))
    return sorted(groups.items())


def _categories() -> list[tuple[str, str]]:
    rows = [row for row in directory.categories().values() if row.is_active and row.is_public]
    return sorted(((row.slug, row.shown_name) for row in rows), key=lambda pair: pair[1])
