"""Texts to begin an answer with: which blanks they may have, and writing them down."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from departments.models import Category, Department, ReplyTemplate, StaffUser
from departments.roles import Role
from requests_app.actions.errors import ActionRefused
from requests_app.workflow import Outcome

PLACEHOLDERS = ("number", "category", "address", "department", "date", "case_number", "city", "phone")
"""Blanks of a template: ``{number}`` and so on. The address is the one the public reads."""
WRITERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_BLANK = re.compile(r"\{([^{}\n]{0,40})\}")
SLUG_MAX = 80


def blanks(text: str) -> list[str]:
    """What stands in curly brackets, once each, in order."""
    return list(dict.fromkeys(_BLANK.findall(text)))


def fill(text: str, values: dict[str, str]) -> tuple[str, list[str]]:
    """The text with the blanks filled in that have a value, and the names of those that stay open."""
    filled = _BLANK.sub(lambda match: values.get(match.group(1)) or match.group(), text)
    return filled, [name for name in blanks(filled) if name in PLACEHOLDERS]


@dataclass(frozen=True)
class ReplyDraft:
    """A template as it was typed."""

    name: str
    language: str
    text: str
    outcome: str = ""
    category: Category | None = None
    department: Department | None = None
    position: int = 0
    is_active: bool = True


class ReplyChanged(ActionRefused):
    """Somebody wrote this template after the screen was drawn. Nothing was overwritten."""

    def __init__(self, template: ReplyTemplate) -> None:
        self.template = template
        super().__init__(_("Somebody changed this template while you had it open."))


def mark_of(template: ReplyTemplate) -> str:
    """A short mark of what a template says; a screen with an older one is stale."""
    parts = (
        template.name,
        template.language,
        template.text,
        template.outcome,
        template.category_id,
        template.department_id,
        template.position,
        template.is_active,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@transaction.atomic
def save_reply(
    *, draft: ReplyDraft, by: StaffUser, template_id: int | None = None, seen: str = ""
) -> ReplyTemplate:
    """Write a new template, or change one; ``seen`` is the `mark_of` the screen was drawn with.

    Raises `ActionRefused` for people who may not, an empty text, an outcome there is not, and blanks nobody could fill;
    `ReplyChanged` when the screen was overtaken.
    """
    if by.role not in WRITERS:
        raise ActionRefused(_("Supervisors and administrators write templates."))
    if not draft.name.strip() or not draft.text.strip():
        raise ActionRefused(_("A template has a name and a text."))
    if draft.outcome and draft.outcome not in Outcome.values:
        raise ActionRefused(_("This outcome does not exist."))
    wrong = [name for name in blanks(draft.text) if name not in PLACEHOLDERS]
    if wrong:
        raise ActionRefused(
            _("There is no blank {%(wrong)s}. There are: %(names)s.")
            % {"wrong": wrong[0], "names": ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)}
        )
    if template_id is None:
        template = ReplyTemplate(slug=_free_slug(draft))
    else:
        template = ReplyTemplate.objects.select_for_update(of=("self",)).get(pk=template_id)
        if mark_of(template) != seen:
            raise ReplyChanged(template)
        if _is_taken(template.slug, draft.language, but=template.pk):
            raise ActionRefused(_("This template exists in this language already."))
    for field in ("name", "language", "text", "outcome", "category", "department", "position", "is_active"):
        value = getattr(draft, field)
        setattr(template, field, value.strip() if isinstance(value, str) else value)
    template.save()
    return template


def _free_slug(draft: ReplyDraft) -> str:
    base = slugify(draft.name)[: SLUG_MAX - 4] or "reply"
    slug, number = base, 2
    while _is_taken(slug, draft.language):
        slug, number = f"{base}-{number}", number + 1
    return slug


def _is_taken(slug: str, language: str, *, but: int | None = None) -> bool:
    rows = ReplyTemplate.objects.filter(slug=slug, language=language)
    return rows.exclude(pk=but).exists() if but else rows.exists()
