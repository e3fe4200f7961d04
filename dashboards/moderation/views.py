"""What waits for a look: one page, one decision a press. Each thing reached through the requests the person may see."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from civic311.lib import clock
from dashboards.moderation.forms import AbuseForm, CommentForm, PhotoForm
from departments.models import StaffUser
from departments.roles import Role
from requests_app.actions import ActionRefused, NotAllowed
from requests_app.actions.moderation import (
    AlreadyDecided,
    Remedy,
    decide_abuse,
    decide_photo,
    publish_comment,
    remove_comment,
)
from requests_app.queries import moderation
from requests_app.workflow import BY_NAME


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """``/moderation/``: comments, abuse reports and photos that wait, the oldest first."""
    return _page(request, _moderator(request))


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a comment, or remove it with a reason that is published."""
    user = _moderator(request)
    found = get_object_or_404(moderation.comments(user), pk=pk)
    form = CommentForm(pk, request.POST)
    if not form.is_valid():
        if form.has_error("decision"):
            raise BadRequest("decision")
        return _page(request, user, bound=form, at=f"comment-{pk}", status=400)
    show = form.cleaned_data["decision"] == "publish"
    try:
        if show:
            publish_comment(comment_id=found.pk, by=user, now=clock.now())
        else:
            remove_comment(comment_id=found.pk, reason=form.cleaned_data["reason"], by=user, now=clock.now())
    except AlreadyDecided as refusal:
        return _page(request, user, problem=str(refusal), status=409)
    except ActionRefused as refusal:
        form.add_error("reason", str(refusal))
        return _page(request, user, bound=form, at=f"comment-{pk}", status=400)
    messages.success(request, _("The comment is shown.") if show else _("The comment is removed."))
    return _back()


@require_POST
def abuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an abuse report."""
    user = _moderator(request)
    reports = moderation.abuse_reports(user).select_related("request", "comment", "photo", "decided_by")
    report = get_object_or_404(reports, pk=pk)
    form = AbuseForm(report, user, request.POST)
    try:
        if report.decided_at is not None and report.decided_by is not None:
            raise AlreadyDecided(report.decided_by.name, report.decided_at)
        if form.is_valid():
            decide_abuse(
                report_id=report.pk,
                remedy=Remedy(form.cleaned_data["remedy"]),
                words=form.cleaned_data["words"],
                by=user,
                now=clock.now(),
            )
    except AlreadyDecided as refusal:
        return _page(request, user, problem=str(refusal), status=409)
    except ActionRefused as refusal:
        form.add_error(None, str(refusal))
    if form.errors:
        return _page(request, user, bound=form, at=f"abuse-{pk}", status=400)
    messages.success(request, _("Decided. Your reason is kept with it."))
    return _back()


@require_POST
def photo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show or hide a photo that waits."""
    user = _moderator(request)
    found = get_object_or_404(moderation.photos(user), public_id=public_id)
    form = PhotoForm(request.POST)
    if not form.is_valid():
        raise BadRequest("decision")
    show = form.cleaned_data["decision"] == "publish"
    try:
        decide_photo(photo_id=found.pk, show=show, by=user, now=clock.now())
    except AlreadyDecided as refusal:
        return _page(request, user, problem=str(refusal), status=409)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    messages.success(request, _("The photo is shown.") if show else _("The photo is hidden."))
    return _back()


def _moderator(request: HttpRequest) -> StaffUser:
    user = cast(StaffUser, request.user)
    if not user.may_moderate:
        raise PermissionDenied
    return user


def _page(
    request: HttpRequest,
    user: StaffUser,
    *,
    bound: forms.Form | None = None,
    at: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; ``bound`` is the form of the item ``at`` that came back with mistakes."""
    waiting = moderation.waiting(user)

    def form_at(name: str, fresh: forms.Form) -> forms.Form:
        return bound if bound is not None and name == at else fresh

    context = {
        "waiting": waiting,
        "comments": [(row, form_at(f"comment-{row.pk}", CommentForm(row.pk))) for row in waiting.comments],
        "reports": [(row, form_at(f"abuse-{row.pk}", AbuseForm(row, user))) for row in waiting.abuse],
        "may_decide_photos": Role(user.role) in BY_NAME["publish_photo"].roles,
        "error_form": bound,
        "problem": problem,
        "count_cap": moderation.COUNT_CAP,
    }
    return render(request, "dashboards/moderation/index.html", context, status=status)


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("moderation:index"), status=303)
