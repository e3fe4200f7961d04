"""Views somebody keeps: shown above the list, counted when the page is there, changed on a page of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from civic311.lib import clock
from dashboards.models import SavedView
from dashboards.queue.list.habits import View, keep_view, shares, views_for
from dashboards.queue.list.state import Moment, lasting, query_of, read
from dashboards.queue.presenters import count_words
from departments.models import StaffUser
from requests_app.actions import ActionRefused
from requests_app.queries.worklists import capped_count

SHOWN = 12
COUNTED = 12
QUERY_MAX = 2_000
NAME_MAX = 60


@dataclass(frozen=True)
class ShownView:
    """A kept view as a link; ``whose`` names who shares it."""

    pk: int
    name: str
    href: str
    is_current: bool
    whose: str = ""
    count: str = ""
    shared_with: str = ""
    share: str = ""
    problems: str = ""


def shown_views(user: StaffUser, current: str, *, most: int = SHOWN) -> list[ShownView]:
    """The kept views above the list, without counts: the page asks for those when it stands."""
    return [_shown(view, user, current) for view in views_for(user)[:most]]


def _shown(view: View, user: StaffUser, current: str) -> ShownView:
    query = lasting(QueryDict(view.query))
    share = "all" if view.is_shared else str(view.department_id or "")
    return ShownView(
        pk=view.pk,
        name=view.name,
        href=f"{reverse('queue:list')}?{query}&saved={view.pk}" if query else reverse("queue:list"),
        is_current=query == current,
        whose="" if view.owner_id == user.pk else view.owner,
        shared_with=_("Everybody on the staff") if view.is_shared else view.department or "",
        share=share,
    )


@require_safe
def counted(request: HttpRequest) -> HttpResponse:
    """The kept views with how much each holds: what the list's page asks for when it stands."""
    user = cast(StaffUser, request.user)
    views = _counted(user, query_of(request.GET), most=COUNTED)
    return render(request, "dashboards/queue/list/_saved.html", {"views": views})


def _counted(user: StaffUser, current: str, *, most: int | None = None) -> list[ShownView]:
    moment = Moment(clock.now())
    result = []
    for view in views_for(user)[:most]:
        wanted = read(user, QueryDict(lasting(QueryDict(view.query))), moment)
        shown = _shown(view, user, current)
        count = count_words(capped_count(wanted.filters.qs))
        result.append(ShownView(**{**vars(shown), "count": count, "problems": ", ".join(wanted.problems)}))
    return result


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """``/queue/views/``: somebody's own views to rename, share, order and delete, and those of others."""
    user = cast(StaffUser, request.user)
    return _page(request, user)


def _page(request: HttpRequest, user: StaffUser, *, problem: str = "", status: int = 200) -> HttpResponse:
    views = _counted(user, "-")
    context = {
        "own": [view for view in views if not view.whose],
        "others": [view for view in views if view.whose],
        "shares": shares(user),
        "problem": problem,
    }
    return render(request, "dashboards/queue/list/views.html", context, status=status)


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Keep the list somebody looks at under a name."""
    user = cast(StaffUser, request.user)
    query = lasting(QueryDict(request.POST.get("query", "")[:QUERY_MAX]))
    if len(query) > QUERY_MAX:
        return _page(request, user, problem=_("This list has too many words to keep."), status=400)
    return _kept(request, user, query=query)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share, move or delete a view of one's own; 404 for those of others."""
    user = cast(StaffUser, request.user)
    view = SavedView.objects.filter(owner=user, pk=pk).first()
    if view is None:
        raise Http404
    if "delete" in request.POST:
        view.delete()
        messages.success(request, _("The view is deleted."))
        return _see(reverse("queue:views"))
    position = request.POST.get("position", "0")
    view.position = min(int(position[:4]), 999) if position.isascii() and position.isdigit() else 0
    return _kept(request, user, query=view.query, view=view)


def _kept(
    request: HttpRequest, user: StaffUser, *, query: str, view: SavedView | None = None
) -> HttpResponse:
    name = request.POST.get("name", "")
    if len(name) > NAME_MAX:
        return _page(request, user, problem=_("The name is too long: 60 characters at most."), status=400)
    try:
        kept = keep_view(
            user=user,
            name=name,
            query=query,
            share=request.POST.get("share", ""),
            now=clock.now(),
            view=view,
        )
    except ActionRefused as refusal:
        return _page(request, user, problem=str(refusal), status=400)
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": kept.name})
    return _see(reverse("queue:views") if view else f"{reverse('queue:list')}?{kept.query}")


def _see(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
