"""Staff accounts: nobody signs up, administrators make accounts."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from civic311.lib.redirects import is_own_path


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """How the account pages behave here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Paths of this site only, by the one check there is."""
        return is_own_path(url)
