"""``/desk/``: one screen for a call. Buttons say what becomes of it; each becomes one `Call`."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic311.lib import clock
from civic311.lib.ratelimit import take
from civic311.lib.tokens import matches, read_out_pin
from dashboards.desk import screen as screens
from dashboards.desk.acts import ACTS
from dashboards.desk.forms import CONVERSATION, DeskForm
from dashboards.desk.roles import OPERATORS
from dashboards.desk.screen import Screen
from departments.languages import offered_languages
from departments.models import StaffUser
from requests_app.actions import ActionRefused, AlreadySubmitted
from requests_app.actions.desk import is_reporter
from requests_app.models import Call, ServiceRequest
from requests_app.models.call import CallOutcome
from requests_app.queries import desk as reads
from requests_app.queries.expected import expected_time
from requests_app.resident.pins import TRIES_PER_NUMBER, as_number
from requests_app.workflow import Channel

PINS_KEY = "desk_pins"
SAVED = frozenset({CallOutcome.INFORMATION, CallOutcome.TRANSFER, CallOutcome.DROPPED})
"""Calls after which nothing is read out: the next one begins at once."""


def operator_of(request: HttpRequest) -> StaffUser:
    """Who works at the desk, or 403."""
    user = cast(StaffUser, request.user)
    if user.role not in OPERATORS:
        raise PermissionDenied
    return user


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """The screen, and everything that can become of a call. ``?same=<call>`` begins with the caller of that call."""
    user, now = operator_of(request), clock.now()
    if request.method != "POST":
        initial = screens.same_caller(user, request.GET.get("same", ""), now)
        form = DeskForm(user=user, initial=initial or {"channel": Channel.PHONE.value, "updates": True})
        fresh = Screen(form, screens.call_key(""), now, now, user)
        if initial.get("phone"):
            fresh.caller = screens.look_up_caller(
                initial["phone"], key=fresh.key, user=user, session=request.session, now=now
            )
        return _show(request, fresh)
    post = request.POST.copy()
    what, _colon, which = post.get("do", "look").partition(":")
    screen = screens.screen_of(post, user=user, now=now, judged=what == "report")
    _look_up(request, screen)
    if what == "look":
        return _look(request, screen)
    act = ACTS.get(what)
    if act is None:
        return _refused(request, screen, _("This button is not known. Reload the page."), status=400)
    if not _is_complete(screen, what):
        return _show(request, screen, status=400)
    try:
        call = act(screen, which)
    except AlreadySubmitted as conflict:
        screen.key = screens.call_key("")
        words = _("This call was saved as %(number)s. Sending again makes another request.")
        return _refused(request, screen, words % {"number": conflict.existing.number}, status=409)
    except ActionRefused as refusal:
        return _refused(request, screen, str(refusal), status=409)
    return _saved(request, screen, call)


def _is_complete(screen: Screen, what: str) -> bool:
    """Whether everything that matters for this button was typed well. Only a report needs all of the form."""
    form, questions = screen.form, screen.questions
    if what == "report":
        return form.is_valid() and (questions.is_valid() or not questions.is_bound)
    says_something = bool(str(form["description"].value() or "").strip())
    judged = CONVERSATION if says_something else CONVERSATION - {"description"}
    for name in [name for name in form.errors if name not in judged]:
        del form.errors[name]
    return not form.errors


def _saved(request: HttpRequest, screen: Screen, call: Call) -> HttpResponse:
    if call.outcome in SAVED:
        messages.success(
            request, _("Saved: %(outcome)s. Next call.") % {"outcome": call.get_outcome_display().lower()}
        )
        return _see_other(reverse("desk:desk"))
    return _see_other(reverse("desk:done", args=[call.pk]))


@transaction.non_atomic_requests
@require_POST
def caller_card(request: HttpRequest) -> HttpResponse:
    """The card of a number alone, while it is being typed: no form, no catalogue, nothing that can wait."""
    user, now = operator_of(request), clock.now()
    phone = request.POST.get("phone", "")[:40]
    key = screens.call_key(request.POST.get("key", ""))
    found = screens.look_up_caller(phone, key=key, user=user, session=request.session, now=now)
    return _private(render(request, "dashboards/desk/_caller.html", {"caller": found, "now": now}))


@require_safe
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """What to read out. Only the operator who took the call sees it: the PIN opens the request."""
    user = operator_of(request)
    rows = Call.objects.select_related(
        "request__category", "request__department", "request__partner", "follow_up_by"
    )
    call = get_object_or_404(rows, pk=pk, operator=user)
    target = call.request
    context: dict[str, Any] = {
        "call": call,
        "target": target,
        "spoken": call.language if call.language in offered_languages() else offered_languages()[0],
        "again": reverse("desk:desk") + "?" + urlencode({"same": call.pk}),
        "next_url": reverse("desk:desk"),
    }
    if target is not None:
        context["pin"] = read_out_pin(target.pk, target.token_version)
        context["expected"] = expected_time(
            category_id=target.category_id, department_id=target.department_id, before=target.created_at
        )
        context["owner"] = target.department or target.partner
    return _private(render(request, "dashboards/desk/done.html", context))


def _look_up(request: HttpRequest, screen: Screen) -> None:
    """The caller's card and the request whose number was given."""
    data = screen.form.cleaned_data
    phone = "" if data.get("anonymous") else str(data.get("phone", ""))
    if phone:
        screen.caller = screens.look_up_caller(
            phone, key=screen.key, user=screen.user, session=request.session, now=screen.now
        )
    number = as_number(str(data.get("number", "")))
    target = reads.by_number(number, user=screen.user)
    if target is None:
        if data.get("number"):
            screen.form.add_error("number", _("There is no request with this number."))
        return
    pin = str(data.get("pin", "")).replace(" ", "").replace("-", "")
    screen.asked = screens.found_request(
        target,
        phone=phone,
        is_own=is_reporter(target.pk, phone),
        pin_fits=_pin_fits(request.session, screen.key, target, pin) if pin else None,
    )


def _pin_fits(session: SessionBase, key: str, target: ServiceRequest, pin: str) -> bool:
    """Whether the PIN is the one read out; tries are counted for each number, here as online.

    The screen is looked at again with every word typed: the same PIN in the same call is one try.
    """
    mark = salted_hmac("desk.pin", f"{key}:{target.pk}:{target.token_version}:{pin}").hexdigest()
    judged: dict[str, bool] = session.get(PINS_KEY, {})
    if mark in judged:
        return judged[mark]
    if not take(f"pin:{target.number}", TRIES_PER_NUMBER, 3600):
        return False
    fits = matches(read_out_pin(target.pk, target.token_version), pin)
    session[PINS_KEY] = dict(list(judged.items())[-screens.REMEMBERED :]) | {mark: fits}
    return fits


def _look(request: HttpRequest, screen: Screen) -> HttpResponse:
    """The operator is still listening: what is not there yet is no mistake."""
    kept = {"address", "latitude", "longitude", "phone", "number", "email"}
    for name in [name for name in screen.form.errors if name not in kept]:
        del screen.form.errors[name]
    return _show(request, screen)


def _refused(request: HttpRequest, screen: Screen, words: str, *, status: int) -> HttpResponse:
    screen.problem = words
    return _show(request, screen, status=status)


def _show(request: HttpRequest, screen: Screen, *, status: int = 200) -> HttpResponse:
    return _private(render(request, "dashboards/desk/desk.html", screen.context(), status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
