"""What an editor types for a notice, in each language of the city."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from dashboards.queue.choices import area_choices, category_choices
from departments.announcing import NoticeDraft
from departments.models import City, ServiceNotice

LONGEST = dt.timedelta(days=366)
SHORT_TITLE, LONG_TEXT = 120, 1_000


class MomentInput(forms.DateTimeInput):
    """The browser's own field for day and time, in the city's zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(label=label, widget=MomentInput(), input_formats=["%Y-%m-%dT%H:%M"])


def _ids(label: Any, help_text: Any) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        coerce=int,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )


class NoticeForm(forms.Form):
    """Texts, where, what for, and when. A title and text in other languages are both given or both left out."""

    mark_optional = True

    title = forms.CharField(
        label=_("Title"), max_length=SHORT_TITLE, help_text=_("For example: Thursday collection is delayed")
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What happens, until when, and what residents should do."),
        validators=[ProhibitNullCharactersValidator()],
    )
    starts_at = _moment(_("Shown from"))
    ends_at = _moment(_("Shown until"))
    areas = _ids(_("Areas"), _("None: the whole city."))
    categories = _ids(_("Kinds of problems"), _("None: on every form."))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, notice: ServiceNotice | None = None, now: dt.datetime) -> None:
        super().__init__(data, initial=_initial(notice, now))
        self.now = now
        self.languages = [code for code in City.current().languages if code != "en"]
        for code in self.languages:
            name = get_language_info(code)["name_local"]
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title in %(language)s") % {"language": name}, max_length=SHORT_TITLE, required=False
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text in %(language)s") % {"language": name},
                max_length=LONG_TEXT,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
            if notice is not None:
                texts = notice.translations.get(code, {})
                self.initial = {
                    **self.initial,
                    f"title_{code}": texts.get("title", ""),
                    f"text_{code}": texts.get("text", ""),
                }
        self.fields["areas"].choices = [choice for choice in area_choices() if choice[0]]  # type: ignore[attr-defined]
        self.fields["categories"].choices = category_choices()  # type: ignore[attr-defined]
        first = [
            "title",
            "text",
            *(f"{part}_{code}" for code in self.languages for part in ("title", "text")),
        ]
        self.order_fields([*first, "starts_at", "ends_at", "areas", "categories", "seen"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends:
            if ends <= starts:
                self.add_error("ends_at", _("The end comes after the start."))
            elif ends <= self.now:
                self.add_error("ends_at", _("This end is past: nobody would see the notice."))
            elif ends - starts > LONGEST or starts - self.now > LONGEST:
                self.add_error("ends_at", _("A notice is shown for a year at most."))
        for code in self.languages:
            for part, other in (("title", "text"), ("text", "title")):
                if cleaned.get(f"{other}_{code}") and not cleaned.get(f"{part}_{code}"):
                    self.add_error(
                        f"{part}_{code}", _("Give both title and text in this language, or neither.")
                    )
        return cleaned

    def draft(self) -> NoticeDraft:
        """The notice as it was typed."""
        data = self.cleaned_data
        return NoticeDraft(
            title=data["title"],
            text=data["text"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            area_ids=data["areas"],
            category_ids=data["categories"],
            translations={
                code: {"title": data[f"title_{code}"], "text": data[f"text_{code}"]}
                for code in self.languages
                if data[f"title_{code}"]
            },
        )


def _initial(notice: ServiceNotice | None, now: dt.datetime) -> dict[str, Any]:
    if notice is None:
        start = timezone.localtime(now).replace(second=0, microsecond=0)
        return {"starts_at": start, "ends_at": start + dt.timedelta(days=3)}
    return {
        "title": notice.title,
        "text": notice.text,
        "starts_at": timezone.localtime(notice.starts_at),
        "ends_at": timezone.localtime(notice.ends_at),
        "areas": [area.pk for area in notice.areas.all()],
        "categories": [category.pk for category in notice.categories.all()],
        "seen": notice.updated_at.isoformat(),
    }
