"""Several residents, one problem: support it, follow it, and say that it is not solved."""

import datetime as dt
from collections.abc import Sequence
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from requests_app.actions.actors import Actor
from requests_app.actions.errors import ActionRefused
from requests_app.actions.reporter import dispute
from requests_app.actions.transition import lock
from requests_app.models import Follower, RequestEvent, ServiceRequest, Support
from requests_app.workflow import EventKind, Outcome, Status

CONFIRM_FOLLOW_TASK = "requests_app.notifications.confirm_follow"
CONFIRM_AGAIN_AFTER = dt.timedelta(hours=1)
REASON_MAX = 2_000
NOTHING_WAS_DONE = frozenset({Outcome.WITHDRAWN, Outcome.DUPLICATE})


@transaction.atomic
def support(*, request_id: int, voter: str, now: dt.datetime, known_as: Sequence[str] = ()) -> bool:
    """Count one more resident with the same problem; False when this voter was counted before.

    ``known_as`` are other voters the same person may have been: the browser of a resident who signed in since.

    The row and the count go together, so parallel presses of one voter count once. The version stays as it is: a
    screen of the staff is not overtaken by a vote. Raises `ActionRefused` for a request that is closed or that is
    never shared, `ServiceRequest.DoesNotExist` for one that is not shown online.
    """
    request = ServiceRequest.objects.public().select_related("category").get(pk=request_id)
    if request.shown_status == Status.CLOSED:
        raise ActionRefused(_("This report is closed. If the problem is still there, tell us below."))
    if not request.category.may_be_shared:
        raise ActionRefused(_("Reports of this kind stand for one household. Please send your own."))
    if known_as and Support.objects.filter(request=request, voter__in=known_as).exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO requests_app_support (request_id, voter, created_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (request_id, voter) DO NOTHING",
            [request_id, voter, now],
        )
        if not cursor.rowcount:
            return False
        cursor.execute(
            "UPDATE requests_app_servicerequest SET support_count = support_count + 1 WHERE id = %s",
            [request_id],
        )
    return True


@transaction.atomic
def follow(*, request_id: int, resident_id: int, confirmed: bool, now: dt.datetime) -> None:
    """Let a resident have the public news of a request.

    ``confirmed`` when the resident is signed in. Otherwise nothing is sent but one link that asks, at most once an
    hour. Raises `ServiceRequest.DoesNotExist` for a request that is not shown online.
    """
    request = ServiceRequest.objects.public().only("pk").get(pk=request_id)
    follower, is_new = Follower.objects.select_for_update().get_or_create(
        request=request,
        resident_id=resident_id,
        defaults={"created_at": now, "confirmed_at": now if confirmed else None},
    )
    is_active = follower.confirmed_at is not None and follower.stopped_at is None
    if is_active:
        return
    if not is_new:
        asked_lately = follower.stopped_at is None and now - follower.created_at < CONFIRM_AGAIN_AFTER
        if not confirmed and asked_lately:
            return
        follower.created_at = now
        follower.stopped_at = None
        follower.confirmed_at = now if confirmed else None
        follower.save(update_fields=["created_at", "stopped_at", "confirmed_at"])
    if not confirmed:
        jobs.configure_task(name=CONFIRM_FOLLOW_TASK, queue="email").defer(follower_id=follower.pk)


@transaction.atomic
def say_not_solved(*, request_id: int, voter: str, reason: str, now: dt.datetime) -> RequestEvent:
    """Another resident says a closed request is not solved: it stays closed, staff see a flag, nobody is written to.

    One voice a person and closing, as long as a request can be reopened. Raises `ActionRefused`, and
    `ServiceRequest.DoesNotExist` for a request that is not shown online.
    """
    request = lock(request_id)
    if not request.is_public or request.shown_outcome == Outcome.SPAM:
        raise ServiceRequest.DoesNotExist
    if request.outcome in NOTHING_WAS_DONE:
        raise ActionRefused(
            _("No work was done under this number. Is the problem there? Please send a new report.")
        )
    if request.status != Status.CLOSED:
        raise ActionRefused(_("This report is open again. The department is working on it."))
    if len(reason) > REASON_MAX:
        raise ActionRefused(_("The text is too long: 2,000 characters at most."))
    window = dt.timedelta(days=settings.REOPEN_WINDOW_DAYS)
    if request.closed_at is not None and request.closed_at + window < now:
        raise ActionRefused(_("This was closed more than 30 days ago. Please send a new report."))
    # The mark tells two voices on this request apart and nothing else: it differs from request to request.
    mark = sha256(f"{request_id}:{voter}".encode()).hexdigest()[:32]
    said = RequestEvent.objects.filter(request=request, kind=EventKind.DISPUTED, data__voice=mark)
    if request.closed_at is not None:
        said = said.filter(occurred_at__gte=request.closed_at)
    if said.exists():
        raise ActionRefused(_("You told us already that this is not solved. The department will read it."))
    return dispute(request_id=request_id, reason=reason, by=Actor.resident(), now=now, voice=mark)
