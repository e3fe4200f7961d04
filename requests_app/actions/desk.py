"""What operators do for a caller. Each writes one `Call`; sending the same screen twice gives the first answer again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from civic311.lib.contacts import phone_digits, phone_key, voter_of_device
from departments.models import Article, Category, StaffUser, TransferContact
from requests_app.actions.actors import Actor
from requests_app.actions.closing import reopen
from requests_app.actions.errors import ActionRefused
from requests_app.actions.intake import Submission, Submitted, submit
from requests_app.actions.residents import resident_for
from requests_app.actions.support import follow, say_not_solved
from requests_app.actions.telling import tell
from requests_app.actions.transition import lock, permitted, transition
from requests_app.models import Call, Reporter, RequestEvent, ServiceRequest
from requests_app.models.attention import StaffNoticeKind
from requests_app.models.call import CallOutcome
from requests_app.workflow import Channel, Outcome

SCOPE = "desk"
NOTE_MAX = 2_000
TOPIC_MAX = 120
LONGEST_CALL = dt.timedelta(hours=4)


@dataclass(frozen=True)
class Conversation:
    """The call as the screen knows it. ``key`` was given out with the screen; contact details are not kept with it."""

    key: str
    started_at: dt.datetime
    channel: Channel = Channel.PHONE
    language: str = "en"
    interpreter: str = ""
    phone: str = ""
    name: str = ""
    email: str = ""
    wants_updates: bool = False
    note: str = ""


@transaction.atomic
def take_report(
    *, submission: Submission, conversation: Conversation, by: StaffUser, now: dt.datetime
) -> tuple[Submitted, Call]:
    """A new request for the caller. Raises what `submit` raises."""
    made = submit(submission=submission, scope=SCOPE, key=conversation.key, by=Actor.staff(by), now=now)
    call = _write(conversation, CallOutcome.REPORT, by=by, now=now, request=made.request)
    return made, call


@transaction.atomic
def bump(
    *,
    request_id: int,
    version: int | None,
    note: str,
    by: Actor,
    now: dt.datetime,
    channel: Channel = Channel.PHONE,
    voter: str = "",
) -> RequestEvent:
    """Somebody else, or the same person again, tells us about an open request: its note, and one more who has it.

    ``voter`` is who calls, as `Support` knows people; the reporter of the request itself has none and is not counted.
    """
    request = lock(request_id)
    permitted(request, "bump", by=by, version=version)
    note = _short(note)
    counted = bool(voter) and request.category.may_be_shared and _count(request, voter, now)
    return transition(
        request_id=request_id,
        version=version,
        move="bump",
        by=by,
        now=now,
        internal_note=note,
        data={"channel": channel.value, "counted": counted},
    )


@transaction.atomic
def bump_for(
    *, request_id: int, conversation: Conversation, by: StaffUser, now: dt.datetime
) -> tuple[RequestEvent | None, Call]:
    """The caller's problem is known: count and annotate the request instead of a new one. The event is None in a retry."""
    if (again := _said_before(conversation)) is not None:
        return None, again
    request = lock(request_id)
    event = bump(
        request_id=request_id,
        version=None,
        note=conversation.note,
        by=Actor.staff(by),
        now=now,
        channel=conversation.channel,
        voter="" if is_reporter(request_id, conversation.phone) else _voter(conversation),
    )
    if conversation.email and conversation.wants_updates and request.is_public:
        resident = resident_for(email=conversation.email, language=conversation.language, now=now)
        follow(request_id=request_id, resident_id=resident.pk, confirmed=False, now=now)
    return event, _write(conversation, CallOutcome.BUMP, by=by, now=now, request=request)


@transaction.atomic
def tell_status(
    *, request: ServiceRequest, conversation: Conversation, by: StaffUser, now: dt.datetime
) -> Call:
    """The caller was told how a request stands."""
    return _said_before(conversation) or _write(
        conversation, CallOutcome.STATUS, by=by, now=now, request=request
    )


@transaction.atomic
def not_solved(
    *,
    request_id: int,
    conversation: Conversation,
    is_own: bool,
    by: StaffUser,
    now: dt.datetime,
) -> Call:
    """The caller says a closed request is not solved.

    ``is_own``: the caller proved to be its reporter, and it opens again; anybody else's voice is a flag for the
    department, as online. Raises `ActionRefused` with what to do instead.
    """
    if (again := _said_before(conversation)) is not None:
        return again
    request = lock(request_id)
    words = _short(conversation.note)
    if not words:
        raise ActionRefused(_("Say in a sentence what is not right."))
    if is_own:
        window = dt.timedelta(days=settings.REOPEN_WINDOW_DAYS)
        if request.closed_at is not None and request.closed_at + window < now:
            raise ActionRefused(_("This was closed more than 30 days ago. Please send a new report."))
        if request.outcome in {Outcome.WITHDRAWN, Outcome.SPAM}:
            raise ActionRefused(_("This report cannot be reopened. Please send a new report."))
        reopen(request_id=request_id, version=None, reason=words, by=Actor.staff(by), now=now)
    else:
        say_not_solved(request_id=request_id, voter=_voter(conversation), reason=words, now=now)
    return _write(conversation, CallOutcome.NOT_SOLVED, by=by, now=now, request=request)


