"""How every form of the project is drawn: one field template, one form template."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class ComponentRenderer(TemplatesSetting):
    """Render fields as label, hint, error, control, and forms with an error summary on top.

    Named by the ``FORM_RENDERER`` setting. Needs ``django.forms`` among the installed apps, because
    widgets are still drawn by Django's own templates. A form with ``mark_optional = True`` says
    "(optional)" after the label of each field that may be left empty.
    """

    form_template_name = "components/forms/form.html"
    field_template_name = "components/forms/field.html"
