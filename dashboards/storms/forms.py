"""What somebody types to declare a storm, in each language of the city."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from dashboards.notices.forms import MomentInput
from dashboards.queue.choices import category_choices
from departments.declaring import Declaration
from departments.models import City
from departments.models.storm import StormPolicy

BANNER_MOST, QUESTION_MOST = 500, 200
USUAL = dt.timedelta(days=2)
TEXTS = ("banner", "safety_question", "safety_text")


def _words(label: Any, most: int, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": most}),
        validators=[ProhibitNullCharactersValidator()],
    )


class StormForm(forms.Form):
    """One declaration. An empty start means now: nothing can be declared for the past."""

    mark_optional = True

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("For staff and in the reports. For example: Snow of November 22"),
    )
    starts_at = forms.DateTimeField(
        label=_("Begins"),
        required=False,
        widget=MomentInput(),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=_("Empty: at once. It cannot lie in the past."),
    )
    ends_at = forms.DateTimeField(
        label=_("Ends by itself"),
        widget=MomentInput(),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=_("You can end it before."),
    )
    banner = _words(
        _("Banner on every page"), BANNER_MOST, required=True, help_text=_("What happens, and what to do.")
    )
    safety_question = _words(
        _("Life-safety question, asked first"),
        QUESTION_MOST,
        help_text=_("Answered with yes or no. For example: Is a wire down, or is anybody hurt or trapped?"),
    )
    safety_text = _words(
        _("What to do if yes"), BANNER_MOST, help_text=_("Such as: Stay away and call 911 now.")
    )
    categories = forms.TypedMultipleChoiceField(
        label=_("Kinds of problems offered"),
        required=False,
        coerce=int,
        help_text=_("None: all of them. Residents can still ask for the others."),
        widget=forms.SelectMultiple(attrs={"size": 10}),
    )
    is_light = forms.BooleanField(
        label=_("Light pages"),
        required=False,
        initial=True,
        help_text=_("No maps, no photo preview, no figures: they load on a bad connection."),
    )
    policy = forms.ChoiceField(
        label=_("Targets of reports that come in meanwhile"),
        choices=StormPolicy.choices,
        widget=forms.RadioSelect,
        initial=StormPolicy.KEEP,
    )
    extra_days = forms.IntegerField(
        label=_("Days later"), required=False, min_value=1, max_value=60, help_text=_("Calendar days.")
    )

    def __init__(self, data: Any = None, *, now: dt.datetime) -> None:
        end = timezone.localtime(now + USUAL).replace(second=0, microsecond=0)
        super().__init__(data, initial={"ends_at": end})
        self.languages = [code for code in City.current().languages if code != "en"]
        names: list[str] = []
        for name in TEXTS:
            names.append(name)
            for code in self.languages:
                self.fields[f"{name}_{code}"] = _words(
                    _("%(label)s, in %(language)s")
                    % {
                        "label": self.fields[name].label,
                        "language": get_language_info(code)["name_local"],
                    },
                    QUESTION_MOST if name == "safety_question" else BANNER_MOST,
                )
                names.append(f"{name}_{code}")
        self.fields["categories"].choices = category_choices(retired=False)  # type: ignore[attr-defined]
        self.order_fields(["name", "starts_at", "ends_at", *names])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("policy") == StormPolicy.EXTEND and not cleaned.get("extra_days"):
            self.add_error("extra_days", _("Say by how many days targets are later."))
        if cleaned.get("safety_question") and not cleaned.get("safety_text"):
            self.add_error("safety_text", _("Say what people should do if the answer is yes."))
        return cleaned

    def declaration(self) -> Declaration:
        """What was typed. Only after `is_valid`."""
        data = self.cleaned_data
        return Declaration(
            name=data["name"],
            banner=data["banner"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            safety_question=data["safety_question"],
            safety_text=data["safety_text"],
            category_ids=data["categories"],
            is_light=data["is_light"],
            policy=StormPolicy(data["policy"]),
            extra_days=data["extra_days"],
            translations={
                code: {name: data[f"{name}_{code}"] for name in TEXTS if data[f"{name}_{code}"]}
                for code in self.languages
            },
        )
