"""What an aide types for a constituent, and how the list is narrowed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from dashboards.desk.forms import active_kind
from departments.languages import offered_languages
from requests_app.queries.constituents import Which
from requests_app.resident.forms import ReportForm

WORDS_MAX = 100


class ConstituentForm(ReportForm):
    """The resident's form as the one who files for somebody reads it. Contact details may stay empty."""

    language = forms.ChoiceField(label=_("Language of the messages"), widget=LeanSelect)
    updates = forms.BooleanField(
        label=_("The constituent agreed to get news of this request"),
        help_text=_("Ask first. Without this we send nothing."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["photos"], self.fields["anonymous"]
        names = dict(settings.LANGUAGES)
        self.fields["language"].choices = [(code, names[code]) for code in offered_languages()]  # type: ignore[attr-defined]  # the class knows the field's type, the mapping does not
        self.mark_optional = False
        words: dict[str, tuple[Any, Any]] = {
            "description": (_("What the constituent says"), ""),
            "address": (_("Where"), _("An address, a crossing, a landmark, or coordinates.")),
            "place_note": (_("Where exactly"), ""),
            "category": (_("What it is about"), ""),
            "name": (_("Name"), ""),
            "email": (_("E-mail"), ""),
            "phone": (_("Phone"), ""),
        }
        for name, (label, hint) in words.items():
            self.fields[name].label, self.fields[name].help_text = label, hint
        for name in ("phone", "name", "email"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_category(self) -> str:
        """Any kind that is not retired, as on the telephone."""
        slug: str = self.cleaned_data["category"]
        if not slug:
            raise forms.ValidationError(_("Choose what it is about."))
        self.chosen_category = active_kind(slug)
        return slug

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        named = any(data.get(name) or name in self.errors for name in ("email", "phone"))
        if data.get("updates") and not named:
            self.add_error("email", _("Give an e-mail address or a phone number, or untick the news."))
        return data

    @property
    def spoken(self) -> str:
        """The language the constituent is written to: one the site has."""
        code = str(self.cleaned_data.get("language") or "") if hasattr(self, "cleaned_data") else ""
        return code if code in offered_languages() else offered_languages()[0]


class FindForm(forms.Form):
    """Which of the own requests, and a number or a constituent's name."""

    show = forms.ChoiceField(choices=Which.choices, required=False)
    q = forms.CharField(
        label=_("Number or constituent's name"),
        max_length=WORDS_MAX,
        required=False,
        error_messages={"max_length": _("This is too long: 100 characters at most.")},
    )

    @property
    def which(self) -> Which:
        """The part of the list; the open ones unless said otherwise."""
        data = self.cleaned_data if self.is_valid() else {}
        return Which(data.get("show") or Which.OPEN)
