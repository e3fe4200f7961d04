"""What the select boxes of the queue offer; read from the catalogue at most once in ten seconds per process."""

from dataclasses import dataclass
from hashlib import sha256

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from civic311.lib.cached import cached
from departments.kinds import AreaKind
from departments.models import Area, Category, Department, Partner

Choice = tuple[str, str]
Group = tuple[str, list[Choice]]


@dataclass(frozen=True)
class Catalogue:
    """Names by id, in the order they are shown. Retired entries stay, because old requests have them."""

    departments: tuple[tuple[int, str, bool, str], ...]
    categories: tuple[tuple[int, str, str, bool], ...]
    areas: tuple[tuple[int, str, str], ...]
    partners: tuple[tuple[int, str, bool], ...]

    @cached_property
    def digest(self) -> str:
        """The whole catalogue in short: what is drawn from it is drawn anew when this changes."""
        return sha256(repr(self).encode()).hexdigest()

    @cached_property
    def category_names(self) -> dict[int, str]:
        return {pk: name for pk, name, _group, _active in self.categories}

    @cached_property
    def area_names(self) -> dict[int, str]:
        return {pk: name for pk, name, _kind in self.areas}

    @cached_property
    def owner_names(self) -> dict[int, str]:
        """Short names of departments."""
        return {pk: short for pk, _name, _active, short in self.departments}

    @cached_property
    def partner_names(self) -> dict[int, str]:
        return {pk: name for pk, name, _active in self.partners}


@cached(seconds=10)
def catalogue() -> Catalogue:
    """Departments, categories with their group, areas with their kind, partners."""
    return Catalogue(
        departments=tuple(
            Department.objects.order_by("name").values_list("pk", "name", "is_active", "short_name")
        ),
        categories=tuple(
            Category.objects.order_by("group__position", "group__name", "position", "name").values_list(
                "pk", "name", "group__name", "is_active"
            )
        ),
        areas=tuple(
            sorted(
                Area.objects.own().values_list("pk", "name", "kind"),
                key=lambda row: (row[2], _natural(row[1])),
            )
        ),
        partners=tuple(Partner.objects.order_by("name").values_list("pk", "name", "is_active")),
    )


def department_choices(visible: frozenset[int] | None, *, retired: bool = True) -> list[Choice]:
    """Departments by name; ``visible`` limits them (None: all). Abolished ones say so."""
    return [
        (str(pk), name if is_active else _("%(name)s (retired)") % {"name": name})
        for pk, name, is_active, _short in catalogue().departments
        if (visible is None or pk in visible) and (is_active or retired)
    ]


def category_choices(*, retired: bool = True) -> list[Group]:
    """Categories under the names of their groups; retired ones in a last group of their own."""
    groups: dict[str, list[Choice]] = {}
    gone: list[Choice] = []
    for pk, name, group, is_active in catalogue().categories:
        if is_active:
            groups.setdefault(group, []).append((str(pk), name))
        else:
            gone.append((str(pk), name))
    result = list(groups.items())
    if retired and gone:
        result.append((_("Retired"), gone))
    return result


def area_choices() -> list[Group]:
    """Areas under the names of their kinds, districts in the order of their numbers."""
    groups: dict[str, list[Choice]] = {}
    for pk, name, kind in catalogue().areas:
        groups.setdefault(kind, []).append((str(pk), name))
    return [(str(AreaKind(kind).label), areas) for kind, areas in groups.items()]


def partner_choices() -> list[Choice]:
    """Active partners by name."""
    return [(str(pk), name) for pk, name, is_active in catalogue().partners if is_active]


def _natural(name: str) -> tuple[str, int, str]:
    """Sort "District 2" before "District 10"."""
    words = name.rstrip("0123456789")
    digits = name[len(words) :]
    return (words, int(digits) if digits else -1, name)
