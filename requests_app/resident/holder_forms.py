"""What the reporter types on the own page: a "no", a question to a supervisor, a correction, another photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from requests_app.resident.forms import DESCRIPTION_LIMIT, DESCRIPTION_MAX, PhotosInput

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WORDS_MAX = 2_000


def _photos(label: _StrPromise, hint: _StrPromise) -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text=hint,
        required=False,
        widget=PhotosInput(attrs={"accept": "image/*", "multiple": True}),
    )


class NotSolvedByReporter(forms.Form):
    """What is still wrong: a sentence, or a photo that says it. The view looks whether one of them is there."""

    reason = forms.CharField(
        label=_("What is not right?"),
        help_text=_("Say what you see, and where; or add a photo that shows it. This is not shown online."),
        max_length=WORDS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Shorten it to 2,000 characters.")},
    )
    photos = _photos(_("Photo"), _("JPEG, PNG or WebP. It is shown online with your report."))


class ReviewForm(forms.Form):
    """Words for the supervisor, if any."""

    mark_optional = True
    words = forms.CharField(
        label=_("What should the supervisor know?"),
        max_length=WORDS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("Shorten it to 2,000 characters.")},
    )


class AnswerForm(forms.Form):
    """The answer to the department's question."""

    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("The department reads it. It is not shown online."),
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write your answer."),
            "max_length": _("Shorten it to 2,000 characters."),
        },
    )


class EditForm(forms.Form):
    """The words of a report that nobody has taken up yet."""

    mark_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput)
    description = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("Leave out names and phone numbers: this text is shown online."),
        max_length=DESCRIPTION_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Describe what is wrong.")},
    )
    place_note = forms.CharField(
        label=_("Where exactly?"),
        help_text=_("For example: behind the bus stop, left lane."),
        max_length=300,
        required=False,
        error_messages={"max_length": _("The words about the place are too long: 300 characters at most.")},
    )

    def clean_description(self) -> str:
        text: str = self.cleaned_data["description"].replace("\r\n", "\n")
        if len(text) > DESCRIPTION_MAX:
            raise forms.ValidationError(
                _("The description has %(count)s characters. Shorten it to %(most)s."),
                params={"count": f"{len(text):,}", "most": f"{DESCRIPTION_MAX:,}"},
            )
        return text


class PhotoForm(forms.Form):
    """More photos of the own report."""

    photos = _photos(
        _("Photos"),
        _(
            "Up to 3 at once, as JPEG, PNG or WebP. We remove the hidden data in them, such as position and camera."
        ),
    )

    @property
    def limit(self) -> int:
        """How many can be sent at once."""
        return int(settings.PHOTO_MAX_FILES)


class TakenCareForm(forms.Form):
    """How it was taken care of, if the reporter likes to say."""

    mark_optional = True
    words = forms.CharField(
        label=_("What was done?"),
        help_text=_("The department reads it. It is not shown online."),
        max_length=WORDS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("Shorten it to 2,000 characters.")},
    )


class AppealForm(forms.Form):
    """Why the report should be shown."""

    words = forms.CharField(
        label=_("Why should it be shown?"),
        help_text=_("A supervisor reads it. It is not shown online."),
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Say in a sentence why it should be shown."),
            "max_length": _("Shorten it to 2,000 characters."),
        },
    )
