"""Threat 15: rights are read at every request. The matrix of roles, addresses and methods is `tests.test_access_matrix`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from departments.models import Membership, StaffUser
from departments.roles import Role
from requests_app.actions import Actor, reroute
from tests import makers, test_access_matrix
from tests.security import world
from tests.security.addresses import addresses

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def test_the_matrix_covers_everything() -> None:
    """Every address that is not the administration's, every role, a stranger and another department."""
    rows = set(test_access_matrix.ROWS)
    assert {each.route for each in addresses() if not each.route.startswith("admin/")} <= rows
    assert set(test_access_matrix.PEOPLE) >= {role.value for role in Role} | {
        test_access_matrix.STRANGER,
        test_access_matrix.OTHER,
    }


def test_a_transfer_of_a_request_counts_at_the_next_click(
    city: makers.SmallCity, dispatcher: StaffUser, other_dispatcher: StaffUser
) -> None:
    filed = world.file_report(photos=[world.picture()])
    before, after = world.client_of(dispatcher), world.client_of(other_dispatcher)
    urls = [f"/queue/{filed.request.number}/", f"/photos/{filed.photos[0].public_id}/small.jpg"]
    assert [before.get(url).status_code for url in urls] == [200, 200]
    assert [after.get(url).status_code for url in urls] == [404, 404]
    reroute(
        request_id=filed.request.pk, version=None, department=city.waste, reason="Theirs",
        by=Actor.staff(dispatcher), now=filed.request.created_at,
    )  # fmt: skip
    assert [before.get(url).status_code for url in urls] == [404, 404]
    assert [after.get(url).status_code for url in urls] == [200, 200]
    assert before.post(urls[0] + "do/start/", {"version": 2}).status_code == 404


def test_a_transfer_of_a_person_counts_at_the_next_click(
    city: makers.SmallCity, dispatcher: StaffUser
) -> None:
    number = world.file_report().request.number
    client = world.client_of(dispatcher)
    assert client.get(f"/queue/{number}/").status_code == 200
    Membership.objects.filter(user=dispatcher).update(department=city.waste)
    assert client.get(f"/queue/{number}/").status_code == 404
    assert number not in client.get("/queue/").content.decode()
    Membership.objects.filter(user=dispatcher).update(department=city.streets)
    StaffUser.objects.filter(pk=dispatcher.pk).update(role=Role.MANAGER)
    assert client.post(f"/queue/{number}/do/start/", {"version": 1}).status_code == 403
    StaffUser.objects.filter(pk=dispatcher.pk).update(is_active=False)
    assert client.get(f"/queue/{number}/").status_code == 302


def test_a_person_without_a_department_sees_only_what_no_rule_could_route(city: makers.SmallCity) -> None:
    number = world.file_report().request.number
    client = world.client_of(makers.staff("dispatcher"))
    assert client.get(f"/queue/{number}/").status_code == 404
    assert number not in client.get("/queue/").content.decode()


def test_staff_screens_load_requests_through_one_gate() -> None:
    """No staff view asks the table of requests by itself: `visible_to`, or `listed_for`, stands at the start of every query."""
    allowed = {"visible_to", "listed_for"}
    wrong = []
    for path in sorted((ROOT / "dashboards").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Attribute)
                and node.value.attr == "objects"
                and isinstance(node.value.value, ast.Name)
                and node.value.value.id == "ServiceRequest"
                and node.attr not in allowed
            ):
                wrong.append(f"{path.name}:{node.lineno} ServiceRequest.objects.{node.attr}")
    assert wrong == []
