"""``/queue/escalation/``: the rules, and their editor."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from civic311.lib import clock
from dashboards.queue.rules.forms import RuleForm
from departments.kinds import Priority
from departments.models import EscalationRule, StaffUser
from requests_app.actions import ActionRefused
from requests_app.actions.escalation import REACH
from requests_app.actions.rules import WRITERS, changeable_by, save_rule
from requests_app.queries.rules import rules_with_use


def _writer(request: HttpRequest) -> StaffUser:
    user = cast(StaffUser, request.user)
    if user.role not in WRITERS:
        raise PermissionDenied
    return user


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """Every rule; those of other departments can be read."""
    user = _writer(request)
    own = set(EscalationRule.objects.filter(changeable_by(user)).values_list("pk", flat=True))
    names = dict(Priority.choices)
    context = {
        "rules": [
            (rule, rule.pk in own, names.get(rule.priority_at_least, "")) for rule in rules_with_use(Q())
        ],
        "now": clock.now(),
        "reach_days": REACH.days,
    }
    return render(request, "dashboards/queue/rules/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new rule."""
    return _edit(request, _writer(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a rule of the own departments."""
    user = _writer(request)
    rule = get_object_or_404(EscalationRule.objects.select_related("to_user"), changeable_by(user), pk=pk)
    return _edit(request, user, rule)


def _edit(request: HttpRequest, user: StaffUser, rule: EscalationRule | None) -> HttpResponse:
    form = RuleForm(request.POST if request.method == "POST" else None, user=user, rule=rule)
    if form.is_bound and form.is_valid():
        try:
            save_rule(rule_id=rule.pk if rule else None, draft=form.draft(), by=user)
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The rule is saved."))
            return HttpResponseRedirect(reverse("queue:rules"), status=303)
    status = 400 if form.is_bound else 200
    return render(request, "dashboards/queue/rules/form.html", {"form": form, "rule": rule}, status=status)
