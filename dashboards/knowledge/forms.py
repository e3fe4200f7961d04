"""What an editor types for an article, in each language of the city."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from civic311.lib.forms import LeanSelect
from dashboards.queue.choices import category_choices
from departments.articles import COMMENT_MAX, ArticleDraft, referral_list
from departments.models import Article, Category, City

LONG, SCRIPT_MAX, SHORT = 8_000, 4_000, 300
REFERRALS_MAX = 12
TRANSLATED = (
    ("title", _("Title in %(language)s"), 150, 0),
    ("summary", _("The answer in a sentence, in %(language)s"), SHORT, 2),
    ("body", _("Text in %(language)s"), LONG, 8),
    ("script", _("What the operator says, in %(language)s"), SCRIPT_MAX, 4),
)


def _area(rows: int) -> forms.Widget:
    return forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()


def _text(
    label: Any, longest: int, rows: int = 0, *, required: bool = False, help_text: Any = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=help_text,
        widget=_area(rows),
        validators=[ProhibitNullCharactersValidator()],
    )


class ArticleForm(forms.Form):
    """The article; a translation has a title and a text, or neither."""

    mark_optional = True

    title = _text(_("Title"), 150, required=True)
    topic = _text(
        _("Topic"),
        80,
        required=True,
        help_text=_("Calls are counted by it. For example: Trash and recycling"),
    )
    summary = _text(_("The answer in a sentence"), SHORT, 2)
    body = _text(
        _("Text"), LONG, 10, required=True, help_text=_("Plain text. An empty line begins a paragraph.")
    )
    script = _text(_("What the operator says"), SCRIPT_MAX, 4, help_text=_("Only staff see it."))
    keywords = _text(_("Other words people use"), SHORT)
    referrals = _text(
        _("Who else helps"),
        4_000,
        4,
        help_text=_("One on each line: name | phone | https://… | note. Leave out what there is not."),
    )
    category = forms.TypedChoiceField(
        label=_("Kind of request"), required=False, coerce=int, empty_value=None, widget=LeanSelect
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("After this day it is marked, and neither callers nor residents get it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    is_public = forms.BooleanField(label=_("Residents read it on the help page"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, article: Article | None = None) -> None:
        super().__init__(data, initial=_initial(article))
        self.languages = [code for code in City.current().languages if code != "en"]
        self.fields["category"].choices = [("", _("None")), *category_choices(retired=False)]  # type: ignore[attr-defined]
        for code in self.languages:
            name = get_language_info(code)["name_local"]
            for part, label, longest, rows in TRANSLATED:
                self.fields[f"{part}_{code}"] = _text(label % {"language": name}, longest, rows)
                if article is not None:
                    self.initial[f"{part}_{code}"] = article.translations.get(code, {}).get(part, "")

    def clean_referrals(self) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = []
        for line in self.cleaned_data["referrals"].splitlines():
            parts = [part.strip() for part in line.split("|")]
            if not any(parts):
                continue
            name, phone, url, note = (*parts, "", "", "", "")[:4]
            if not name or len(parts) > 4:
                raise forms.ValidationError(_("Write each line as: name | phone | https://… | note."))
            if url and not url.startswith("https://"):
                raise forms.ValidationError(_("An address on the web begins with https://"))
            rows.append({"name": name[:150], "phone": phone[:40], "url": url[:300], "note": note[:300]})
        if len(rows) > REFERRALS_MAX:
            raise forms.ValidationError(_("Twelve at most: choose those that help most."))
        return rows

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for code in self.languages:
            if bool(data.get(f"title_{code}")) != bool(data.get(f"body_{code}")):
                missing = "body" if data.get(f"title_{code}") else "title"
                self.add_error(
                    f"{missing}_{code}", _("Give both title and text in this language, or neither.")
                )
        return data

    def draft(self) -> ArticleDraft:
        """The article as it was typed."""
        data = self.cleaned_data
        return ArticleDraft(
            title=data["title"],
            topic=data["topic"],
            body=data["body"],
            keywords=data["keywords"],
            summary=data["summary"],
            script=data["script"],
            referrals=data["referrals"],
            category=Category.objects.filter(pk=data["category"]).first() if data["category"] else None,
            is_public=data["is_public"],
            is_active=data["is_active"],
            valid_until=data["valid_until"],
            translations={
                code: {part: data[f"{part}_{code}"] for part, *_rest in TRANSLATED if data[f"{part}_{code}"]}
                for code in self.languages
                if data[f"title_{code}"]
            },
        )


class FeedbackForm(forms.Form):
    """Did it help?"""

    helped = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))])
    comment = forms.CharField(
        label=_("What is missing or wrong?"),
        max_length=COMMENT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _initial(article: Article | None) -> dict[str, Any]:
    if article is None:
        return {"is_active": True}
    names = (
        "title",
        "topic",
        "summary",
        "body",
        "script",
        "keywords",
        "valid_until",
        "is_public",
        "is_active",
    )
    lines = [
        " | ".join(row[name] for name in ("name", "phone", "url", "note")).rstrip(" |")
        for row in referral_list(article.referrals)
    ]
    return {name: getattr(article, name) for name in names} | {
        "referrals": "\n".join(lines),
        "category": article.category_id,
        "seen": article.updated_at.isoformat(),
    }
