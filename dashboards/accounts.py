"""Staff accounts: nobody signs up, administrators make accounts."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import ModelBackend
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse

from civic311.lib.redirects import is_own_path
from departments.models import StaffUser
from departments.roles import Role
from requests_app.models import StaffNotice


class StaffBackend(ModelBackend):
    """Passwords as usual; the signed-in person comes with the number at the bell, in the same statement."""

    def get_user(self, user_id: Any) -> StaffUser | None:
        """The active person of a session."""
        unread = (
            StaffNotice.objects.filter(user=OuterRef("pk"), read_at__isnull=True)
            .order_by()
            .values("user")
            .annotate(n=Count("pk"))
            .values("n")
        )
        bell = {"unread_notices": Coalesce(Subquery(unread), 0)}
        people = StaffUser.objects.annotate(**bell)
        user = people.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """How the account pages behave here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where work begins after signing in: with the constituents in a council office, else with the queue."""
        if getattr(request.user, "role", "") == Role.COUNCIL_AIDE:
            return reverse("constituents:list")
        return str(super().get_login_redirect_url(request))

    def is_safe_url(self, url: str) -> bool:
        """Paths of this site only, by the one check there is."""
        return is_own_path(url)
