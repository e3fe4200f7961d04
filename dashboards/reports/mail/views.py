"""Reports by mail: asking for one, the list of them, changing and stopping."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic311.lib import clock
from dashboards.queue.choices import catalogue
from dashboards.reports.access import readers_only, valid_scope
from dashboards.reports.mail import subscribing
from dashboards.reports.mail.forms import RhythmForm
from dashboards.reports.mail.subscribing import TooMany
from dashboards.reports.models import Every, ReportSubscription, StopReason
from dashboards.reports.names import names, scope_words
from dashboards.reports.pages import BY_SLUG
from dashboards.reports.scope import StormDays
from departments.models import StaffUser
from departments.roles import Role
from requests_app.workflow import Channel, Population

PAGE_SIZE = 50


def _user(request: HttpRequest) -> StaffUser:
    return cast(StaffUser, request.user)


@require_safe
@readers_only
def subscriptions(request: HttpRequest) -> HttpResponse:
    """``/reports/subscriptions/``: one's own, those that run first; administrators see everybody's, with why they stopped."""
    user = _user(request)
    sees_all = user.role == Role.ADMINISTRATOR
    rows = ReportSubscription.objects.filter(Q() if sees_all else Q(owner=user)).select_related("owner")
    page = Paginator(rows.order_by("-stopped_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [
            {
                "row": row,
                "title": BY_SLUG[row.page].title if row.page in BY_SLUG else row.page,
                "filters": filter_words(row.query),
                "rhythm": rhythm_words(row),
                "is_own": row.owner_id == user.pk,
            }
            for row in page.object_list
        ],
        "sees_all": sees_all,
    }
    return render(request, "dashboards/reports/subscriptions.html", context)


def rhythm_words(row: ReportSubscription) -> str:
    """When it comes: "Every week, Monday"."""
    words = str(Every(row.every).label)
    if row.every == Every.WEEKLY:
        return f"{words}, {WEEKDAYS[row.day]}"
    return f"{words}, {row.day}" if row.every == Every.MONTHLY else words


def filter_words(query: str) -> list[str]:
    """What narrows a report kept as an address; what no longer exists shows as its number."""
    kept, called, words = QueryDict(query), names(), []
    for name, label in (
        ("department", called.department),
        ("category", called.category),
        ("area", lambda pk: catalogue().area_names.get(pk, f"#{pk}")),
    ):
        value = kept.get(name, "")
        if value.isdecimal():
            words.append(label(int(value)))
    for name, kind in (("channel", Channel), ("population", Population), ("storms", StormDays)):
        if kept.get(name) in kind.values:
            words.append(str(kind(kept[name]).label))
    return words


@require_http_methods(["GET", "HEAD", "POST"])
@readers_only
def new(request: HttpRequest) -> HttpResponse:
    """``/reports/subscriptions/new/?page=…``: a page with the filters of the address, from now on by mail."""
    wanted = BY_SLUG.get(request.GET.get("page", ""))
    if wanted is None:
        raise Http404
    scope = valid_scope(request)
    form = RhythmForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            subscribing.subscribe(
                page=wanted.slug,
                query=scope.filter_query.removeprefix("&"),
                rhythm=form.rhythm(),
                by=scope.user,
                now=scope.now,
            )
        except TooMany as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("You get this report by mail from now on."))
            return HttpResponseRedirect(reverse("reports:subscriptions"), status=303)
    context = {
        "form": form,
        "title": wanted.title,
        "filters": scope_words(scope),
        "email": scope.user.email,
        "back": scope.page_href(wanted.slug),
    }
    return _form_page(request, form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@readers_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """``/reports/subscriptions/<pk>/``: another rhythm for one's own; the pages of others do not exist."""
    user = _user(request)
    row = get_object_or_404(ReportSubscription, pk=pk, owner=user, stopped_at=None)
    form = RhythmForm(request.POST if request.method == "POST" else None, subscription=row)
    if form.is_bound and form.is_valid():
        subscribing.change(subscription_id=row.pk, rhythm=form.rhythm(), by=user, now=clock.now())
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("reports:subscriptions"), status=303)
    context = {
        "form": form,
        "row": row,
        "title": BY_SLUG[row.page].title if row.page in BY_SLUG else row.page,
        "filters": filter_words(row.query),
        "email": user.email,
        "back": reverse("reports:subscriptions"),
    }
    return _form_page(request, form, context)


def _form_page(request: HttpRequest, form: RhythmForm, context: dict[str, object]) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, "dashboards/reports/subscription.html", context, status=status)


@require_POST
@readers_only
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Send no more: by the owner, or by an administrator for anybody."""
    user = _user(request)
    whose = Q() if user.role == Role.ADMINISTRATOR else Q(owner=user)
    row = get_object_or_404(ReportSubscription.objects.filter(whose), pk=pk)
    reason = StopReason.OWNER if row.owner_id == user.pk else StopReason.ADMINISTRATOR
    subscribing.stop(subscription_id=row.pk, reason=reason, now=clock.now())
    messages.success(request, _("This mail is stopped."))
    return HttpResponseRedirect(reverse("reports:subscriptions"), status=303)
