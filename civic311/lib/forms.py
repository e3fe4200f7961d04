"""How every form of the project is drawn: fields in Python, whole forms by one template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer, TemplatesSetting
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from civic311.lib.cached import Cached
from civic311.lib.fields import DRAWN_WIDGETS, draw_field


class ComponentRenderer(TemplatesSetting):
    """Render fields as label, hint, error, control, and forms with an error summary on top.

    Named by the ``FORM_RENDERER`` setting. Needs ``django.forms`` among the installed apps, because
    other widgets are drawn by Django's own templates. A form with ``mark_optional = True`` says
    "(optional)" after the label of each field that may be left empty.
    """

    form_template_name = "components/forms/form.html"
    field_template_name = "civic311/field"

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """Draw fields and plain widgets in Python, anything else by its template."""
        if template_name == self.field_template_name:
            return draw_field(context["field"])
        draw = DRAWN_WIDGETS.get(template_name)
        return (
            draw(context["widget"]) if draw else SafeString(super().render(template_name, context, request))
        )


class LeanSelect(forms.Select):
    """A select drawn in one go instead of one template for each option: lists of hundreds stay cheap."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """The element with its options; ``value`` is the chosen one, or None."""
        values = value if isinstance(value, list | tuple) else [value]
        chosen = {str(item) for item in values if item is not None}
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        parts = [f"<select{attributes}>"]
        for key, entry in self.choices:
            if isinstance(entry, list | tuple):
                parts.append(f'<optgroup label="{escape(str(key))}">')
                parts += [_option(key, label, chosen) for key, label in entry]
                parts.append("</optgroup>")
            else:
                parts.append(_option(key, entry, chosen))
        parts.append("</select>")
        return SafeString("".join(parts))


class KeptSelect(LeanSelect):
    """A select whose long list is the same for everybody: give it as ``drawn``, made once by `drawn_options`."""

    drawn = ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """The element; ``value`` is the chosen one, or None."""
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        chosen = f'<option value="{escape(str(value or ""))}"'
        options = self.drawn.replace(chosen + ">", chosen + " selected>", 1) if value else self.drawn
        return SafeString(f"<select{attributes}>{options}</select>")


class KeptOptions:
    """Long lists by the name of their field, drawn once in ten seconds for each language and process."""

    def __init__(self, lists: Callable[[], Mapping[str, Iterable[Any]]]) -> None:
        self._lists = lists
        self._drawn: Cached[dict[str | None, dict[str, str]]] = Cached(dict, seconds=10)

    def give(self, form: forms.Form) -> None:
        """Give the fields of a form their lists; their widgets are `KeptSelect`."""
        language, drawn = get_language(), self._drawn()
        if language not in drawn:
            drawn[language] = {name: drawn_options(choices) for name, choices in self._lists().items()}
        for name, options in drawn[language].items():
            widget = form.fields[name].widget
            assert isinstance(widget, KeptSelect)
            widget.drawn = options


def drawn_options(choices: Iterable[Any]) -> str:
    """The options of a select as markup, none of them chosen."""
    select = LeanSelect(choices=choices).render("", None)
    return select[select.index(">") + 1 : -len("</select>")]


def _option(key: Any, label: Any, chosen: set[str]) -> str:
    value = "" if key is None else str(key)
    selected = " selected" if value in chosen else ""
    return f'<option value="{escape(value)}"{selected}>{escape(str(label))}</option>'
