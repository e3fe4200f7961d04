"""The list of reply templates and their editor: for supervisors and administrators."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dashboards.queue.choices import catalogue
from dashboards.replies.forms import ReplyForm
from departments.models import ReplyTemplate, StaffUser
from requests_app.actions import ActionRefused
from requests_app.actions.replies import WRITERS, ReplyChanged, mark_of, save_reply
from requests_app.workflow import Outcome


def _writer(request: HttpRequest) -> StaffUser:
    user = cast(StaffUser, request.user)
    if user.role not in WRITERS:
        raise PermissionDenied
    return user


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    """``/queue/templates/``: every text, by outcome; notes come last."""
    _writer(request)
    known = catalogue()
    rows = ReplyTemplate.objects.order_by("position", "name", "language", "pk")
    groups: dict[str, list[dict[str, object]]] = {str(outcome.label): [] for outcome in Outcome}
    for row in rows:
        heading = str(Outcome(row.outcome).label) if row.outcome in Outcome.values else _("Notes")
        line = {
            "template": row,
            "category": known.category_names.get(row.category_id or 0, _("Any category")),
            "department": known.owner_names.get(row.department_id or 0, ""),
        }
        groups.setdefault(heading, []).append(line)
    shown = [(heading, lines) for heading, lines in groups.items() if lines]
    return render(request, "dashboards/replies/list.html", {"groups": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new template."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a template. A stale screen is answered with what somebody else wrote; nothing is lost."""
    _writer(request)
    return _edit(request, get_object_or_404(ReplyTemplate, pk=pk))


def _edit(request: HttpRequest, template: ReplyTemplate | None) -> HttpResponse:
    user = _writer(request)
    form = ReplyForm(request.POST if request.method == "POST" else None, template=template)
    status, changed = (400 if form.is_bound else 200), None
    if form.is_bound and form.is_valid():
        try:
            save_reply(
                draft=form.draft(),
                by=user,
                template_id=template.pk if template else None,
                seen=form.cleaned_data["seen"],
            )
        except ReplyChanged as conflict:
            again = request.POST.copy()
            again["seen"] = mark_of(conflict.template)
            form.data, changed, status = again, conflict.template, 409
        except ActionRefused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("The template is saved."))
            return HttpResponseRedirect(reverse("replies:list"), status=303)
    context = {"form": form, "template": template, "changed": changed}
    return render(request, "dashboards/replies/form.html", context, status=status)
