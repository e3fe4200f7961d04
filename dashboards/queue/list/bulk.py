"""Changing many requests at once: choose, say what, look at what will happen, do it, and see what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from civic311.lib import clock
from dashboards.queue.list.bulk_forms import (
    BULK_MOVES,
    ROLL_UP,
    ROLLS_UP,
    BulkForm,
    BulkMove,
    ForMany,
    move_choices,
)
from dashboards.queue.list.changes import Foreseen, foreseen
from dashboards.queue.list.finding import record_rows
from dashboards.queue.list.state import Moment, query_of, read
from dashboards.queue.undo import bars as undo_bars
from departments.kinds import Kind
from departments.models import StaffUser
from requests_app.actions import ActionRefused, Actor, bulk
from requests_app.models import BulkChange, ServiceRequest
from requests_app.queries.queue_lines import chosen_ids
from requests_app.queries.undoing import bulk_windows
from requests_app.workflow import Outcome, outcomes_for

KEEPS_REFUSALS = "bulk_refused"
"""What could not change is kept in the session for the page of the result."""
REFUSALS_KEPT = 50


@dataclass(frozen=True)
class Selection:
    """The chosen requests this person sees, with the version to change; ``query`` leads back to the list."""

    versions: dict[int, int]
    query: str
    is_too_many: bool = False

    @property
    def pinned(self) -> str:
        """As the preview's form carries it: what was looked at is what is changed."""
        return " ".join(f"{pk}:{version}" for pk, version in self.versions.items())


@require_POST
def bulk_change(request: HttpRequest) -> HttpResponse:
    """Each press of the way: the list sends the choice, this page the words, its preview "do it"."""
    user = cast(StaffUser, request.user)
    if not move_choices(user):
        raise PermissionDenied
    name = request.POST.get("move", "")
    chosen = _selection(request, user)
    if name == ROLL_UP:
        return _roll_up(user, chosen)
    move = BULK_MOVES.get(name)
    if move is None:
        messages.warning(request, _("Say what to do with the requests you chose."))
        return _see(_back(chosen.query))
    if not move.is_for(user):
        raise PermissionDenied
    if chosen.is_too_many:
        messages.warning(
            request,
            _("At most %(most)d requests can be changed at once. Narrow the list.") % {"most": bulk.MOST},
        )
        return _see(_back(chosen.query))
    if not chosen.versions:
        messages.warning(request, _("Choose at least one request."))
        return _see(_back(chosen.query))
    return _worded(request, user, move, chosen)


def _worded(request: HttpRequest, user: StaffUser, move: BulkMove, chosen: Selection) -> HttpResponse:
    """The form of the change, its preview, or the change itself."""
    moment = Moment(clock.now())
    by = Actor.staff(user)
    at = ForMany(user, moment.today, _fitting(user, chosen.versions) if move.name == "close" else ())
    has_words = "worded" in request.POST or not move.form.base_fields
    form = move.form(request.POST if has_words else None, at=at)
    if not has_words or not form.is_valid():
        return _form(request, move, chosen, form, status=400 if has_words else 200)
    change = form.change()
    if "do" not in request.POST:
        outlook = bulk.foresee(chosen=chosen.versions, change=change, by=by, now=moment.now)
        return _form(request, move, chosen, form, preview=foreseen(outlook))
    try:
        done = bulk.change_many(chosen=chosen.versions, change=change, by=by, now=moment.now)
    except ActionRefused as refusal:
        form.add_error(None, str(refusal))
        return _form(request, move, chosen, form, status=400)
    if done.bulk is None:
        form.add_error(None, _("Nothing could be changed."))
        return _form(request, move, chosen, form, preview=foreseen(done.outlook), status=409)
    request.session[KEEPS_REFUSALS] = {
        "bulk": done.bulk.pk,
        "query": chosen.query,
        "lines": [(wont.request.number, wont.why) for wont in done.outlook.wont[:REFUSALS_KEPT]],
    }
    return _see(reverse("queue:bulk_done", args=[done.bulk.pk]))


