"""What somebody says who takes a file of requests."""

from __future__ import annotations

from django import forms
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext_lazy as _

SHORTEST_REASON = 10


class ExtractForm(forms.Form):
    """Why, and as which kind of file."""

    reason = forms.CharField(
        label=_("What do you need them for?"),
        help_text=_("For example: answer to a records request of May 4. It is kept with your name."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[MinLengthValidator(SHORTEST_REASON, _("Say it in at least %(limit_value)s characters."))],
    )
    kind = forms.ChoiceField(
        label=_("File"),
        choices=[("csv", _("CSV, for any number of requests")), ("xlsx", _("XLSX, a workbook"))],
        initial="csv",
    )
