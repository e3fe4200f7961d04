"""The report form: named fields only, everything typed is kept, every refusal says what to do."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from civic311.lib.compiled import SOMEBODY, Compiled
from departments.geo import is_point
from departments.kinds import Kind, PlaceRule
from departments.models import Category
from departments.storms import current_storm
from requests_app.queries.front import offered_categories
from requests_app.resident.wording import UNDECIDED, FormWords, form_words

DESCRIPTION_MAX = 4_000
DESCRIPTION_LIMIT = 20_000
_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=1)
def _still_offered() -> Compiled:
    return Compiled(Category.objects.active().filter(pk=SOMEBODY, is_online=True).values_list("pk"))


class PhotosInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ReportForm(forms.Form):
    """What a resident tells. The place is resolved by the view, photos go through the pipeline."""

    mark_optional = True

    in_danger = forms.ChoiceField(
        choices=[("no", _("No")), ("yes", _("Yes"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Answer this first, please.")},
    )
    description = forms.CharField(widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}))
    category = forms.CharField(max_length=80, required=False, strip=True)
    address = forms.CharField(
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("The address is too long: 300 characters at most.")},
    )
    place_note = forms.CharField(
        label=_("Where exactly?"),
        help_text=_("For example: behind the bus stop, left lane."),
        max_length=300,
        required=False,
        error_messages={"max_length": _("The words about the place are too long: 300 characters at most.")},
    )
    latitude = forms.FloatField(
        label=_("Latitude"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    longitude = forms.FloatField(
        label=_("Longitude"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    photos = forms.FileField(
        label=_("Add photos"),
        help_text=_(
            "Up to 3, as JPEG, PNG or WebP. We remove the hidden data in them, such as position and camera."
        ),
        required=False,
        widget=PhotosInput(attrs={"accept": "image/*", "multiple": True}),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": _("The name is too long: 150 characters at most.")},
    )
    email = forms.CharField(
        label=_("E-mail"),
        help_text=_("For messages about this report. You can stop them at any time."),
        max_length=254,
        required=False,
        validators=[
            EmailValidator(_("This does not look like an e-mail address. An example: name@example.org"))
        ],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        help_text=_("Only if the department may call you with a question."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
    )
    anonymous = forms.BooleanField(
        label=_("Report without a name"),
        help_text=_(
            "We store no contact details, so we cannot send you messages or ask you a question. Photos are shown online after a person has looked at them."
        ),
        required=False,
    )

    chosen_category: Category | None = None
    danger_text = ""
    words: FormWords = UNDECIDED

    def speak_of(self, category: Category | None) -> None:
        """Use the words of a category's kind; without one those that fit all."""
        self.words = words = form_words(category.kind if category else None)
        description, address = self.fields["description"], self.fields["address"]
        description.label, description.help_text = words.description, words.description_hint
        description.error_messages["required"] = words.description_missing
        address.label, address.help_text = words.place, words.place_hint
        # Where we must be able to reach the sender, no contact field is called optional.
        self.mark_optional = category is None or category.anonymous_allowed

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slug = str((self.data if self.is_bound else self.initial).get("category", ""))
        self._ask_of_danger()
        self.speak_of(next((one for one in offered_categories() if one.slug == slug), None) if slug else None)

    def _ask_of_danger(self) -> None:
        """In a storm that asks it, whether somebody is in danger comes first."""
        storm = current_storm()
        if storm is None or not storm.safety_question:
            del self.fields["in_danger"]
            return
        self.fields["in_danger"].label = storm.safety_question
        self.fields["in_danger"].help_text = storm.safety_text
        self.danger_text = storm.safety_text

    def clean_in_danger(self) -> str:
        answer: str = self.cleaned_data["in_danger"]
        if answer == "yes":
            raise forms.ValidationError(
                self.danger_text or _("Call 911 now. This form is not read at once, so it cannot be sent.")
            )
        return answer

    def clean_category(self) -> str:
        slug: str = self.cleaned_data["category"]
        if not slug:
            raise forms.ValidationError(_("Choose what it is about."))
        category = next((one for one in offered_categories() if one.slug == slug), None)
        # The row may be ten seconds old; whether it may still be chosen is asked anew.
        if category is None or not _still_offered().fetch({SOMEBODY: category.pk}):
            raise forms.ValidationError(_("This choice is no longer offered. Choose another one."))
        self.chosen_category = category
        return slug

    def clean_description(self) -> str:
        text: str = self.cleaned_data["description"].replace("\r\n", "\n")
        if len(text) > DESCRIPTION_MAX:
            raise forms.ValidationError(
                _("The description has %(count)s characters. Shorten it to %(most)s."),
                params={"count": f"{len(text):,}", "most": f"{DESCRIPTION_MAX:,}"},
            )
        return text

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and not 7 <= len(_DIGIT.findall(phone)) <= 15:
            raise forms.ValidationError(_("This does not look like a phone number. An example: 410-555-0100"))
        return phone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._clean_point(data)
        if data.get("anonymous"):
            data |= {"name": "", "email": "", "phone": ""}
        category = self.chosen_category
        if category is not None and not category.anonymous_allowed and not self._has_contact(data):
            field = "anonymous" if data.get("anonymous") else "email"
            self.add_error(
                field,
                _("We answer by e-mail or by phone. Give one of them.")
                if category.kind == Kind.ANSWER
                else _(
                    "We can act on this only when we can reach you. Give a name and an e-mail or phone number."
                ),
            )
        return data

    def _clean_point(self, data: dict[str, Any]) -> None:
        if "latitude" not in data or "longitude" not in data:
            return
        latitude, longitude = data["latitude"], data["longitude"]
        if (latitude is None) != (longitude is None):
            self.add_error(
                "latitude" if latitude is None else "longitude",
                _("Give both latitude and longitude, or neither."),
            )
        elif latitude is not None and not is_point(latitude, longitude):
            self.add_error(
                "latitude", _("These coordinates are not a place on Earth. Latitude is between -90 and 90.")
            )

    def _has_contact(self, data: dict[str, Any]) -> bool:
        """Whether the city can reach the sender; an answer needs more than a name."""
        answered = self.chosen_category is not None and self.chosen_category.kind == Kind.ANSWER
        ways = ("email", "phone") if answered else ("name", "email", "phone")
        return any(data.get(name) or name in self.errors for name in ways)

    @property
    def asks_for_place(self) -> bool:
        """Whether the chosen category uses a place; undecided forms show the section."""
        return self.chosen_category is None or self.chosen_category.place_rule != PlaceRule.NONE

    @property
    def needs_place(self) -> bool:
        """Whether sending without a place is refused."""
        return self.chosen_category is not None and self.chosen_category.place_rule == PlaceRule.REQUIRED
