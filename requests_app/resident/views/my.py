"""My reports: a link by e-mail instead of a password; then everything that belongs to the address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from civic311.lib import clock
from civic311.lib.contacts import mailbox_key
from civic311.lib.ratelimit import limited, take, too_many
from requests_app.actions import ActionRefused
from requests_app.actions.erasure import erase_resident
from requests_app.actions.residents import add_request, ask_for_link, choose, link_works, use_link
from requests_app.actions.subscriptions import confirm_alert, confirm_follow, stop_alert, stop_follow
from requests_app.models import Follower, Resident, Subscription
from requests_app.notifications.watching import watched_words
from requests_app.queries.residents import own_alerts, own_follows, own_requests
from requests_app.resident.my_forms import AddForm, AddressForm, ChoicesForm
from requests_app.resident.own import lines
from requests_app.resident.pins import PinTriesSpent, request_by_pin
from requests_app.resident.record import record_of
from requests_app.resident.signed_in import current_resident, sign_in, sign_out

LINKS_A_DAY = 5
LINK_EVERY_S = 600
Owned = Callable[..., HttpResponse]


def owned(view: Owned) -> Callable[..., HttpResponse]:
    """For residents who are signed in; others are led to the page that asks for the address. Never stored."""

    @login_not_required
    @limited("my-act", 120, 3600)
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: object) -> HttpResponse:
        resident = current_resident(request)
        if resident is None:
            return HttpResponseRedirect(reverse("resident:my"), status=303)
        return _unstored(view(request, resident, **kwargs))

    return guarded


@login_not_required
@limited("my-link", 20, 3600)
@transaction.non_atomic_requests
def my(request: HttpRequest) -> HttpResponse:
    """Signed in: everything. Else the question for the address, and always the same answer to it."""
    resident = current_resident(request)
    if resident is not None:
        return _unstored(_page(request, resident))
    if request.method != "POST":
        asked = request.GET.get("sent") == "1"
        return _unstored(render(request, "resident/my/ask.html", {"form": AddressForm(), "asked": asked}))
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _unstored(render(request, "resident/my/ask.html", {"form": form, "asked": False}))
    email = form.cleaned_data["email"]
    mailbox = mailbox_key(email)
    if take(f"my-link:{mailbox}", 1, LINK_EVERY_S) and take(f"my-link-day:{mailbox}", LINKS_A_DAY, 86_400):
        language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        ask_for_link(email=email, language=language, now=clock.now())
    return HttpResponseRedirect(reverse("resident:my") + "?sent=1", status=303)


@login_not_required
@limited("my-in", 60, 3600, methods=("GET", "POST"))
def my_in(request: HttpRequest, resident_id: int, token: str) -> HttpResponse:
    """The link in the message: a GET shows a button, because mail scanners open links; the POST signs in, once."""
    now = clock.now()
    if request.method != "POST":
        if link_works(resident_id=resident_id, token=token, now=now):
            return _unstored(render(request, "resident/my/in.html", {"action": request.path}))
        return _gone(request)
    resident = use_link(resident_id=resident_id, token=token, now=now)
    if resident is None:
        signed_in = current_resident(request)
        if signed_in is None or signed_in.pk != resident_id:
            return _gone(request)
    else:
        sign_in(request, resident)
    return HttpResponseRedirect(reverse("resident:my"), status=303)


@require_POST
@owned
def my_out(request: HttpRequest, resident: Resident) -> HttpResponse:
    """End the session of the resident."""
    sign_out(request)
    messages.success(request, _("You are signed out."))
    return HttpResponseRedirect(reverse("resident:my"), status=303)


@require_POST
@owned
def my_choices(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Which messages, in which language."""
    form = ChoicesForm(request.POST)
    if not form.is_valid():
        return _page(request, resident, choices=form, status=400)
    choose(resident_id=resident.pk, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("resident:my") + "#choices", status=303)


