"""Form fields drawn in Python: label (or legend), hint, error, control, in this order.

One function for each part instead of one template for each part: a staff page holds a dozen forms, and drawing them by
templates cost more than all its queries. Every value goes through `escape`; markup is only what stands here,
and a hint its author marked as safe, such as the sign-in library's link to a new password.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.forms import BoundField
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


def draw_field(field: BoundField) -> SafeString:
    """One field. Radio buttons and check boxes become cards when the widget has the attribute ``data-tiles``.

    A form may set ``mark_optional = True`` to have "(optional)" said after the label of fields that may stay empty.
    """
    css = "field field--error" if field.errors else "field"
    if field.widget_type == "checkbox":
        return SafeString(f'<div class="{css}">{_error(field)}{_checkbox(field)}</div>')
    if field.use_fieldset:
        described = f' aria-describedby="{escape(field.aria_describedby)}"' if field.aria_describedby else ""
        identity = f' id="{escape(field.auto_id)}"' if field.auto_id else ""
        return SafeString(
            f'<fieldset class="{css}"{described}{identity}><legend>{_label(field)}</legend>'
            f"{draw_hint_and_error(field)}{_group(field)}</fieldset>"
        )
    label = ""
    if field.label:
        target = f' for="{escape(field.id_for_label)}"' if field.id_for_label else ""
        label = f"<label{target}>{_label(field)}</label>"
    return SafeString(f'<div class="{css}">{label}{draw_hint_and_error(field)}{field}</div>')


def draw_hint_and_error(field: BoundField) -> SafeString:
    """The hint and the error of a field, with the ids Django's ``aria-describedby`` points to."""
    hint = ""
    if field.help_text:
        hint = f'<div class="hint"{_id(field, "helptext")}>{conditional_escape(field.help_text)}</div>'
    return SafeString(hint + _error(field))


def _label(field: BoundField) -> str:
    label = escape(str(field.label))
    if getattr(field.form, "mark_optional", False) and not field.field.required:
        label += f' <span class="optional">{escape(_("(optional)"))}</span>'
    return label


def _error(field: BoundField) -> str:
    if not field.errors:
        return ""
    words = escape(" ".join(str(error) for error in field.errors))
    return f'<p class="error"{_id(field, "error")}><span class="sr-only">{escape(_("Error:"))}</span> {words}</p>'


def _id(field: BoundField, part: str) -> str:
    return f' id="{escape(field.auto_id)}_{part}"' if field.auto_id else ""


def _checkbox(field: BoundField) -> str:
    hint = ""
    if field.help_text:
        hint = f'<span class="hint"{_id(field, "helptext")}> {conditional_escape(field.help_text)}</span>'
    label = f'<label for="{escape(field.id_for_label)}">{escape(str(field.label))}{hint}</label>'
    return f'<div class="choice">{field}{label}</div>'


def _group(field: BoundField) -> str:
    if field.widget_type not in {"radioselect", "checkboxselectmultiple"}:
        return f'<div class="field__group">{field}</div>'
    tiled = bool(field.field.widget.attrs.get("data-tiles"))
    css = "tile" if tiled else "choice"
    options = "".join(
        f'<div class="{css}">{option.tag()}'
        f'<label for="{escape(option.id_for_label)}">{escape(str(option.choice_label))}</label></div>'
        for option in field.subwidgets
    )
    tiles = ' class="tiles tiles--two"' if tiled else ""
    return f"<div{tiles}>{options}</div>"


def draw_input(widget: Mapping[str, Any]) -> SafeString:
    """An ``<input>`` from a widget's context; a file input never says its value."""
    value = ""
    if widget["value"] is not None and widget["type"] != "file":
        value = f' value="{escape(str(widget["value"]))}"'
    return SafeString(
        f'<input type="{escape(widget["type"])}" name="{escape(widget["name"])}"{value}{_attributes(widget["attrs"])}>'
    )


def draw_textarea(widget: Mapping[str, Any]) -> SafeString:
    """A ``<textarea>`` from a widget's context; the line break after the tag belongs to it, not to the text."""
    value = escape(str(widget["value"])) if widget["value"] else ""
    return SafeString(
        f'<textarea name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>\n{value}</textarea>'
    )


def _attributes(attributes: Mapping[str, Any]) -> str:
    return "".join(
        f" {escape(name)}" if value is True else f' {escape(name)}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not False
    )


def _option(widget: Mapping[str, Any]) -> SafeString:
    if not widget.get("wrap_label"):
        return draw_input(widget)
    identity = widget["attrs"].get("id")
    target = f' for="{escape(identity)}"' if identity else ""
    return SafeString(f"<label{target}>{draw_input(widget)} {escape(str(widget['label']))}</label>")


_INPUTS = (
    "input",
    "text",
    "number",
    "email",
    "url",
    "password",
    "hidden",
    "date",
    "datetime",
    "time",
    "file",
    "checkbox",
)
DRAWN_WIDGETS: dict[str, Callable[[Mapping[str, Any]], SafeString]] = {
    **{f"django/forms/widgets/{name}.html": draw_input for name in _INPUTS},
    "django/forms/widgets/textarea.html": draw_textarea,
    "django/forms/widgets/radio_option.html": _option,
    "django/forms/widgets/checkbox_option.html": _option,
}
