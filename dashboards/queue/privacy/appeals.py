"""The answer to a reporter who objects to the hiding."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from civic311.lib import clock
from dashboards.queue.privacy.common import back_to, drawn, reached, seen_version
from requests_app.actions import ActionRefused, Actor, StaleRequest, publish, uphold
from requests_app.actions.visibility import WORDS_MAX
from requests_app.models import ServiceRequest
from requests_app.workflow import EventKind


class AppealForm(forms.Form):
    """Words for the reporter; needed where the report stays hidden."""

    words = forms.CharField(
        label=gettext_lazy("What the reporter reads"),
        help_text=gettext_lazy("Needed when it stays hidden: say why."),
        max_length=WORDS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, number: str) -> HttpResponse:
    """``/queue/<number>/appeal/``: the reporter's words, and what becomes of it: shown again, or hidden for a reason."""
    user, target = reached(request, number, "unpublish")
    if request.method != "POST":
        return _page(request, target, AppealForm())
    seen = seen_version(request)
    form = AppealForm(request.POST)
    decision = request.POST.get("decision", "")
    if decision not in {"publish", "uphold"}:
        raise BadRequest("decision")
    if seen != target.version:
        return _page(request, target, form, seen=seen)
    if not form.is_valid():
        return _page(request, target, form, status=400)
    act = publish if decision == "publish" else uphold
    words = form.cleaned_data["words"]
    try:
        act(request_id=target.pk, version=seen, words=words, by=Actor.staff(user), now=clock.now())
    except StaleRequest:
        _user, target = reached(request, number, "unpublish")
        return _page(request, target, form, seen=seen)
    except ActionRefused as refusal:
        form.add_error("words", str(refusal))
        return _page(request, target, form, status=400)
    shown = _("Shown online. The reporter reads your words.")
    hidden = _("It stays hidden. The reporter reads why.")
    messages.success(request, shown if decision == "publish" else hidden)
    return back_to(target)


def _page(
    request: HttpRequest,
    target: ServiceRequest,
    form: AppealForm,
    *,
    seen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    last = target.events.filter(kind=EventKind.APPEALED).order_by("-pk").first()
    context = {"form": form, "said": last.reporter_note if last else "", "at": last and last.occurred_at}
    return drawn(request, "appeal", target, context, move="unpublish", seen=seen, status=status)
