"""What residents will read, before it is sent: the sentence on the page, and the message to the reporter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dashboards.queue.answering import whole_answer
from departments.kinds import Kind
from departments.models import Partner
from requests_app.models import Reporter, RequestEvent, ServiceRequest
from requests_app.notifications.links import track_url, unsubscribe_url
from requests_app.notifications.messages import compose, template_for
from requests_app.notifications.writing import choice_of
from requests_app.queries.endings import Ending, outcome_sentence
from requests_app.workflow import ActorKind, Audience, EventKind, Outcome, Status


@dataclass(frozen=True)
class Preview:
    """The words everybody reads, and the mail to the reporter or why there is none."""

    move: str
    public: str
    subject: str = ""
    body: str = ""
    no_mail: str = ""


def closing_preview(target: ServiceRequest, data: dict[str, Any], now: dt.datetime) -> Preview:
    """What the page and the e-mail will say about a closing that is not sent yet."""
    if data["outcome"] == Outcome.SPAM:
        words = _("Residents read nothing: spam is not shown online and nobody is told.")
        return Preview("close", words)
    department = target.department.name if target.department else ""
    partner = Partner.objects.filter(pk=data["partner"]).first() if data.get("partner") else target.partner
    sentence = outcome_sentence(
        Ending(
            outcome=data["outcome"],
            kind=Kind(target.category.kind),
            closed_at=now,
            department=department,
            for_holder=True,
            case_number=data.get("case_number") or "",
            comply_by=data.get("comply_by"),
            try_again_on=data.get("try_again_on"),
            lead=data.get("lead", ""),
            partner=partner.name if partner else "",
            partner_phone=partner.phone if partner else "",
            reference=data.get("partner_reference", ""),
        )
    )
    answer = whole_answer(data)
    event = _event(
        target,
        now,
        kind=EventKind.CLOSED,
        to_status=Status.CLOSED,
        public_note=answer,
        data={"outcome": data["outcome"]},
    )
    return _with_mail("close", f"{sentence} {answer}", event)


def note_preview(target: ServiceRequest, data: dict[str, Any], now: dt.datetime) -> Preview:
    """What residents will read of a note that is not sent yet."""
    audience, text = Audience(data["audience"]), data["text"]
    if audience == Audience.STAFF:
        return Preview("note", _("Residents read nothing: this note is for staff."))
    everyone = audience == Audience.EVERYONE
    event = _event(
        target,
        now,
        kind=EventKind.NOTED,
        to_status=target.status,
        public_note=text if everyone else "",
        reporter_note="" if everyone else text,
    )
    return _with_mail("note", text if everyone else _("Only this reporter reads it."), event)


def _event(target: ServiceRequest, now: dt.datetime, **fields: Any) -> RequestEvent:
    """The event as it would be; it is never saved."""
    return RequestEvent(
        request=target,
        department=target.department,
        from_status=target.status,
        actor_kind=ActorKind.STAFF,
        occurred_at=now,
        **fields,
    )


def _with_mail(move: str, public: str, event: RequestEvent) -> Preview:
    """The message of an event as its reporter gets it, without the secret addresses in it."""
    request = event.request
    if request.is_anonymous:
        return Preview(move, public, no_mail=_("No mail: the report is anonymous."))
    reporter = Reporter.objects.filter(request=request).first()
    if reporter is None or not reporter.email:
        return Preview(move, public, no_mail=_("No mail: the reporter gave no address."))
    updates, language = choice_of(reporter.email)
    unwanted = reporter.unsubscribed_at is not None or not reporter.wants_updates
    if unwanted or template_for(event, updates) is None:
        return Preview(move, public, no_mail=_("No mail: the reporter wants none."))
    message = compose(event, language)
    body = message.body.replace(track_url(request), _("[the reporter's own page]"))
    body = body.replace(unsubscribe_url(request), _("[the link that stops these messages]"))
    return Preview(move, public, message.subject, body)


PREVIEWS = {"close": closing_preview, "note": note_preview}
"""Moves whose words residents read, with what they will read."""