@transaction.atomic
def give_information(
    *,
    conversation: Conversation,
    topic: str,
    by: StaffUser,
    now: dt.datetime,
    article: Article | None = None,
    category: Category | None = None,
) -> Call:
    """The question was answered on the phone."""
    topic = " ".join(topic.split())[:TOPIC_MAX] or (article.topic if article else "")
    if not topic:
        raise ActionRefused(_("Say what the call was about."))
    return _said_before(conversation) or _write(
        conversation,
        CallOutcome.INFORMATION,
        by=by,
        now=now,
        topic=topic,
        article=article,
        category=category or (article.category if article else None),
    )


@transaction.atomic
def transfer(*, conversation: Conversation, to: TransferContact, by: StaffUser, now: dt.datetime) -> Call:
    """The caller was transferred."""
    return _said_before(conversation) or _write(
        conversation, CallOutcome.TRANSFER, by=by, now=now, transferred_to=f"{to.name}, {to.phone}"[:150]
    )


@transaction.atomic
def hand_on(
    *,
    conversation: Conversation,
    to: StaffUser,
    by: StaffUser,
    now: dt.datetime,
    request: ServiceRequest | None = None,
) -> Call:
    """A colleague calls back. Whom to call stands in the first line of the note until that is done."""
    if (again := _said_before(conversation)) is not None:
        return again
    if not to.is_active:
        raise ActionRefused(_("%(name)s does not work here any more.") % {"name": to.name})
    reach = ", ".join(filter(None, (conversation.name, conversation.phone, conversation.email)))
    if not reach:
        raise ActionRefused(_("Write down how the caller can be reached."))
    note = _short(f"{reach}\n{conversation.note}".strip())
    call = _write(
        conversation,
        CallOutcome.FOLLOW_UP,
        by=by,
        now=now,
        request=request,
        note=note,
        follow_up_by=to,
    )
    words = conversation.note or _("Please call back.")
    tell([to], StaffNoticeKind.FOLLOW_UP, request=request, text=words, now=now, but=by)
    return call


@transaction.atomic
def finish_follow_up(*, call_id: int, by: StaffUser, now: dt.datetime) -> Call:
    """The caller was called back: the line with the contact details goes. Twice is once."""
    call = Call.objects.select_for_update().get(pk=call_id, outcome=CallOutcome.FOLLOW_UP)
    if call.followed_up_at is None:
        call.followed_up_at = max(now, call.ended_at)
        call.note = call.note.partition("\n")[2]
        call.save(update_fields=["followed_up_at", "note"])
    return call


@transaction.atomic
def drop(*, conversation: Conversation, by: StaffUser, now: dt.datetime) -> Call:
    """The line was cut, or nobody spoke."""
    return _said_before(conversation) or _write(conversation, CallOutcome.DROPPED, by=by, now=now)


def is_reporter(request_id: int, phone: str) -> bool:
    """Whether the number the person calls from is the one the request was sent with."""
    return Reporter.objects.calling_from(phone).filter(request_id=request_id).exists()


def _said_before(conversation: Conversation) -> Call | None:
    """The call this screen became before; the key is held until the transaction ends, so that two sendings are one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"call:{conversation.key}"])
    return Call.objects.filter(key=conversation.key).first()


def _write(
    conversation: Conversation,
    outcome: CallOutcome,
    *,
    by: StaffUser,
    now: dt.datetime,
    request: ServiceRequest | None = None,
    note: str | None = None,
    topic: str = "",
    article: Article | None = None,
    category: Category | None = None,
    transferred_to: str = "",
    follow_up_by: StaffUser | None = None,
) -> Call:
    call, _is_new = Call.objects.get_or_create(
        key=conversation.key,
        defaults={
            "operator": by,
            "outcome": outcome,
            "channel": conversation.channel,
            "language": conversation.language[:10],
            "interpreter": conversation.interpreter[:100],
            "phone_key": phone_key(conversation.phone),
            "request": request,
            "category": category or (request.category if request else None),
            "article": article,
            "topic": topic,
            "transferred_to": transferred_to,
            # what was said about a request stands in its own history
            "note": note if note is not None else "" if request else _short(conversation.note),
            "started_at": min(max(conversation.started_at, now - LONGEST_CALL), now),
            "ended_at": now,
            "follow_up_by": follow_up_by,
        },
    )
    return call


def _voter(conversation: Conversation) -> str:
    """Who calls, as votes know people: a telephone is one person; without a number each call is somebody else."""
    return voter_of_device(f"phone:{phone_digits(conversation.phone) or conversation.key}")


def _count(request: ServiceRequest, voter: str, now: dt.datetime) -> bool:
    """One more who has the problem; False for somebody counted before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO requests_app_support (request_id, voter, created_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (request_id, voter) DO NOTHING",
            [request.pk, voter, now],
        )
        if not cursor.rowcount:
            return False
        cursor.execute(
            "UPDATE requests_app_servicerequest SET support_count = support_count + 1 WHERE id = %s",
            [request.pk],
        )
    return True


def _short(text: str) -> str:
    text = text.strip()
    if len(text) > NOTE_MAX:
        raise ActionRefused(_("The text is too long: 2,000 characters at most."))
    return text
