"""The roles of staff. What each may do to a request is said in `requests_app.workflow`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    DISPATCHER = "dispatcher", _("Dispatcher")
    SUPERVISOR = "supervisor", _("Supervisor")
    OPERATOR = "operator", _("Phone operator")
    CREW = "crew", _("Field crew")
    MANAGER = "manager", _("Manager")
    COUNCIL_AIDE = "council_aide", _("Council aide")
    RECORDS_OFFICER = "records_officer", _("Records officer")
    ADMINISTRATOR = "administrator", _("Administrator")


MODERATORS = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.RECORDS_OFFICER})
"""Who looks at what residents wrote before it is shown."""
