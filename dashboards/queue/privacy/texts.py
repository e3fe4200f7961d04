"""Hiding words: named line by line, with a look at what will stand there before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from civic311.lib import clock
from dashboards.queue.privacy.common import back_to, drawn, reached, seen_version
from requests_app.actions import ActionRefused, Actor, StaleRequest, redact_text
from requests_app.actions.hiding import PHRASE_MAX, PHRASE_MIN, PHRASES_MAX, Phrases, Text
from requests_app.actions.wording import texts_of
from requests_app.models import ServiceRequest

PHRASES_TEXT_MAX = PHRASES_MAX * (PHRASE_MAX + 2)


@dataclass(frozen=True)
class Shown:
    """A text of the request as the page shows it: now, and with the words hidden."""

    where: str
    words: str
    after: str
    count: int


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, number: str) -> HttpResponse:
    """``/queue/<number>/text/``: every text of the request, and a field for what must not be read."""
    user, target = reached(request, number, "redact_text")
    if request.method != "POST":
        return _page(request, target, Phrases(()))
    seen = seen_version(request)
    phrases, problems = _read(request.POST.get("phrases", ""))
    if "preview" not in request.POST and not request.POST.get("reason", "").strip():
        problems.append(_("Say why. Staff read it in the history."))
    if problems:
        return _page(request, target, phrases if phrases.are_few else Phrases(()), problems, status=400)
    if seen != target.version:
        return _page(request, target, phrases, seen=seen)
    if "preview" in request.POST:
        return _page(request, target, phrases, looked=True)
    try:
        event = redact_text(
            request_id=target.pk,
            version=seen,
            phrases=phrases,
            reason=request.POST.get("reason", ""),
            by=Actor.staff(user),
            now=clock.now(),
        )
    except StaleRequest:
        _user, target = reached(request, number, "redact_text")
        return _page(request, target, phrases, seen=seen)
    except ActionRefused as refusal:
        return _page(request, target, phrases, [str(refusal)], status=400)
    count = event.data["texts"]
    done = ngettext("The words are hidden in %(n)s text.", "The words are hidden in %(n)s texts.", count)
    messages.success(request, done % {"n": count})
    return back_to(target)


def _read(typed: str) -> tuple[Phrases, list[str]]:
    """The phrases, and what is wrong with them."""
    if len(typed) > PHRASES_TEXT_MAX:
        return Phrases(()), [_("That is too much at once: %(n)s lines at most.") % {"n": PHRASES_MAX}]
    phrases = Phrases.of(typed.replace("\x00", ""))
    if not phrases.wanted:
        return phrases, [_("Write the words that must not be read, one phrase a line.")]
    if not phrases.are_few:
        return phrases, [_("That is too much at once: %(n)s lines at most.") % {"n": PHRASES_MAX}]
    if phrases.unfit:
        words = _("A line has %(least)s to %(most)s characters: “%(line)s”.")
        return phrases, [
            words % {"least": PHRASE_MIN, "most": PHRASE_MAX, "line": line[:60]} for line in phrases.unfit
        ]
    return phrases, []


def _page(
    request: HttpRequest,
    target: ServiceRequest,
    phrases: Phrases,
    problems: list[str] | None = None,
    *,
    looked: bool = False,
    seen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    texts = [_shown(found, phrases) for found in texts_of(target)]
    context = {
        "texts": texts,
        "problems": problems or [],
        "looked": looked,
        "hits": sum(found.count for found in texts),
        "phrases": request.POST.get("phrases", "")[:PHRASES_TEXT_MAX],
        "reason": request.POST.get("reason", "")[:1_000],
    }
    return drawn(request, "text", target, context, move="redact_text", seen=seen, status=status)


def _shown(found: Text, phrases: Phrases) -> Shown:
    return Shown(
        where=found.label or str(found.place.label),
        words=found.words,
        after=phrases.hide(found.words),
        count=phrases.count(found.words),
    )
