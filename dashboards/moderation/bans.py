"""Who may not send reports online for a time: the list, a new one, an end before its time."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from civic311.lib import clock
from civic311.lib.contacts import phone_digits
from departments.models import StaffUser
from requests_app.actions import ActionRefused
from requests_app.actions.bans import LONGEST, MAY_BAN, REASON_MAX, ban, lift
from requests_app.models import Ban, Reporter, ServiceRequest
from requests_app.queries.bans import bans_ended, bans_in_force

_NUMBER = re.compile(r"\d{2}-\d{6,12}")
PHONE_LEAST = 7
LAST_SECOND = dt.time(23, 59, 59)
FIRST_CHOICE = dt.timedelta(days=30)


class BanForm(forms.Form):
    """Whom, why, and until when."""

    mark_optional = True
    who = forms.CharField(
        label=gettext_lazy("Who?"),
        help_text=gettext_lazy(
            "An e-mail address, a phone number, or the number of a report: then its reporter is meant, and you need not look at the contact details."
        ),
        max_length=254,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), help_text=gettext_lazy("The person reads this."), max_length=REASON_MAX
    )
    until = forms.DateField(
        label=gettext_lazy("Until the end of"),
        help_text=gettext_lazy("It ends by itself on this day, a year from now at the latest."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(label=gettext_lazy("Note for staff"), max_length=REASON_MAX, required=False)

    def __init__(self, data: Any = None, *, user: StaffUser, today: dt.date, who: str = "") -> None:
        super().__init__(data, initial={"who": who, "until": today + FIRST_CHOICE})
        self.user = user
        self.today = today
        self.email = self.phone = ""

    def clean_who(self) -> str:
        who: str = self.cleaned_data["who"].strip()
        if _NUMBER.fullmatch(who):
            self._take_reporter(who)
        elif "@" in who:
            validate_email(who)
            self.email = who
        elif len(phone_digits(who)) >= PHONE_LEAST:
            self.phone = who
        else:
            raise ValidationError(_("Write an e-mail address, a phone number or the number of a report."))
        return who

    def clean_until(self) -> dt.date:
        day: dt.date = self.cleaned_data["until"]
        if not self.today < day < self.today + LONGEST:
            raise ValidationError(_("Choose a day after today, within a year."))
        return day

    @property
    def end(self) -> dt.datetime:
        """The last second of the chosen day, in the city's zone."""
        return timezone.make_aware(dt.datetime.combine(self.cleaned_data["until"], LAST_SECOND))

    def _take_reporter(self, number: str) -> None:
        visible = ServiceRequest.objects.visible_to(self.user).filter(number=number).values("pk")
        reporter = Reporter.objects.filter(request__in=visible).first()
        if reporter is None or not (reporter.email or reporter.phone):
            raise ValidationError(_("This report does not exist, or nobody left an address with it."))
        self.email, self.phone = reporter.email, reporter.phone


@require_http_methods(["GET", "HEAD", "POST"])
def bans(request: HttpRequest) -> HttpResponse:
    """``/moderation/bans/``: who is refused, why and until when. Moderators read it, supervisors decide."""
    user = _moderator(request)
    today = timezone.localdate(clock.now())
    if request.method != "POST":
        return _page(request, user, BanForm(user=user, today=today, who=request.GET.get("who", "")[:254]))
    if user.role not in MAY_BAN:
        raise PermissionDenied
    form = BanForm(request.POST, user=user, today=today)
    if not form.is_valid():
        return _page(request, user, form, status=400)
    try:
        ban(
            email=form.email,
            phone=form.phone,
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
            until=form.end,
            by=user,
            now=clock.now(),
        )
    except ActionRefused as refusal:
        form.add_error("who", str(refusal))
        return _page(request, user, form, status=400)
    messages.success(
        request, _("This person cannot send reports online for now. The phone desk sees a mark.")
    )
    return HttpResponseRedirect(reverse("moderation:bans"), status=303)


@require_POST
def lift_ban(request: HttpRequest, pk: int) -> HttpResponse:
    """End a ban before its time."""
    user = _moderator(request)
    found = get_object_or_404(Ban, pk=pk)
    if user.role not in MAY_BAN:
        raise PermissionDenied
    try:
        lift(ban_id=found.pk, by=user, now=clock.now())
    except ActionRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Lifted. This person can send reports online again."))
    return HttpResponseRedirect(reverse("moderation:bans"), status=303)


def _moderator(request: HttpRequest) -> StaffUser:
    user = cast(StaffUser, request.user)
    if not user.may_moderate:
        raise PermissionDenied
    return user


def _page(request: HttpRequest, user: StaffUser, form: BanForm, *, status: int = 200) -> HttpResponse:
    now = clock.now()
    context = {
        "form": form,
        "in_force": bans_in_force(now),
        "ended": bans_ended(now),
        "may_ban": user.role in MAY_BAN,
        "now": now,
    }
    return render(request, "dashboards/moderation/bans.html", context, status=status)
