"""Comments under a report, and "this should not be shown". Staff look before anybody else reads or loses anything."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from civic311.lib import clock
from civic311.lib.ratelimit import limited
from departments.directory import categories
from requests_app.actions import ActionRefused
from requests_app.actions.comments import report_abuse, write_comment
from requests_app.models.comment import AbuseReason
from requests_app.queries.comments import comments_of
from requests_app.queries.public import PublicRequest
from requests_app.resident.joining import ROBOTS_FIELD, AbuseForm, CommentForm, abuse_choices
from requests_app.resident.views.joining import page_again, public_or_404, request_url


@login_not_required
@limited("comment", 10, 3600)
@transaction.non_atomic_requests
def comment(request: HttpRequest, number: str) -> HttpResponse:
    """A comment that waits for a look by staff; 404 where comments are not open."""
    found = public_or_404(number)
    if not categories()[found.category_id].comments_allowed:
        raise Http404
    if request.method != "POST":
        return HttpResponseRedirect(request_url(number) + "#comments")
    form = CommentForm(request.POST)
    if request.POST.get(ROBOTS_FIELD):
        form.add_error(
            None, _("A hidden field was filled in, as programs do. Send the form again without it.")
        )
    if form.is_valid():
        try:
            write_comment(request_id=found.id, now=clock.now(), **form.cleaned_data)
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Thank you. Your comment is shown here after a person has looked at it.")
            )
            return HttpResponseRedirect(request_url(number) + "#comments", status=303)
    return page_again(request, found, comment_form=form)


@login_not_required
@limited("abuse", 10, 3600)
@transaction.non_atomic_requests
def abuse(request: HttpRequest, number: str) -> HttpResponse:
    """Say that a report, a photo or a comment should not be shown."""
    found = public_or_404(number)
    allowed = categories()[found.category_id].comments_allowed
    choices = abuse_choices(found, comments_of(found.id) if allowed else ())
    sent = request.POST if request.method == "POST" else None
    form = AbuseForm(choices, sent, initial={"about": request.GET.get("about", "report")})
    if sent is not None and sent.get(ROBOTS_FIELD):
        form.add_error(
            None, _("A hidden field was filled in, as programs do. Send the form again without it.")
        )
    if form.is_valid():
        try:
            _report(found, form)
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Staff look at it and decide."))
            return HttpResponseRedirect(request_url(number), status=303)
    context = {"item": found, "form": form, "back": request_url(number)}
    return render(request, "resident/abuse.html", context, status=400 if form.is_bound else 200)


def _report(found: PublicRequest, form: AbuseForm) -> None:
    kind, _dash, which = form.cleaned_data["about"].partition("-")
    report_abuse(
        request_id=found.id,
        reason=AbuseReason(form.cleaned_data["reason"]),
        text=form.cleaned_data["text"],
        comment_id=int(which) if kind == "comment" else None,
        photo_id=which if kind == "photo" else "",
        now=clock.now(),
    )
