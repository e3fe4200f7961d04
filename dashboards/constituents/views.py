"""``/constituents/``: what an aide filed or follows, and the number to read out after filing."""

from __future__ import annotations

import re

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civic311.lib import clock
from civic311.lib.tokens import read_out_pin
from dashboards.constituents.access import aide_of, may_file
from dashboards.constituents.forms import FindForm
from dashboards.queue.list.finding import record_search
from requests_app.models import ServiceRequest
from requests_app.queries.constituents import Which, lines, own_requests, with_constituent, with_number
from requests_app.queries.expected import expected_time
from requests_app.resident.pins import as_number

PAGE_SIZE = 25
_NUMBER = re.compile(r"#?\d[\d\s–—-]*")


@require_safe
def own_list(request: HttpRequest) -> HttpResponse:
    """The own requests, newest first; ``?show=`` which of them, ``?q=`` a number or a constituent's name.

    A search by name is recorded as a look at the contact details of what it found.
    """
    user, now = aide_of(request), clock.now()
    form = FindForm(request.GET)
    is_valid = form.is_valid()
    words = " ".join(form.cleaned_data["q"].split()) if is_valid else ""
    rows = own_requests(user, which=form.which)
    by_number = bool(_NUMBER.fullmatch(words))
    if by_number:
        rows = with_number(rows, number=as_number(words), part=words.lstrip("#"))
    elif words:
        rows = with_constituent(rows, words, user=user)
    page = Paginator(rows if is_valid else rows.none(), PAGE_SIZE).get_page(request.GET.get("page"))
    shown = lines(page.object_list, user=user)
    if words and not by_number:
        record_search(user, [row.number for row in shown], now=now)
    context = {
        "form": form,
        "words": words,
        "page": page,
        "rows": shown,
        "shows": [(choice.value, choice.label, choice == form.which) for choice in Which],
        "may_file": may_file(user),
        "now": now,
    }
    answer = render(request, "dashboards/constituents/list.html", context, status=200 if is_valid else 400)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def done(request: HttpRequest, number: str) -> HttpResponse:
    """What to tell the constituent. Only who filed the request sees it: the PIN opens the constituent's own page."""
    user = aide_of(request)
    rows = ServiceRequest.objects.visible_to(user).filed_by(user)
    target = rows.select_related("category", "department", "partner").filter(number=number).first()
    if target is None:
        raise Http404
    context = {
        "target": target,
        "owner": target.department or target.partner,
        "pin": read_out_pin(target.pk, target.token_version),
        "expected": expected_time(
            category_id=target.category_id, department_id=target.department_id, before=target.created_at
        ),
    }
    answer = render(request, "dashboards/constituents/done.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