def _form(
    request: HttpRequest,
    move: BulkMove,
    chosen: Selection,
    form: BulkForm,
    *,
    preview: Foreseen | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "move": move,
        "form": form,
        "chosen": chosen,
        "count": len(chosen.versions),
        "back": _back(chosen.query),
        "preview": preview,
        "no_outcome_fits": move.name == "close" and not form.at.outcomes,
    }
    return render(request, "dashboards/queue/list/bulk.html", context, status=status)


@require_safe
def bulk_done(request: HttpRequest, pk: int) -> HttpResponse:
    """What a change of many did, and the way to take it back; only for who made it."""
    user = cast(StaffUser, request.user)
    now = clock.now()
    change = BulkChange.objects.filter(user=user, pk=pk).first()
    if change is None:
        raise Http404
    kept = request.session.get(KEEPS_REFUSALS, {})
    is_this = kept.get("bulk") == pk
    context = {
        "change": change,
        "move": BULK_MOVES.get(change.move),
        "windows": bulk_windows(change),
        "undo": undo_bars.of_bulk(change, user, now),
        "refused": kept.get("lines", []) if is_this else [],
        "back": _back(kept.get("query", "") if is_this else ""),
        "now": now,
    }
    return render(request, "dashboards/queue/list/bulk_done.html", context)


def _selection(request: HttpRequest, user: StaffUser) -> Selection:
    """What was chosen: pinned by a preview, the whole list, or single rows; never what this person does not see."""
    query = query_of(QueryDict(request.POST.get("query", "")[:2_000]))
    visible = ServiceRequest.objects.visible_to(user)
    if "pinned" in request.POST:
        pinned = _pinned(request.POST["pinned"])
        seen = set(visible.filter(pk__in=pinned).values_list("pk", flat=True))
        return Selection({pk: version for pk, version in pinned.items() if pk in seen}, query)
    if "all" in request.POST:
        wanted = read(user, QueryDict(query), Moment(clock.now()))
        if wanted.filters.seeks_reporter:
            record_rows(user, wanted.filters.qs, now=clock.now())
        versions = chosen_ids(wanted.rows, bulk.MOST)
    else:
        numbers = [number[:20] for number in request.POST.getlist("n")[: bulk.MOST + 1]]
        versions = chosen_ids(visible.filter(number__in=numbers).order_by("-pk"), bulk.MOST)
    return Selection(versions, query, is_too_many=len(versions) > bulk.MOST)


def _pinned(text: str) -> dict[int, int]:
    """Requests by id with the version of the preview; what is no such pair is left out, and so is all after the most."""
    pairs = (word.partition(":") for word in text[:20_000].split()[: bulk.MOST])
    return {
        int(pk): int(version)
        for pk, _colon, version in pairs
        if pk.isascii()
        and pk.isdigit()
        and len(pk) < 16
        and version.isascii()
        and version.isdigit()
        and len(version) < 10
    }


def _fitting(user: StaffUser, ids: Iterable[int]) -> tuple[Outcome, ...]:
    """The outcomes that every chosen request can be closed with. A duplicate needs its first report: never of many."""
    rows = ServiceRequest.objects.visible_to(user).filter(pk__in=ids)
    kinds = rows.order_by().values_list("category__kind", flat=True)
    sets = [outcomes_for(Kind(kind)) for kind in sorted(set(kinds))]
    common = set(sets[0]).intersection(*sets[1:]) if sets else set()
    return tuple(outcome for outcome in Outcome if outcome in common - {Outcome.DUPLICATE})


def _roll_up(user: StaffUser, chosen: Selection) -> HttpResponse:
    """Reports of one problem are joined on a page of their own."""
    if user.role not in ROLLS_UP:
        raise PermissionDenied
    numbers = ServiceRequest.objects.visible_to(user).filter(pk__in=chosen.versions).order_by("pk")
    pairs = [("n", number) for number in numbers.values_list("number", flat=True)]
    return _see(reverse("queue:roll_up") + "?" + urlencode(pairs))


def _back(query: str) -> str:
    return reverse("queue:list") + (f"?{query_of(QueryDict(query))}" if query else "")


def _see(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
