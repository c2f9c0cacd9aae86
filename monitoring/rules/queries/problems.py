"""What is wrong with an expression, or doubtful in it, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# What makes an expression none. Each has a sentence in monitoring/selectors/query_words.py.
ERRORS = (
    "empty", "too_long", "too_many_terms", "too_many_wildcards", "too_deep", "unclosed_quote",
    "unclosed_parenthesis", "unopened_parenthesis", "unclosed_bracket", "empty_parentheses",
    "operand_missing", "nothing_to_find", "no_regex", "no_fuzzy", "no_boost", "bad_distance",
    "distance_too_large", "distance_of_one_word", "phrase_too_long", "early_wildcard",
    "unknown_field", "value_missing", "nested_field", "bad_value", "bad_range", "only_of_followers",
    "stray_character",
)  # fmt: skip
# What is allowed, and seldom meant.
WARNINGS = (
    "operator_as_word", "mixed_operators", "only_negative", "negative_in_or", "only_fields",
    "short_word", "written_with_prefix",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """Where it is, in characters from 0, `end` behind the last; `values` fill its sentence."""

    code: str
    start: int
    end: int
    values: Mapping[str, str | int] = field(default_factory=dict)


class ExpressionError(ValueError):
    """The expression cannot be read; `problems` says why, in the order of their places."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.start, one.end)))
        super().__init__(", ".join(one.code for one in self.problems))
