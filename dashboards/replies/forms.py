"""What a supervisor types for a reply template."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from dashboards.queue.choices import category_choices, department_choices
from departments.models import Category, City, Department, ReplyTemplate
from requests_app.actions.replies import PLACEHOLDERS, ReplyDraft, mark_of
from requests_app.workflow import Outcome

NAME_MAX, TEXT_MAX = 120, 4_000
NEVER_ANSWERED = frozenset({Outcome.SPAM, Outcome.WITHDRAWN, Outcome.NOT_RECORDED})


class ReplyForm(forms.Form):
    """A text, its language, and where it is offered."""

    mark_optional = True

    name = forms.CharField(
        label=_("Name"), max_length=NAME_MAX, help_text=_("For colleagues, such as: Pothole filled")
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": TEXT_MAX}),
        validators=[ProhibitNullCharactersValidator()],
    )
    language = forms.ChoiceField(label=_("Language"), widget=LeanSelect)
    outcome = forms.ChoiceField(
        label=_("For the outcome"),
        required=False,
        widget=LeanSelect,
        help_text=_("None: it is offered for notes."),
    )
    category = forms.ChoiceField(label=_("For the category"), required=False, widget=LeanSelect)
    department = forms.ChoiceField(label=_("For the department"), required=False, widget=LeanSelect)
    position = forms.IntegerField(
        label=_("Place in the list"), min_value=0, max_value=999, initial=0, help_text=_("Small comes first.")
    )
    is_active = forms.BooleanField(label=_("Offered"), required=False, initial=True)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, data: Any = None, *, template: ReplyTemplate | None = None) -> None:
        super().__init__(data, initial=_initial(template))
        self.fields["text"].help_text = _("Blanks that are filled in: %(names)s") % {
            "names": " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        }
        self._offer(
            "language", [(code, get_language_info(code)["name_local"]) for code in City.current().languages]
        )
        outcomes = [(each.value, each.label) for each in Outcome if each not in NEVER_ANSWERED]
        self._offer("outcome", [("", _("None: for notes")), *outcomes])
        self._offer("category", [("", _("Any")), *category_choices()])
        self._offer("department", [("", _("Every one")), *department_choices(None)])

    def _offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def draft(self) -> ReplyDraft:
        """The template as it was typed."""
        data = self.cleaned_data
        return ReplyDraft(
            name=data["name"],
            language=data["language"],
            text=data["text"].replace("\r\n", "\n"),
            outcome=data["outcome"],
            category=Category.objects.get(pk=data["category"]) if data["category"] else None,
            department=Department.objects.get(pk=data["department"]) if data["department"] else None,
            position=data["position"],
            is_active=data["is_active"],
        )


def _initial(template: ReplyTemplate | None) -> dict[str, Any]:
    if template is None:
        return {}
    fields = ("name", "text", "language", "outcome", "position", "is_active")
    return {name: getattr(template, name) for name in fields} | {
        "category": template.category_id or "",
        "department": template.department_id or "",
        "seen": mark_of(template),
    }
