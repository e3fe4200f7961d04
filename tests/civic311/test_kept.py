"""Parts of pages kept in memory: the same for the same values, never across languages, values or trust."""

from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import SafeString
from django.utils.translation import override

from civic311.lib.templatetags.kept import MOST, section

KEPT = "{% load kept %}{% kept phone %}{{ phone }} {{ drawn }} {% translate 'Report' %}{% endkept %}"


def test_a_part_is_drawn_once_for_the_same_values() -> None:
    part = Template(KEPT)
    first = part.render(Context({"phone": "311", "drawn": 1}))
    assert part.render(Context({"phone": "311", "drawn": 2})) == first == "311 1 Report"
    assert part.render(Context({"phone": "411", "drawn": 3})) == "411 3 Report"


def test_each_language_has_its_own() -> None:
    part = Template(KEPT)
    english = part.render(Context({"phone": "311", "drawn": 1}))
    with override("es"):
        assert part.render(Context({"phone": "311", "drawn": 1})) != english


def test_text_that_must_be_escaped_is_not_taken_for_trusted_text() -> None:
    part = Template(KEPT)
    trusted = Template("<b>").render(Context())
    assert isinstance(trusted, SafeString)
    assert part.render(Context({"phone": trusted, "drawn": 1})).startswith("<b>")
    assert part.render(Context({"phone": "<b>", "drawn": 1})).startswith("&lt;b&gt;")


def test_memory_is_bounded_and_a_missing_value_is_no_error() -> None:
    part = Template(KEPT)
    for number in range(3 * MOST):
        assert part.render(Context({"phone": number, "drawn": number})).startswith(f"{number} {number}")
    assert part.render(Context({})).endswith("Report")
    (node,) = [node for node in part.nodelist if hasattr(node, "kept")]
    assert len(node.kept) <= MOST


@pytest.mark.parametrize("inside", ["{% block menu %}{% endblock %}", "<form>{% csrf_token %}</form>"])
def test_blocks_and_tokens_of_forms_cannot_be_kept(inside: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% load kept %}{% kept %}" + inside + "{% endkept %}")


def test_the_section_is_the_first_part_of_an_address() -> None:
    assert [section(path) for path in ("/requests/26-1/", "/report/?q=a", "/", "", "x")] == [
        "requests",
        "report",
        "",
        "",
        "",
    ]
