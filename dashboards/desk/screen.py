"""The operator's screen: what is known by now about the caller, the problem and the place."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime

from dashboards.desk.forms import DeskForm
from dashboards.models import ContactReveal
from departments.articles import find_articles, transfers
from departments.models import Article, Category, City, StaffUser
from requests_app.models import Call, Reporter, ServiceRequest
from requests_app.models.call import CallOutcome
from requests_app.queries import desk as reads
from requests_app.queries.desk import Caller, KnownRequest
from requests_app.queries.front import offered_categories
from requests_app.resident.finder import Found
from requests_app.resident.page import questions_of
from requests_app.resident.placing import PlaceQuestion, place_of
from requests_app.resident.questions import QuestionsForm
from requests_app.resident.search import best_categories
from requests_app.resident.told import Told, tell

BEST = 3
ARTICLES = 3
TOPICS = 9
REVEALED_KEY = "desk_revealed"
REMEMBERED = 20
EARLIEST_YEAR = 2000
"""Before it a moment of another zone may lie before all time."""
SAME_CALLER_FOR = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class FoundRequest:
    """The request the caller gave the number of. ``is_proven``: shown online, or their number or PIN fits."""

    row: KnownRequest
    is_own: bool
    is_proven: bool
    pin_is_wrong: bool
    department: str


@dataclass
class Screen:
    """One showing of the screen."""

    form: DeskForm
    key: str
    started_at: dt.datetime
    now: dt.datetime
    user: StaffUser
    questions: QuestionsForm = field(default_factory=lambda: QuestionsForm(None))
    question: PlaceQuestion = field(default_factory=PlaceQuestion)
    found: Found = field(default_factory=lambda: Found(""))
    told: Told = field(default_factory=Told)
    answers: tuple[Any, ...] = ()
    outside_ok: bool = False
    caller: Caller | None = None
    asked: FoundRequest | None = None
    problem: str = ""

    def context(self) -> dict[str, Any]:
        """The template's values."""
        form = self.form
        words = str(form["description"].value() or "").strip()
        chosen = str(form["category"].value() or "")
        top = best_categories(words, offered_categories(), BEST) if words else []
        category = self.told.category
        if category is not None and all(one.pk != category.pk for one in top):
            top = [*top[: BEST - 1], category]
        today = timezone.localdate(self.now)
        return {
            "screen": self,
            "form": form,
            "questions": self.questions,
            "question": self.question,
            "told": self.told,
            "key": self.key,
            "started_at": self.started_at,
            "now": self.now,
            "chosen": chosen,
            "top": top,
            "groups": every_kind(chosen),
            "script": category.desk_script_in(form.spoken) if category else {},
            "nearby": self._nearby(),
            "articles": _articles(words, category, today),
            "topics": topics(today),
            "transfers": transfers(self.now),
            "caller": self.caller,
            "asked": self.asked,
            "outside_ok": self.outside_ok,
            "problem": self.problem,
            "calls_today": reads.calls_today(self.user, midnight(self.now)),
            "waiting": reads.follow_ups(self.user, everybody=False).count(),
            "bounds": City.current().bounds,
        }

    def _nearby(self) -> Sequence[KnownRequest]:
        found = self.found
        if found.latitude is None or found.longitude is None or found.choices:
            return ()
        category = self.told.category
        return reads.open_nearby(
            user=self.user,
            latitude=found.latitude,
            longitude=found.longitude,
            category_id=category.pk if category else None,
        )


def screen_of(post: QueryDict, *, user: StaffUser, now: dt.datetime, judged: bool) -> Screen:
    """The screen as it was sent; ``judged``: the questions count, otherwise the operator is still listening.

    With ``auto`` the kind that fits the words best is taken as long as none is chosen: writes it to ``post``.
    """
    if post.get("other"):
        post["category"] = str(post["other"])
    if post.get("auto") and not post.get("category"):
        best = best_categories(str(post.get("description", "")), offered_categories(), 1)
        post["category"] = best[0].slug if best else ""
    form = DeskForm(post, user=user)
    form.is_valid()
    screen = Screen(form, call_key(post.get("key", "")), started(post.get("started", ""), now), now, user)
    screen.outside_ok = post.get("outside_ok") == "on"
    screen.found, screen.question = place_of(form, post, (), gently=not judged)
    with translation.override(form.spoken):
        category = form.chosen_category
        seen = frozenset({f"questions:{category.slug}"} if category and judged else ())
        screen.questions, screen.answers = questions_of(category, post, seen, only_looking=not judged)
        screen.told = tell(
            category=category,
            found=screen.found,
            description=str(form.cleaned_data.get("description", "")),
            place_note=str(form.cleaned_data.get("place_note", "")),
            questions=screen.questions,
            answers=screen.answers,
            now=now,
        )
    return screen


