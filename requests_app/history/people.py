"""The staff who did the work of a history: colleagues of each department, nobody can sign in as them."""

import random

from departments.models import Department, Membership, StaffUser
from departments.roles import Role
from requests_app.history.words import FIRST_NAMES, LAST_NAMES

DISPATCHERS, CREWS = 3, 4


def colleagues(departments: list[Department], rng: random.Random) -> dict[int, dict[Role, list[StaffUser]]]:
    """Dispatchers and crews by department, made where they are missing."""
    existing: dict[int, dict[Role, list[StaffUser]]] = {department.pk: {} for department in departments}
    rows = (
        Membership.objects.filter(user__email__endswith="@staff.example.org")
        .select_related("user")
        .order_by("pk")
    )
    for membership in rows:
        team = existing.get(membership.department_id)
        if team is not None:
            team.setdefault(Role(membership.user.role), []).append(membership.user)
    taken = set(StaffUser.objects.values_list("email", flat=True))
    for department in departments:
        team = existing[department.pk]
        for role, wanted in ((Role.DISPATCHER, DISPATCHERS), (Role.CREW, CREWS)):
            people = team.setdefault(role, [])
            while len(people) < wanted:
                people.append(_hire(department, role, taken, rng))
    return existing


def _hire(department: Department, role: Role, taken: set[str], rng: random.Random) -> StaffUser:
    while True:
        first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
        email = f"{first}.{last}@staff.example.org".lower()
        if email not in taken:
            break
    taken.add(email)
    user = StaffUser.objects.create_user(email, name=f"{first} {last}", role=role)
    Membership.objects.create(user=user, department=department)
    return user
