"""A category's question as a form field: kinds, bounds, choices, and the messages for what does not fit."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from departments.kinds import QuestionKind
from departments.models import Question

TEXT_MAX = 500
VALUE_MAX = 2_000
NUMBER_LEAST, NUMBER_MOST = 0, 1_000_000
LONG_LIST = 8
_SPACES = re.compile(r"\s+")
# Marks that say a direction are part of Arabic and Hebrew; these turn around what stands after them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")


class PlainText(forms.CharField):
    """One line of plain text: control characters become spaces, characters that turn the text around are dropped."""

    def to_python(self, value: Any) -> str:
        """The cleaned line. NUL stays: Django refuses it with a message."""
        text = super().to_python(value) or ""
        return _SPACES.sub(" ", "".join(_printable(char) for char in text if char not in _TURNING)).strip()


def _printable(char: str) -> str:
    return " " if char != "\x00" and unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char


class BoundedDate(forms.DateField):
    """A day between two days; either may be open."""

    def __init__(
        self, *, first: dt.date | None, last: dt.date | None, out_of_bounds: str, **fields: Any
    ) -> None:
        super().__init__(input_formats=_DATE_FORMATS, **fields)
        self.first, self.last, self.out_of_bounds = first, last, out_of_bounds

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and ((self.first and value < self.first) or (self.last and value > self.last)):
            raise forms.ValidationError(self.out_of_bounds, code="bounds")


def make_field(question: Question, today: dt.date) -> forms.Field:
    """The field of a question, with its words in the active language."""
    common: dict[str, Any] = {
        "label": question.in_language("label"),
        "help_text": _help(question),
        "required": question.is_required,
        "error_messages": {"required": _("Answer this question.")},
    }
    match question.kind:
        case QuestionKind.NUMBER:
            return _number(question, common)
        case QuestionKind.DATE:
            return _date(question, common, today)
        case QuestionKind.SINGLE:
            return _single(question, common)
        case QuestionKind.MULTIPLE:
            common["error_messages"] |= {"invalid_choice": _gone(), "invalid_list": _gone()}
            return forms.MultipleChoiceField(
                choices=choices(question), widget=forms.CheckboxSelectMultiple(), **common
            )
    return _text(question, common)


def choices(question: Question, language: str | None = None) -> list[tuple[str, str]]:
    """The options of a choice as (value, words)."""
    return [(str(option["value"]), _option_text(option, "label", language)) for option in question.options]


def stops(question: Question) -> list[tuple[str, str]]:
    """The options that end the form, as (value, message)."""
    found = ((str(option["value"]), _option_text(option, "stop")) for option in question.options)
    return [(value, text) for value, text in found if text]


def in_words(question: Question, value: Any) -> str:
    """A cleaned answer as it is stored: the English words of a choice, an ISO date, digits, the text itself."""
    if value is None or value in ("", []):
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    chosen = value if isinstance(value, list) else [value]
    if question.options:
        labels = dict(choices(question, "en"))
        return "; ".join(labels[str(one)] for one in chosen if str(one) in labels)[:VALUE_MAX]
    return str(value)[:VALUE_MAX]


def _option_text(option: Mapping[str, Any], key: str, language: str | None = None) -> str:
    """An option's ``label`` or ``stop`` in a language, the active one for None; English where there is no other."""
    code = (language or get_language() or "en").split("-")[0]
    return str(option.get(f"{key}s", {}).get(code) or option.get(key, ""))


def _help(question: Question) -> str:
    help_text = str(question.in_language("help_text"))
    if not question.is_private:
        return help_text
    private = _("The answer is not shown online. It may be released where the law requires it.")
    return f"{help_text} {private}".strip()


def _text(question: Question, common: dict[str, Any]) -> forms.Field:
    longest = min(question.most or TEXT_MAX, VALUE_MAX)
    too_long = _("This answer is too long: %(most)s characters at most.") % {"most": longest}
    field = PlainText(
        widget=forms.TextInput(attrs={"maxlength": longest, "autocomplete": "off"}),
        **common,
    )
    field.validators.append(MaxLengthValidator(longest, too_long))
    return field


def _number(question: Question, common: dict[str, Any]) -> forms.Field:
    least = NUMBER_LEAST if question.least is None else question.least
    most = NUMBER_MOST if question.most is None else question.most
    between = _("Give a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
    common["error_messages"] |= {"invalid": between, "min_value": between, "max_value": between}
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 12})
    return forms.IntegerField(min_value=least, max_value=most, widget=widget, **common)


def _date(question: Question, common: dict[str, Any], today: dt.date) -> forms.Field:
    first = None if question.least is None else today + dt.timedelta(days=question.least)
    last = None if question.most is None else today + dt.timedelta(days=question.most)
    attrs = {"type": "date", "autocomplete": "off"}
    attrs |= {"min": first.isoformat()} if first else {}
    attrs |= {"max": last.isoformat()} if last else {}
    common["error_messages"]["invalid"] = _("Give a date such as 03/04/2026: month, day, year.")
    return BoundedDate(
        first=first,
        last=last,
        out_of_bounds=_date_bounds(first, last, today),
        widget=forms.DateInput(format="%Y-%m-%d", attrs=attrs),
        **common,
    )


def _date_bounds(first: dt.date | None, last: dt.date | None, today: dt.date) -> str:
    if first and last == today:
        return _("Give a day since %(first)s that is not in the future.") % {"first": date_format(first)}
    if last == today:
        return _("Give a day that is not in the future.")
    if first and last:
        days = {"first": date_format(first), "last": date_format(last)}
        return _("Give a day from %(first)s to %(last)s.") % days
    if last:
        return _("Give a day up to %(last)s.") % {"last": date_format(last)}
    return _("Give a day from %(first)s on.") % {"first": date_format(first)} if first else ""


def _single(question: Question, common: dict[str, Any]) -> forms.Field:
    offered = choices(question)
    common["error_messages"]["invalid_choice"] = _gone()
    if len(offered) > LONG_LIST:
        return forms.ChoiceField(choices=[("", "–"), *offered], widget=forms.Select(), **common)
    return forms.ChoiceField(choices=offered, widget=forms.RadioSelect(), **common)


def _gone() -> str:
    return _("This answer is no longer offered. Choose another one.")
