"""Texts of the city in several languages: the column holds English, ``translations`` the rest."""

from typing import Any

from django.db import models
from django.utils.translation import get_language


class Translated(models.Model):
    """Adds ``translations``: ``{"es": {"name": "Bache"}}``. A text missing there is shown in English."""

    translations = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def in_language(self, field: str, language: str | None = None) -> Any:
        """The field in this language, the active one for None; its own value where there is no translation."""
        code = (language or get_language() or "").split("-")[0]
        return self.translations.get(code, {}).get(field) or getattr(self, field)

    @property
    def shown_name(self) -> str:
        """The name in the active language, for models that have one."""
        return str(self.in_language("name"))
