"""Service notices of the invented history: one that is in force, one that comes, one that is past."""

import datetime as dt

from departments.kinds import Kind
from departments.models import Area, Category, ServiceNotice

DAY = dt.timedelta(days=1)


def write_notices(until: dt.datetime) -> None:
    """Write them around the last instant of the history, for the city's first collection and repair categories."""
    collected = list(
        Category.objects.active().filter(kind=Kind.COLLECT).order_by("group__position", "position")[:2]
    )
    repaired = list(
        Category.objects.active().filter(kind=Kind.REPAIR).order_by("group__position", "position")[:1]
    )
    areas = list(Area.objects.own().order_by("kind", "id")[:2])
    _write(
        until - DAY,
        until + 6 * DAY,
        "Collection is one day late this week",
        "A truck broke down. Leave your cans out: we come one day later than usual. You need not report it.",
        "La recolección se retrasa un día esta semana",
        "Se averió un camión. Deje sus botes afuera: pasamos un día más tarde. No hace falta reportarlo.",
        collected,
        areas,
    )
    _write(
        until + 4 * DAY,
        until + 9 * DAY,
        "Less staff over the holiday",
        "Crews work on urgent reports only from Thursday to Sunday. All others follow on Monday.",
        "Menos personal durante el feriado",
        "De jueves a domingo las cuadrillas atienden solo reportes urgentes. Los demás siguen el lunes.",
        repaired,
        [],
    )
    _write(
        until - 40 * DAY,
        until - 36 * DAY,
        "Heavy rain",
        "After the storm we clear blocked drains first. Other work takes longer this week.",
        "Lluvias intensas",
        "Después de la tormenta limpiamos primero los desagües tapados. Lo demás tarda más esta semana.",
        [],
        [],
    )


def _write(
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    title: str,
    text: str,
    title_es: str,
    text_es: str,
    categories: list[Category],
    areas: list[Area],
) -> None:
    notice = ServiceNotice.objects.create(
        title=title,
        text=text,
        translations={"es": {"title": title_es, "text": text_es}},
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=starts_at,
        updated_at=starts_at,
    )
    notice.categories.set(categories)
    notice.areas.set(areas)
