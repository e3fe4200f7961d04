"""The filters above the public list and map, and the addresses of what was chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django import forms
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civic311.lib.forms import KeptOptions, KeptSelect, LeanSelect
from departments import directory
from requests_app.queries.listing import COUNT_CAP
from requests_app.queries.overview import public_areas, public_categories
from requests_app.queries.wanted import WORDS_MOST, Wanted

Choice = tuple[str, str]
Group = tuple[str, list[Choice]]


class ExploreForm(forms.Form):
    """Kind of problem, area, status and words; its state is the address, read by `Wanted.from_query`."""

    category = forms.ChoiceField(label=gettext_lazy("Kind of problem"), required=False, widget=KeptSelect)
    area = forms.ChoiceField(label=gettext_lazy("Area"), required=False, widget=KeptSelect)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False, widget=LeanSelect)
    q = forms.CharField(
        label=gettext_lazy("Words, street or number"),
        required=False,
        max_length=WORDS_MOST,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, wanted: Wanted, *, with_status: bool) -> None:
        super().__init__(initial=_initial(wanted))
        if with_status:
            _choose(self, "status", [("", _("Open")), ("closed", _("Closed")), ("all", _("Open and closed"))])
        else:
            del self.fields["status"]
        _OPTIONS.give(self)


def _choose(form: forms.Form, name: str, choices: list[Choice | Group]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.widget.choices = choices


_OPTIONS = KeptOptions(
    lambda: {
        "category": [("", _("All kinds")), *_category_groups()],
        "area": [("", _("The whole city")), *_area_groups()],
    }
)


def _initial(wanted: Wanted) -> dict[str, str]:
    area = directory.areas().get(wanted.area_id or 0)
    category = directory.categories().get(wanted.category_id or 0)
    return {
        "status": "" if wanted.status == "open" else wanted.status,
        "category": category.slug if category else "",
        "area": f"{area.kind}:{area.slug}" if area else "",
        "q": wanted.words,
    }


def _category_groups() -> list[Choice | Group]:
    groups: dict[str, list[Choice]] = {}
    for category in public_categories():
        groups.setdefault(category.group.shown_name, []).append((category.slug, category.shown_name))
    return list(groups.items())


def _area_groups() -> list[Choice | Group]:
    return [
        (str(kind.label), [(f"{area.kind}:{area.slug}", area.name) for area in areas])
        for kind, areas in public_areas()
    ]


@dataclass(frozen=True)
class Ways:
    """Addresses that show the same choice another way; ``alerts`` is empty where there are none for it."""

    list: str
    map: str
    feed: str
    alerts: str


def ways(wanted: Wanted) -> Ways:
    """The list, the map, the feed and the alerts of what is chosen."""
    query = wanted.to_query()
    on_map = replace(wanted, status="open", box=None).to_query()
    place = replace(wanted, status="open", box=None, words="")
    watched = place.category_id is not None or place.area_id is not None or place.circle is not None
    return Ways(
        list=_with(reverse("resident:list"), query),
        map=_with(reverse("resident:map"), on_map),
        feed=_with(reverse("resident:feed"), replace(wanted, box=None).to_query()),
        alerts=_with(_alerts(), place.to_query()) if watched else _alerts(),
    )


def _alerts() -> str:
    try:
        return reverse("resident:alerts_new")
    except NoReverseMatch:
        return ""


def _with(path: str, query: str) -> str:
    return f"{path}?{query}" if query and path else path


def chosen_words(wanted: Wanted) -> str:
    """What is chosen, as a heading: "Open reports: Pothole, Canton"."""
    heading = {"open": _("Open reports"), "closed": _("Closed reports"), "all": _("Reports")}[wanted.status]
    parts = []
    if wanted.category_id is not None:
        parts.append(directory.categories()[wanted.category_id].shown_name)
    if wanted.area_id is not None:
        parts.append(directory.areas()[wanted.area_id].name)
    if wanted.words:
        parts.append(f"“{wanted.words}”")
    if not parts:
        return heading
    return _("%(heading)s: %(what)s") % {"heading": heading, "what": ", ".join(parts)}


def count_words(count: int) -> str:
    """The number of reports in words; beyond what is counted, "more than"."""
    if count > COUNT_CAP:
        return _("More than %(n)s reports") % {"n": f"{COUNT_CAP:,}"}
    return ngettext("%(n)s report", "%(n)s reports", count) % {"n": f"{count:,}"}