def look_up_caller(
    phone: str, *, key: str, user: StaffUser, session: SessionBase, now: dt.datetime
) -> Caller | None:
    """What is known about the number; the look at the newest contact details is written down, once for each call."""
    found = reads.caller(phone, user=user, now=now)
    if found is None or not found.requests:
        return found
    newest = found.requests[0].id
    mark = f"{key}:{newest}"
    seen = [str(each) for each in session.get(REVEALED_KEY, [])]
    if mark not in seen:
        session[REVEALED_KEY] = [*seen[-REMEMBERED:], mark]
        ContactReveal.objects.create(request_id=newest, user=user, revealed_at=now)
    return found


def same_caller(user: StaffUser, call_id: str, now: dt.datetime) -> dict[str, Any]:
    """What the new screen begins with for the caller of that call of one's own; empty when it was too long ago.

    Who called is read again from the request the call became: nothing of it is kept in the session. After other calls
    only the language and the way they came are known.
    """
    if not call_id.isascii() or not call_id.isdigit() or len(call_id) > 18:
        return {}
    recent = Call.objects.filter(operator=user, ended_at__gte=now - SAME_CALLER_FOR)
    call = recent.filter(pk=int(call_id)).first()
    if call is None:
        return {}
    begin = {"channel": call.channel, "language": call.language, "interpreter": call.interpreter}
    made = call.outcome == CallOutcome.REPORT
    reporter = Reporter.objects.filter(request=call.request_id).first() if made else None
    if reporter is None:
        return begin | {"updates": True}
    return begin | {
        "phone": reporter.phone,
        "name": reporter.name,
        "email": reporter.email,
        "updates": reporter.wants_updates,
    }


def found_request(row: ServiceRequest, *, phone: str, is_own: bool, pin_fits: bool | None) -> FoundRequest:
    """The request of a number the caller gave, and whether the caller may hear more than the public page says."""
    owner = row.department or row.partner
    return FoundRequest(
        row=reads.known(row),
        is_own=is_own or pin_fits is True,
        is_proven=row.is_public or is_own or pin_fits is True,
        pin_is_wrong=pin_fits is False,
        department=owner.name if owner else "",
    )


def call_key(given: str) -> str:
    """The key a screen sent back, or a new one where it is missing or no UUID."""
    try:
        return str(uuid.UUID(given))
    except ValueError:
        return str(uuid.uuid4())


def started(given: str, now: dt.datetime) -> dt.datetime:
    """When the call began, as the screen says; now where that cannot be."""
    try:
        begun = parse_datetime(given)
    except ValueError:
        begun = None
    is_known = begun is not None and timezone.is_aware(begun) and begun.year >= EARLIEST_YEAR
    return begun if is_known and begun is not None and begun <= now else now


def midnight(now: dt.datetime) -> dt.datetime:
    """The last midnight in the city's zone."""
    return timezone.make_aware(dt.datetime.combine(timezone.localdate(now), dt.time.min))


def topics(today: dt.date) -> list[str]:
    """What information is asked for: the topics of public articles in force, those of most articles first."""
    counted: dict[str, int] = {}
    for topic in Article.objects.current(today).filter(is_public=True).values_list("topic", flat=True):
        counted[topic] = counted.get(topic, 0) + 1
    return sorted(counted, key=lambda topic: (-counted[topic], topic))[:TOPICS]


def _articles(words: str, category: Category | None, today: dt.date) -> list[Article]:
    """What the knowledge base says about it; an article that is past its day is not served."""
    current = Article.objects.current(today)
    found = list(find_articles(words, rows=current)[:ARTICLES]) if words else []
    if category is not None:
        own = [one for one in current.filter(category=category)[:1] if one not in found]
        found = (own + found)[:ARTICLES]
    return found


def every_kind(chosen: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Every active kind under its group, for the long list."""
    groups: dict[str, list[tuple[str, str, bool]]] = {}
    for category in (
        Category.objects.active()
        .select_related("group")
        .order_by("group__position", "group__name", "position", "name")
    ):
        groups.setdefault(category.group.name, []).append(
            (category.slug, category.name, category.slug == chosen)
        )
    return list(groups.items())
