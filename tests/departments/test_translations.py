"""Texts of a pack in other languages: read with file and line, loaded, and complete in the packs that ship."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from departments.loading.load import load_pack
from departments.models import Category, CategoryGroup, City, Department, Partner
from departments.packs import PackError, bundled_packs, read_pack
from tests.departments.tiny_pack import SLUG, make_tiny_pack

SPANISH = """table,slug,field,text
city,tinytown,full_name,Ciudad de Tinytown
department,streets,name,Departamento de Calles
group,roads,name,Calles y aceras
category,pothole,name,Bache
category,pothole,description,Un hoyo en la calle.
category,street-light,name,Luz de la calle
category,missed-trash,name,No recogieron la basura
category,question,name,Pregunta
partner,power,name,Compañía de luz
partner,power,owns,Cables y postes.
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = make_tiny_pack(tmp_path)
    write(folder, SPANISH)
    return folder


def write(folder: Path, text: str, language: str = "es") -> None:
    (folder / "translations").mkdir(exist_ok=True)
    (folder / "translations" / f"{language}.csv").write_text(text, encoding="utf-8")


@pytest.mark.django_db
def test_what_residents_read_is_loaded(pack: Path) -> None:
    assert not load_pack(pack, city_slug=SLUG).notes[1:], "the calendar's note alone"
    city, pothole = City.current(), Category.objects.get(slug="pothole")
    assert pothole.shown_name == "Pothole"
    with translation.override("es"):
        assert pothole.shown_name == "Bache"
        assert pothole.in_language("description") == "Un hoyo en la calle."
        assert pothole.group.shown_name == "Calles y aceras"
        assert CategoryGroup.objects.get(slug="home").shown_name == "Trash and recycling"
        assert Department.objects.get(slug="streets").shown_name == "Departamento de Calles"
        assert Partner.objects.get().in_language("owns") == "Cables y postes."
        assert city.shown_full_name == "Ciudad de Tinytown"
        assert city.shown_hours == "Todos los días de 6 a.m. a 10 p.m."
        assert city.shown_emergency == "¿Hay peligro para la vida? Llame al 911."
    with translation.override("es-mx"):
        assert pothole.shown_name == "Bache"


@pytest.mark.django_db
def test_a_changed_translation_is_a_changed_pack(pack: Path) -> None:
    load_pack(pack, city_slug=SLUG)
    write(pack, SPANISH.replace("Bache", "Hoyo"))
    report = load_pack(pack, city_slug=SLUG)
    assert (report.unchanged, report.tables["categories"].changed) == (False, 1)
    assert load_pack(pack, city_slug=SLUG, force=True).tables["categories"].changed == 0


def test_missing_names_are_noted_not_refused(pack: Path) -> None:
    write(pack, SPANISH.replace("category,question,name,Pregunta\n", ""))
    assert read_pack(pack).notes == (
        "translations/es.csv: 1 category (question) without a name in this language; English is shown",
    )
    (pack / "translations" / "es.csv").unlink()
    assert "4 categories" in read_pack(pack).notes[0]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("street,pothole,name,Bache", "translations/es.csv:12: table 'street' is not one of"),
        ("category,potholes,name,Bache", "translations/es.csv:12: category 'potholes' does not exist"),
        ("category,pothole,names,Bache", "translations/es.csv:12: field 'names' is not one of"),
        (
            "category,pothole,name,Bache",
            "translations/es.csv:12: name of category 'pothole' stands here a second",
        ),
        ("category,pothole,photo_hint,", "translations/es.csv:12: text is empty"),
        ("category,pothole,photo_hint," + "x" * 201, "translations/es.csv:12: the text has 201 characters"),
        ("category,pothole,photo_hint,¡Cuidado!", "translations/es.csv:12: no exclamation marks"),
        ("category,pothole,name", "translations/es.csv:12: the row has 3 cells"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(pack: Path, row: str, message: str) -> None:
    write(pack, SPANISH + row + "\n")
    with pytest.raises(PackError) as error:
        read_pack(pack)
    assert message in str(error.value)


def test_a_file_of_another_language(pack: Path) -> None:
    write(pack, "table,slug,field,text\n", language="fr")
    with pytest.raises(PackError, match=r"translations/fr.csv: the file belongs to no language of the city"):
        read_pack(pack)


@pytest.mark.parametrize("name", sorted(bundled_packs()))
def test_bundled_packs_are_complete_in_spanish(name: str) -> None:
    pack = read_pack(bundled_packs()[name], with_places=False)
    assert not pack.notes
    missing = []
    for category in pack.categories:
        texts = pack.translated("category", category.slug).get("es", {})
        wanted = ["name", "description", *(["photo_hint"] if category.photo_hint else [])]
        missing += [f"{category.slug}.{field}" for field in wanted if not texts.get(field)]
    for table, items in (
        ("department", pack.departments),
        ("group", pack.groups),
        ("partner", pack.partners),
    ):
        missing += [
            f"{table} {item.slug}"
            for item in items
            if not pack.translated(table, item.slug).get("es", {}).get("name")
        ]
    missing += [
        f"{item.slug}.owns"
        for item in pack.partners
        if not pack.translated("partner", item.slug).get("es", {}).get("owns")
    ]
    assert missing == []
