"""The administration signs in by the same door as everybody, second step included; looks at contacts are read-only."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest

from dashboards.models import ContactReveal, Extract
from requests_app.models import UnredactedLook

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class LooksAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A record of looks: nobody adds, changes or deletes a line."""

    list_select_related: ClassVar[tuple[str, ...]] = ("user", "request")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ContactReveal)
class ContactRevealAdmin(LooksAdmin):
    """Who looked at whose contact details."""

    list_display = ("revealed_at", "user", "request")
    ordering = ("-revealed_at",)


@admin.register(UnredactedLook)
class UnredactedLookAdmin(LooksAdmin):
    """Who looked at what was hidden."""

    list_display = ("looked_at", "user", "request")
    ordering = ("-looked_at",)


@admin.register(Extract)
class ExtractAdmin(LooksAdmin):
    """Who took which rows of requests as a file, and why."""

    list_display = ("started_at", "by", "figure", "reason", "rows_written")
    list_select_related = ("by",)
    ordering = ("-started_at",)
