"""What colleagues are told: mentions, work given to them, news of what they watch."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from civic311.lib import clock
from departments.models import InboxMail, StaffUser
from requests_app.actions.staffnews import choose_mail, mark_read
from requests_app.models import ServiceRequest, StaffNotice
from requests_app.models.attention import StaffNoticeKind
from requests_app.queries.inbox import inbox_rows

PAGE_SIZE = 30


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """``/inbox/``: the own lines, newest first; ``?show=all`` with those that were read."""
    user = cast(StaffUser, request.user)
    shows_all = request.GET.get("show") == "all"
    rows = StaffNotice.objects.filter(user=user)
    if not shows_all:
        rows = rows.filter(read_at__isnull=True)
    paginator = Paginator(rows.order_by("-created_at", "-pk"), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "page_numbers": list(paginator.get_elided_page_range(page.number)),
        "rows": inbox_rows(user, page.object_list),
        "shows_all": shows_all,
        "now": clock.now(),
        "mail_choices": InboxMail.choices,
    }
    return render(request, "dashboards/inbox/list.html", context)


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one line as read, and go to what it is about where that is within sight."""
    user = cast(StaffUser, request.user)
    notice = get_object_or_404(StaffNotice, pk=pk, user=user)
    mark_read(by=user, now=clock.now(), notice_id=notice.pk)
    visible = ServiceRequest.objects.visible_to(user)
    target = visible.filter(pk=notice.request_id).first() if notice.request_id else None
    if "stay" in request.POST:
        address = reverse("inbox:list")
    elif target is not None:
        address = reverse("queue:detail", args=[target.number])
    else:
        address = way_to(notice) or reverse("inbox:list")
    return HttpResponseRedirect(address, status=303)


def way_to(notice: StaffNotice) -> str:
    """Where a line about no single request leads: many given at once to the own list, calls to theirs."""
    if notice.request_id is not None:
        return ""
    if notice.kind == StaffNoticeKind.ASSIGNED:
        return reverse("queue:list") + "?view=mine"
    return reverse("desk:follow_ups") if notice.kind == StaffNoticeKind.FOLLOW_UP else ""


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every line as read."""
    count = mark_read(by=cast(StaffUser, request.user), now=clock.now())
    words = ngettext("%(n)d line is marked as read.", "%(n)d lines are marked as read.", count)
    messages.success(request, words % {"n": count})
    return HttpResponseRedirect(reverse("inbox:list"), status=303)


@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    """Choose which lines also come by mail."""
    choice = request.POST.get("inbox_mail", "")
    if choice not in InboxMail.values:
        raise BadRequest("inbox_mail")
    choose_mail(by=cast(StaffUser, request.user), choice=choice)
    messages.success(request, _("Your choice is saved."))
    return HttpResponseRedirect(reverse("inbox:list"), status=303)
