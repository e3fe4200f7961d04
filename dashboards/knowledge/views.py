"""``/knowledge/``: what operators look up, and how it is written."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic311.lib import clock
from dashboards.desk.roles import SUPERVISES as EDITORS
from dashboards.desk.views import operator_of
from dashboards.knowledge.forms import ArticleForm, FeedbackForm
from departments.articles import (
    ArticleChanged,
    find_articles,
    opinions,
    referral_list,
    say_helped,
    write_article,
)
from departments.models import Article, StaffUser
from departments.models.desk import ArticleQuerySet

PAGE_SIZE = 30
TEXT_MAX = 200
RESERVED = frozenset({"new"})


def _editor(request: HttpRequest) -> StaffUser:
    user = cast(StaffUser, request.user)
    if user.role not in EDITORS:
        raise PermissionDenied
    return user


def _readable(user: StaffUser) -> ArticleQuerySet:
    """What the person may open: editors see what is retired too."""
    rows = Article.objects.select_related("category", "updated_by")
    return rows if user.role in EDITORS else rows.filter(is_active=True)


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """Search and browse; what is past its day is marked, and listed for editors only."""
    user, now = operator_of(request), clock.now()
    today = timezone.localdate(now)
    text = request.GET.get("q", "")[:TEXT_MAX]
    rows = _readable(user)
    if user.role not in EDITORS:
        rows = rows.current(today)
    elif request.GET.get("show") == "expired":
        rows = rows.filter(Q(valid_until__lt=today) | Q(is_active=False))
    page = Paginator(find_articles(text, rows=rows), PAGE_SIZE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    told = opinions(found)
    context = {
        "page": page,
        "rows": [(row, _state(row, today), told.get(row.pk, (0, 0))) for row in found],
        "text": text,
        "show": request.GET.get("show", ""),
        "may_edit": user.role in EDITORS,
    }
    return render(request, "dashboards/knowledge/list.html", context)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article with its script."""
    user, now = operator_of(request), clock.now()
    row = get_object_or_404(_readable(user), slug=slug)
    return _page(request, row, user, FeedbackForm(), now)


@require_POST
def feedback(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether it helped, once a day and person."""
    user, now = operator_of(request), clock.now()
    row = get_object_or_404(_readable(user), slug=slug)
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        if form.has_error("helped"):
            raise BadRequest("helped")
        return _page(request, row, user, form, now, status=400)
    first = say_helped(
        article=row,
        helped=form.cleaned_data["helped"] == "yes",
        comment=form.cleaned_data["comment"],
        reader=f"staff:{user.pk}",
        today=timezone.localdate(now),
        from_desk=True,
    )
    messages.success(request, _("Thank you.") if first else _("You told us today already. Thank you."))
    return _see_other(reverse("knowledge:article", args=[slug]))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new article."""
    user = _editor(request)
    form = ArticleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        slug = _free_slug(form.cleaned_data["title"])
        write_article(article_id=None, slug=slug, draft=form.draft(), seen=None, by=user, now=clock.now())
        messages.success(request, _("The article is saved."))
        return _see_other(reverse("knowledge:article", args=[slug]))
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change an article. A stale screen is answered with what somebody else wrote; nothing typed is lost."""
    user = _editor(request)
    row = get_object_or_404(_readable(user), slug=slug)
    form = ArticleForm(request.POST if request.method == "POST" else None, article=row)
    if form.is_bound and form.is_valid():
        try:
            write_article(
                article_id=row.pk,
                slug=slug,
                draft=form.draft(),
                seen=_seen(form.cleaned_data["seen"]),
                by=user,
                now=clock.now(),
            )
        except ArticleChanged as conflict:
            again = request.POST.copy()
            again["seen"] = conflict.article.updated_at.isoformat()
            form.data = again
            return _form_page(request, form, conflict.article, status=409, stale=True)
        messages.success(request, _("The article is saved."))
        return _see_other(reverse("knowledge:article", args=[slug]))
    return _form_page(request, form, row)


def _state(row: Article, today: dt.date) -> str:
    """What is wrong with serving it; empty for nothing."""
    if not row.is_active:
        return _("Retired")
    if row.valid_until is not None and row.valid_until < today:
        return _("Expired")
    return ""


def _page(
    request: HttpRequest,
    row: Article,
    user: StaffUser,
    form: FeedbackForm,
    now: dt.datetime,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "article": row,
        "state": _state(row, timezone.localdate(now)),
        "referrals": referral_list(row.referrals),
        "opinion": opinions([row]).get(row.pk, (0, 0)),
        "comments": list(row.feedback.exclude(comment="").order_by("-pk")[:10])
        if user.role in EDITORS
        else [],
        "form": form,
        "may_edit": user.role in EDITORS,
        "now": now,
    }
    return render(request, "dashboards/knowledge/article.html", context, status=status)


def _form_page(
    request: HttpRequest, form: ArticleForm, row: Article | None, *, status: int = 200, stale: bool = False
) -> HttpResponse:
    if status == 200 and form.is_bound and form.errors:
        status = 400
    return render(
        request,
        "dashboards/knowledge/form.html",
        {"form": form, "article": row, "stale": stale},
        status=status,
    )


def _free_slug(title: str) -> str:
    base = slugify(title)[:70] or "article"
    taken = set(Article.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED
    return next(
        slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )


def _seen(text: str) -> dt.datetime | None:
    """When the screen says the article was last changed; None for anything else, which counts as stale."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _see_other(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)
