"""What a category asks besides the description."""

from collections.abc import Mapping
from dataclasses import dataclass

from departments.kinds import QuestionKind


@dataclass(frozen=True, slots=True)
class OptionDef:
    """One answer to choose. ``label`` and ``stop`` are by language; a ``stop`` text ends the form."""

    value: str
    label: Mapping[str, str]
    stop: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QuestionDef:
    """questions.toml: one question of one or more categories; texts are by language.

    ``depends_on`` is the slug of an earlier question, asked by the same categories, and ``depends_values`` its answers.
    """

    slug: str
    categories: tuple[str, ...]
    kind: QuestionKind
    label: Mapping[str, str]
    help: Mapping[str, str]
    options: tuple[OptionDef, ...]
    required: bool
    private: bool
    depends_on: str
    depends_values: tuple[str, ...]
    least: int | None
    most: int | None
    order: int
    line: int
