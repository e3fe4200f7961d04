"""What an operator types during a call: the resident's form, and what belongs to a conversation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from departments.languages import offered_languages
from departments.models import Category, StaffUser
from departments.roles import Role
from requests_app.actions.desk import TOPIC_MAX
from requests_app.resident.forms import ReportForm
from requests_app.workflow import Channel

CHANNELS = (
    Channel.PHONE,
    Channel.WALK_IN,
    Channel.MAIL,
    Channel.SOCIAL,
    Channel.EMAIL,
    Channel.SMS,
    Channel.OTHER,
)
SPOKEN = (
    ("zh", _("Chinese")),
    ("ko", _("Korean")),
    ("fr", _("French")),
    ("ar", _("Arabic")),
    ("ru", _("Russian")),
    ("ht", _("Haitian Creole")),
    ("ne", _("Nepali")),
    ("ur", _("Urdu")),
    ("ase", _("American Sign Language")),
    ("other", _("Another language")),
)
"""Spoken on the phone with an interpreter; written messages come in a language of the site."""
CONVERSATION = frozenset(
    {"phone", "name", "email", "channel", "language", "interpreter", "description", "number", "colleague"}
)
"""What is judged whatever becomes of the call."""


class DeskForm(ReportForm):
    """Everything on the screen. Which fields matter is known by the button pressed."""

    mark_optional = False

    channel = forms.ChoiceField(
        label=_("Came by"), choices=[(one.value, one.label) for one in CHANNELS], widget=LeanSelect
    )
    language = forms.ChoiceField(label=_("Speaks"), widget=LeanSelect)
    interpreter = forms.CharField(
        label=_("Interpreter"),
        help_text=_("Service or name, if one is on the line."),
        max_length=100,
        required=False,
    )
    updates = forms.BooleanField(label=_("Wants news by e-mail"), required=False)
    number = forms.CharField(
        label=_("Request number"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    pin = forms.CharField(
        label=_("PIN"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    topic = forms.CharField(
        label=_("Another topic"),
        max_length=TOPIC_MAX,
        required=False,
        validators=[ProhibitNullCharactersValidator()],
    )
    colleague = forms.ModelChoiceField(
        label=_("Who calls back"),
        queryset=StaffUser.objects.none(),
        required=False,
        empty_label=_("Choose"),
        error_messages={"invalid_choice": _("This colleague is not here any more. Choose another one.")},
    )

    def __init__(self, *args: Any, user: StaffUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(settings.LANGUAGES)
        offered = [(code, names[code]) for code in offered_languages()]
        self.fields["language"].choices = [*offered, *SPOKEN]  # type: ignore[attr-defined]
        self.fields["colleague"].queryset = colleagues(user)  # type: ignore[attr-defined]
        del self.fields["photos"]
        self._as_spoken()

    def _as_spoken(self) -> None:
        """The resident's fields, as the person at the phone reads their names; almost all may stay empty."""
        self.mark_optional = False
        words: dict[str, tuple[Any, Any]] = {
            "phone": (_("Caller's phone"), ""),
            "name": (_("Name"), ""),
            "email": (_("E-mail"), ""),
            "anonymous": (_("Anonymous call"), _("Nothing about the caller is looked up or kept.")),
            "description": (_("What the caller says"), ""),
            "address": (_("Where: address or crossing"), ""),
            "place_note": (_("Where exactly"), ""),
        }
        for name, (label, hint) in words.items():
            self.fields[name].label, self.fields[name].help_text = label, hint
        for name in ("phone", "name", "email"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["description"].widget.attrs["rows"] = 3

    def clean_category(self) -> str:
        """Any kind that is not retired: some are taken on the phone only."""
        slug: str = self.cleaned_data["category"]
        if not slug:
            raise forms.ValidationError(_("Choose what it is about."))
        self.chosen_category = active_kind(slug)
        return slug

    @property
    def spoken(self) -> str:
        """The language of the texts to read aloud: one the site has."""
        code = str(self.cleaned_data.get("language") or "") if hasattr(self, "cleaned_data") else ""
        return code if code in offered_languages() else offered_languages()[0]


def active_kind(slug: str) -> Category:
    """The kind of this slug, offered online or not; a `ValidationError` for one that is retired or never was."""
    category = Category.objects.active().select_related("department", "group").filter(slug=slug).first()
    if category is None:
        raise forms.ValidationError(_("This choice is no longer offered. Choose another one."))
    return category


def colleagues(user: StaffUser) -> Any:
    """Who can be asked to call back."""
    roles = (Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR, Role.ADMINISTRATOR)
    return StaffUser.objects.filter(is_active=True, role__in=roles).exclude(pk=user.pk).order_by("name", "pk")
