"""The digest of an area for outside readers: who gets it, and its numbers, none of which stands for fewer than ten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from civic311.lib.contacts import email_key
from civic311.lib.statistics import TOO_FEW
from civic311.lib.tokens import board_token
from dashboards.reports.charts.figure import amount, day_words
from dashboards.reports.mail.letter import SUBJECT_MAX, Letter
from dashboards.reports.mail.turns import span_days
from dashboards.reports.models import BoardReader, Every, Span
from departments.directory import categories
from departments.models import Area, City, StaffUser
from requests_app.models import ClosingFact, RequestFact
from requests_app.notifications.messages import spoken
from requests_app.workflow import Population, Status

MOST_KINDS = 5


class Refused(ValueError):
    """The address cannot be added; the text says why."""


@transaction.atomic
def add_reader(*, email: str, area: Area, every: Every, by: StaffUser, now: dt.datetime) -> BoardReader:
    """Send the digest of an area to an address. Raises `Refused` for one whose owner stopped it."""
    key = email_key(email)
    first = {"email": email, "every": every, "added_by": by, "added_at": now}
    row, is_new = BoardReader.objects.select_for_update().get_or_create(
        email_key=key, area=area, defaults=first
    )
    if is_new:
        return row
    if row.is_refused:
        raise Refused(_("The owner of this address stopped the digest of this area."))
    if row.stopped_at is None:
        raise Refused(_("This address has the digest of this area already."))
    BoardReader.objects.filter(pk=row.pk).update(every=every, added_by=by, added_at=now, stopped_at=None)
    row.refresh_from_db()
    return row


def stop_reader(*, reader_id: int, is_refused: bool, now: dt.datetime) -> None:
    """Send no more; ``is_refused`` when the reader says so."""
    rows = BoardReader.objects.filter(pk=reader_id)
    rows.filter(stopped_at__isnull=True).update(stopped_at=now)
    if is_refused:
        rows.update(is_refused=True)


@dataclass(frozen=True)
class Digest:
    """Counts of an area in a period: of public kinds and requests shown online, reported by residents.

    ``kinds`` are the most reported kinds with their counts, as far as `kinds_to_name` lets them be said.
    """

    opened: int
    closed: int
    open_now: int
    kinds: tuple[tuple[str, int], ...]
    due: int
    due_solved: int
    answered: int
    solved: int


def digest(area_id: int, begins: dt.datetime, ends: dt.datetime, now: dt.datetime) -> Digest:
    """Count an area from ``begins`` until ``ends``, in four statements."""
    known = categories()
    shown = Q(
        category_id__in=[pk for pk, category in known.items() if category.is_public],
        population=Population.RESIDENT,
        areas__contains=[area_id],
        request__is_public=True,
    )
    facts = RequestFact.objects.filter(shown)
    born = facts.filter(created_at__gte=begins, created_at__lt=ends).order_by().values_list("category_id")
    opened: dict[int, int] = dict(born.annotate(n=Count("pk")))
    ended = ClosingFact.objects.filter(
        fact__in=facts, closed_at__gte=begins, closed_at__lt=ends, fact__lead_id__isnull=True
    ).aggregate(
        closed=Count("pk"),
        answered=Count("pk", filter=~Q(answer="")),
        solved=Count("pk", filter=Q(answer="yes")),
    )
    promised = facts.filter(
        is_timely=True, first_due_at__gte=begins, first_due_at__lt=ends, first_due_at__lte=now
    ).aggregate(due=Count("pk"), due_solved=Count("pk", filter=Q(due_solved=True)))
    return Digest(
        opened=sum(opened.values()),
        open_now=facts.filter(~Q(status=Status.CLOSED), lead_id__isnull=True).count(),
        kinds=tuple((known[pk].shown_name, n) for pk, n in kinds_to_name(opened)),
        **ended,
        **promised,
    )


def kinds_to_name(opened: Mapping[int, int]) -> list[tuple[int, int]]:
    """The kinds a digest may name, of the counts by id: none under `TOO_FEW`, and none that would give one away.

    The mail holds the sum of all kinds: what is left beside those named is nothing, or no small number either.
    """
    most = sorted(opened.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_KINDS]
    named = [(pk, n) for pk, n in most if n >= TOO_FEW]
    left = sum(opened.values()) - sum(n for _pk, n in named)
    while named and 0 < left < TOO_FEW:
        left += named.pop()[1]
    return named


def few(n: int) -> str:
    """A count, or that it is small: a small number in a small area points at people."""
    return amount(n) if n >= TOO_FEW else _("fewer than %(most)s") % {"most": TOO_FEW}


def share_words(part: int, whole: int) -> str:
    """A share such as "81 % of 240"; "too few to say" over fewer than ten."""
    if whole < TOO_FEW:
        return _("too few to say")
    return _("%(share)s\u00a0%% of %(whole)s") % {"share": round(100 * part / whole), "whole": amount(whole)}


def board_letter(reader: BoardReader, due_on: dt.date, now: dt.datetime) -> Letter:
    """The digest for one reader, with the link that stops it."""
    with spoken("en") as city:
        start, end = span_days(Span.WEEK if reader.every == Every.WEEKLY else Span.MONTH, due_on)
        found = digest(
            reader.area_id, _midnight(start, city), _midnight(end + dt.timedelta(days=1), city), now
        )
        stop_url = settings.SITE_URL + reverse("board_digest", args=[reader.pk, board_token(reader.pk)])
        period = f"{day_words(start, 'M j')} – {day_words(end, 'M j, Y')}"
        context = {
            "city": city,
            "area": reader.area.name,
            "period": period,
            "lines": [
                (_("Opened"), few(found.opened)),
                (_("Closed"), few(found.closed)),
                (_("Open now"), few(found.open_now)),
                (_("On time and solved"), share_words(found.due_solved, found.due)),
                (_("Residents who say it was solved"), share_words(found.solved, found.answered)),
            ],
            "kinds": [(name, amount(n)) for name, n in found.kinds],
            "added_by": reader.added_by.name,
            "stop_url": stop_url,
        }
        return Letter(
            subject=f"311 in {reader.area.name}, {period}"[:SUBJECT_MAX],
            text=render_to_string("dashboards/reports/mail/board.txt", context).strip() + "\n",
            html=render_to_string("dashboards/reports/mail/board.html", context),
            stop_url=stop_url,
        )


def _midnight(day: dt.date, city: City) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, city.zone)