@require_POST
@transaction.non_atomic_requests
@owned
def my_add(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Put a report filed by phone under this address, by its number and PIN."""
    form = AddForm(request.POST)
    if not form.is_valid():
        return _page(request, resident, add=form, status=400)
    try:
        found = request_by_pin(request, form.cleaned_data["number"], form.cleaned_data["pin"])
        if found is None:
            form.add_error(None, _("This number and this PIN do not fit together. Check both."))
        elif not add_request(resident=resident, request_id=found.id):
            form.add_error(
                None, _("This report is kept under another e-mail address. Ask for a link with that one.")
            )
    except PinTriesSpent:
        return too_many(request, retry_after_s=3600)
    except ActionRefused as refusal:
        form.add_error(None, str(refusal))
    if form.errors:
        return _page(request, resident, add=form, status=400)
    messages.success(request, _("The report is in your list now."))
    return HttpResponseRedirect(reverse("resident:my"), status=303)


@require_POST
@owned
def my_alert(request: HttpRequest, resident: Resident, subscription_id: int, what: str) -> HttpResponse:
    """Start or stop one of the own alerts."""
    if not Subscription.objects.filter(pk=subscription_id, resident=resident).exists():
        raise Http404
    if what == "stop":
        stop_alert(subscription_id=subscription_id, now=clock.now())
        messages.success(request, _("The alert is stopped."))
    elif what == "start":
        confirm_alert(subscription_id=subscription_id, now=clock.now())
        messages.success(request, _("The alert runs."))
    else:
        raise Http404
    return HttpResponseRedirect(reverse("resident:my") + "#alerts", status=303)


@require_POST
@owned
def my_follow(request: HttpRequest, resident: Resident, follower_id: int, what: str) -> HttpResponse:
    """Begin or stop to follow a report."""
    if not Follower.objects.filter(pk=follower_id, resident=resident).exists():
        raise Http404
    if what == "stop":
        stop_follow(follower_id=follower_id, now=clock.now())
        messages.success(request, _("You no longer follow this report."))
    elif what == "start":
        confirm_follow(follower_id=follower_id, now=clock.now())
        messages.success(request, _("You follow this report."))
    else:
        raise Http404
    return HttpResponseRedirect(reverse("resident:my") + "#follows", status=303)


@owned
def my_record(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Everything we keep about the resident, as one file."""
    response = JsonResponse(record_of(resident), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="my-311-record.json"'
    return response


@owned
def my_erase(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Erase everything of the resident: a question first, then a POST with a tick."""
    if request.method != "POST" or request.POST.get("sure") != "on":
        count = len(own_requests(resident.email, limit=200).rows)
        context = {"count": count, "email": resident.email, "missing": request.method == "POST"}
        return render(request, "resident/my/erase.html", context)
    erase_resident(resident_id=resident.pk, now=clock.now())
    sign_out(request)
    messages.success(request, _("Your personal data is erased. The reports stay as numbers without you."))
    return HttpResponseRedirect(reverse("resident:my"), status=303)


def _page(
    request: HttpRequest,
    resident: Resident,
    *,
    choices: ChoicesForm | None = None,
    add: AddForm | None = None,
    status: int = 200,
) -> HttpResponse:
    before = request.GET.get("before", "")
    page = own_requests(
        resident.email,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0,
    )
    context = {
        "resident": resident,
        "lines": lines(page.rows, clock.now()),
        "next_before": page.before,
        "follows": own_follows(resident),
        "alerts": [(alert, watched_words(alert)) for alert in own_alerts(resident)],
        "choices_form": choices
        or ChoicesForm(initial={"updates": resident.updates, "language": resident.language}),
        "add_form": add or AddForm(),
        "error_form": add or choices,
    }
    return render(request, "resident/my/page.html", context, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    """Wrong, expired and used alike."""
    return _unstored(render(request, "resident/my/gone.html", {"form": AddressForm()}, status=410))


def _unstored(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
