"""A form with every kind of field, for the style guide only."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SampleForm(forms.Form):
    """One field of each kind; ``mark_optional`` says which may stay empty."""

    mark_optional = True

    description = forms.CharField(
        label=_("What is the problem?"),
        help_text=_("Say what you see. Leave out names of people."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    address = forms.CharField(
        label=_("Address or intersection"),
        help_text=_("For example: 100 Holliday St, or Light St & Pratt St"),
    )
    latitude = forms.FloatField(label=_("Latitude"), required=False)
    longitude = forms.FloatField(label=_("Longitude"), required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Only we see it. We use it for news about this report."),
    )
    department = forms.ChoiceField(
        label=_("Department"),
        choices=[
            ("", _("All departments")),
            ("dot", "Transportation"),
            ("dpw", "Public Works"),
            ("hcd", "Housing"),
        ],
    )
    contact = forms.ChoiceField(
        label=_("How shall we answer?"),
        choices=[("mail", _("By e-mail")), ("none", _("Not at all"))],
        widget=forms.RadioSelect,
    )
    category = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            ("pothole", _("Pothole")),
            ("light", _("Street light is out")),
            ("trash", _("Missed trash")),
            ("tree", _("Fallen tree")),
        ],
        widget=forms.RadioSelect(attrs={"data-tiles": "1"}),
    )
    days = forms.MultipleChoiceField(
        label=_("On which days?"),
        required=False,
        choices=[("mon", _("Monday")), ("tue", _("Tuesday"))],
        widget=forms.CheckboxSelectMultiple,
    )
    agree = forms.BooleanField(label=_("I have read what will be public"))
    photos = forms.FileField(
        label=_("Photos"),
        required=False,
        help_text=_("Up to 3. We remove hidden data such as the place and the camera."),
    )


class SampleFilter(forms.Form):
    """The controls of a filter bar."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any")), ("new", _("New")), ("open", _("Open"))]
    )
    department = forms.ChoiceField(
        label=_("Department"), required=False, choices=[("", _("Any")), ("dot", "Transportation")]
    )
    due = forms.ChoiceField(
        label=_("Due"), required=False, choices=[("", _("Any")), ("overdue", _("Overdue"))]
    )
