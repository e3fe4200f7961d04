"""What the worker does every few minutes about dates: asks, warns, escalates, reminds, closes, and brings back.

Each request is a transaction of its own. One that fails is logged and tried again in the next round.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import City
from requests_app.actions.actors import Actor
from requests_app.actions.asking import HOLD_REASON, close_for_silence, remind
from requests_app.actions.errors import ActionRefused
from requests_app.actions.escalation import due_escalations, escalate
from requests_app.actions.promises import ask_keepers, to_renew, to_warn, warn
from requests_app.actions.responsible import keepers
from requests_app.actions.telling import tell
from requests_app.actions.transition import lock, transition
from requests_app.models import ReporterQuestion, RequestEvent, ServiceRequest
from requests_app.models.attention import StaffNoticeKind
from requests_app.models.request import ServiceRequestQuerySet
from requests_app.workflow import Status

MOST = 200
"""At most so many of each kind in one round: the rest waits five minutes, other jobs do not."""

log = logging.getLogger(__name__)


def do_round(now: dt.datetime) -> int:
    """All of it, what comes back first: its date may be near. How much was done."""
    return bring_back(now) + follow_questions(now) + keep_promises(now) + escalate_due(now)


def keep_promises(now: dt.datetime) -> int:
    """Warn residents of dates nobody renewed, and ask colleagues about those that come next; how many."""
    warned = _each(
        partial(warn, request_id=pk, by=Actor.system(), now=now)
        for pk in list(to_warn(now).values_list("pk", flat=True)[:MOST])
    )
    return warned + _each(
        partial(ask_keepers, request_id=pk, now=now)
        for pk in list(to_renew(now).values_list("pk", flat=True)[:MOST])
    )


def escalate_due(now: dt.datetime) -> int:
    """Let every rule act on what it has reached; how many."""
    return _each(
        partial(escalate, request_id=request_id, rule_id=rule_id, by=Actor.system(), now=now)
        for rule_id, request_id in list(due_escalations(now, most=MOST))
    )


def follow_questions(now: dt.datetime) -> int:
    """Remind reporters who did not answer, then close; how many."""
    waiting = ReporterQuestion.objects.filter(
        ended_at__isnull=True, request__status=Status.ON_HOLD, request__hold_reason=HOLD_REASON
    ).order_by("warn_at", "pk")
    silent = waiting.filter(warned_at__isnull=False, close_at__lte=now).values_list("pk", flat=True)
    done = _each(partial(close_for_silence, question_id=pk, now=now) for pk in list(silent[:MOST]))
    unwarned = waiting.filter(warned_at__isnull=True, warn_at__lte=now).values_list("request", flat=True)
    return done + _each(
        partial(remind, request_id=pk, by=Actor.system(), now=now) for pk in list(unwarned[:MOST])
    )


def bring_back(now: dt.datetime) -> int:
    """Take up again what is on hold and whose review date is here; how many."""
    return _each(
        partial(review, request_id=pk, now=now)
        for pk in list(to_review(now).values_list("pk", flat=True)[:MOST])
    )


def to_review(now: dt.datetime) -> ServiceRequestQuerySet:
    """Requests on hold until today or earlier. Those that wait for the reporter's answer have a rule of their own."""
    asked = ReporterQuestion.objects.filter(request=OuterRef("pk"), ended_at__isnull=True)
    today = timezone.localdate(now, City.current().zone)
    held = ServiceRequest.objects.filter(status=Status.ON_HOLD, review_on__lte=today, lead__isnull=True)
    return held.exclude(Exists(asked), hold_reason=HOLD_REASON).order_by("review_on", "pk")


@transaction.atomic
def review(*, request_id: int, now: dt.datetime) -> RequestEvent:
    """The review date is here: the request is open again, its clock runs, and who keeps it is told."""
    request = lock(request_id)
    if not to_review(now).filter(pk=request_id).exists():
        raise ActionRefused(_("This request was taken up already."))
    reason = request.hold_reason
    event = transition(
        request_id=request_id,
        version=None,
        move="resume",
        by=Actor.system(),
        now=now,
        data={"because": "review", "reason": reason},
    )
    words = _("The review date is here: %(reason)s") % {"reason": reason}
    tell(keepers(request), StaffNoticeKind.ASSIGNED, request=request, event=event, now=now, text=words)
    return event


def _each(steps: Iterable[Callable[[], object]]) -> int:
    """Do each step; how many were done. What somebody else did in the meantime is left alone."""
    done = 0
    for step in steps:
        try:
            step()
        except (ActionRefused, ServiceRequest.DoesNotExist):
            continue
        except Exception:
            log.exception("a date could not be kept: %s", step)
        else:
            done += 1
    return done
