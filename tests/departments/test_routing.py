"""Routing: order of the rules, each condition, and the reason in words."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.routing import CategoryFacts, Reason, RoutingFacts, Rule, in_order, route

POTHOLE = CategoryFacts(id=1, slug="pothole", name="Pothole", department=10, department_name="Transportation")
ORPHAN = CategoryFacts(id=2, slug="other", name="Something else")
FACTS = RoutingFacts(
    category=POTHOLE,
    point=(39.29, -76.61),
    areas=frozenset({5, 6}),
    text="Deep hole next to the Café, near I-83 ramp",
    channel="web",
    area_names={5: "Downtown", 6: "District 11"},
)


def test_route_without_rules_follows_the_category() -> None:
    decision = route(FACTS, [])
    assert (decision.department, decision.partner, decision.rule) == (10, None, None)
    assert str(decision.reason) == "Category Pothole belongs to Transportation."


def test_route_without_any_department_waits_in_triage() -> None:
    decision = route(replace(FACTS, category=ORPHAN), [])
    assert decision.needs_triage
    assert str(decision.reason) == "No rule and no department for category Something else: waits in triage."


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ({"categories": frozenset({1})}, True),
        ({"categories": frozenset({2, 3})}, False),
        ({"areas": frozenset({6, 99})}, True),
        ({"areas": frozenset({99})}, False),
        ({"words": ("hole",)}, True),
        ({"words": ("HOLE",)}, True),
        ({"words": ("hol",)}, False),
        ({"words": ("cafe",)}, True),
        ({"words": ("bridge", "i 83")}, True),
        ({"words": ("I-83 ramp",)}, True),
        ({"words": ("  ", "--")}, False),
        ({"channel": "web"}, True),
        ({"channel": "phone"}, False),
        ({"categories": frozenset({1}), "channel": "phone"}, False),
        ({}, True),
    ],
)
def test_rule_conditions(condition: dict[str, object], matches: bool) -> None:
    rule = Rule(id=3, name="Test", department=20, **condition)  # type: ignore[arg-type]
    assert route(FACTS, [rule]).department == (20 if matches else 10)


def test_order_is_priority_then_specificity_then_id() -> None:
    late = Rule(id=1, name="late", priority=200, categories=frozenset({1}), channel="web")
    broad = Rule(id=2, name="broad", priority=100)
    narrow = Rule(id=4, name="narrow", priority=100, categories=frozenset({1}))
    narrow_older = Rule(id=3, name="older", priority=100, channel="web")
    assert [rule.id for rule in in_order([late, broad, narrow, narrow_older])] == [3, 4, 2, 1]


def test_partner_without_department_leaves_the_category_department_watching() -> None:
    rule = Rule(id=3, name="State roads", areas=frozenset({5}), partner=7)
    decision = route(FACTS, [rule])
    assert (decision.department, decision.partner, decision.rule) == (10, 7, 3)


def test_rule_without_target_sends_to_triage() -> None:
    assert route(FACTS, [Rule(id=3, name="Look first", words=("ramp",))]).needs_triage


def test_reason_of_a_rule_names_its_conditions() -> None:
    rule = Rule(
        id=3,
        name="State roads",
        categories=frozenset({1}),
        areas=frozenset({5}),
        words=("ramp",),
        channel="web",
        department=20,
    )
    reason = route(FACTS, [rule]).reason
    assert str(reason) == (
        "Rule “State roads”: category Pothole, in area Downtown, the text says “ramp”, received by web."
    )
    assert Reason.from_data(json.loads(json.dumps(reason.as_data()))) == reason


def test_reason_of_a_catch_all_and_of_a_nameless_area() -> None:
    assert str(route(FACTS, [Rule(id=3, name="All", department=20)]).reason) == "Rule “All”: every request."
    nameless = replace(FACTS, area_names={})
    rule = Rule(id=3, name="Here", areas=frozenset({5}), department=20)
    assert str(route(nameless, [rule]).reason) == "Rule “Here”: in the rule's area."


RULES = st.lists(
    st.builds(
        Rule,
        id=st.integers(1, 1000),
        name=st.text(max_size=5),
        priority=st.integers(1, 3),
        categories=st.frozensets(st.integers(1, 3), max_size=2),
        areas=st.frozensets(st.integers(4, 8), max_size=2),
        channel=st.sampled_from(["", "web", "phone"]),
        department=st.none() | st.integers(20, 25),
    ),
    max_size=8,
    unique_by=lambda rule: rule.id,
)


@given(RULES, st.randoms())
def test_route_does_not_depend_on_the_order_given(rules: list[Rule], random: object) -> None:
    shuffled = list(rules)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    decision = route(FACTS, rules)
    assert route(FACTS, shuffled) == decision
    assert str(decision.reason)
    chosen = [rule for rule in rules if rule.id == decision.rule]
    for rule in chosen:  # nothing that matches alone comes before it
        earlier = in_order(rules)[: in_order(rules).index(rule)]
        assert all(route(FACTS, [other]).rule is None for other in earlier)
