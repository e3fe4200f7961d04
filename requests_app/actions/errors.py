"""What an action may answer instead of doing it; the texts are fit for the person at the screen."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from requests_app.models import ServiceRequest
from requests_app.workflow import Transition


class ActionRefused(Exception):
    """Base of all anticipated refusals; ``str()`` is the message to show."""


class StaleRequest(ActionRefused):
    """Someone changed the request after the screen was drawn. Nothing was overwritten."""

    def __init__(self, request: ServiceRequest, changed_by: str, changed_at: dt.datetime) -> None:
        self.request = request
        self.changed_by = changed_by
        self.changed_at = changed_at
        super().__init__(
            _(
                "%(who)s changed this request while you had it open. Nothing of yours was lost: look, then send it again."
            )
            % {"who": changed_by or _("Someone")}
        )


class MoveNotPossible(ActionRefused):
    """The workflow has no such step from the present status."""

    def __init__(self, request: ServiceRequest, move: Transition) -> None:
        self.request = request
        super().__init__(
            _("“%(move)s” is not possible while the request is %(status)s.")
            % {"move": move.label, "status": str(request.get_status_display()).lower()}
        )


class ChangeWaits(ActionRefused):
    """Staff changed the report just now and can still undo it: residents see it as it was, but it is not."""

    def __init__(self, request: ServiceRequest) -> None:
        until = timezone.localtime(request.held_until) if request.held_until else None
        super().__init__(
            _(
                "Somebody at the city is working on this report at this moment, so this was not saved."
                " Look again after %(time)s."
            )
            % {"time": date_format(until, "H:i") if until else ""}
        )


class NotAllowed(ActionRefused):
    """The person's role does not include this step."""

    def __init__(self, move: Transition) -> None:
        super().__init__(_("Your role does not include “%(move)s”.") % {"move": move.label})


class AlreadySubmitted(ActionRefused):
    """The form's key made another request before, with other content."""

    def __init__(self, existing: ServiceRequest) -> None:
        self.existing = existing
        super().__init__(_("This form was already sent and became %(number)s.") % {"number": existing.number})


class SubmissionInProgress(ActionRefused):
    """The same form is being saved by another connection right now."""

    def __init__(self) -> None:
        super().__init__(_("We are still saving your report. Wait a moment, then send it again."))
