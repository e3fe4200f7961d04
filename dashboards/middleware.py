"""Staff need a second factor: without one, every staff page leads to its set-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

ACCOUNT_PAGES = "accounts/"


class RequireMfaMiddleware:
    """With ``REQUIRE_MFA``, send signed-in people without a second factor to ``/accounts/2fa/``.

    Public pages and the account pages themselves stay open. The factor is looked up at each request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not settings.REQUIRE_MFA or not getattr(view, "login_required", True):
            return None
        if request.resolver_match is not None and request.resolver_match.route.startswith(ACCOUNT_PAGES):
            return None
        if not request.user.is_authenticated or is_mfa_enabled(request.user):
            return None
        messages.warning(
            request, _("Your account needs a second step to sign in. Set it up here, then go on.")
        )
        return HttpResponseRedirect(reverse("mfa_index"))
