"""Expressions told in words: what they find, what is wrong with them, what is doubtful."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crisisapi.common.quoting import shortened
from monitoring.rules.queries import Compiled, ExpressionError, Problem, compile_query
from monitoring.rules.queries.tree import All, Either, Followers, Known, Leaf, Node, Not
from monitoring.rules.queries.writing import normalised, said_by

_SENTENCES: Mapping[str, Any] = {
    "empty": gettext_lazy("Write what to look for."),
    "too_long": gettext_lazy("An expression has at most %(limit)s characters."),
    "too_many_terms": gettext_lazy("An expression has at most %(limit)s words and phrases."),
    "too_many_wildcards": gettext_lazy("An expression has at most %(limit)s wildcards."),
    "too_deep": gettext_lazy("Parentheses go at most %(limit)s deep."),
    "unclosed_quote": gettext_lazy("This quotation mark has no partner."),
    "unclosed_parenthesis": gettext_lazy("This parenthesis is never closed."),
    "unopened_parenthesis": gettext_lazy("This parenthesis was never opened."),
    "unclosed_bracket": gettext_lazy(
        "This bracket begins no range. Write e.g. followers:[1000 TO 5000]."
    ),
    "empty_parentheses": gettext_lazy("There is nothing between these parentheses."),
    "operand_missing": gettext_lazy("Beside %(operator)s something to look for is missing."),
    "nothing_to_find": gettext_lazy("There is no letter, digit or emoji here to look for."),
    "no_regex": gettext_lazy(
        "Regular expressions are not understood. Use * and ? at the end of words."
    ),
    "no_fuzzy": gettext_lazy('~ stands only behind a phrase, with a number: "late refund"~5.'),
    "no_boost": gettext_lazy("^ means nothing here: a mention matches or it does not."),
    "bad_distance": gettext_lazy("Behind ~ give a number of words, at most %(limit)s."),
    "distance_too_large": gettext_lazy("At most %(limit)s words may stand in between."),
    "distance_of_one_word": gettext_lazy("A distance needs two words or more in quotation marks."),
    "phrase_too_long": gettext_lazy("Here a phrase has at most %(limit)s words."),
    "early_wildcard": gettext_lazy("Before its first * or ? a word needs %(letters)s letters."),
    "unknown_field": gettext_lazy(
        "There is no field %(field)s. There are: %(known)s. If the colon is part of what you look "
        "for, put it into quotation marks."
    ),
    "value_missing": gettext_lazy("Say behind the colon what %(field)s should be."),
    "nested_field": gettext_lazy("%(field)s: cannot stand inside of %(outer)s:."),
    "bad_value": gettext_lazy("%(field)s cannot be “%(value)s”. Write e.g.: %(known)s."),
    "bad_range": gettext_lazy("Give a count or a range: >1000, 10k, [1000 TO 5000]."),
    "only_of_followers": gettext_lazy("Only followers: can be compared, e.g. followers:>1000."),
    "stray_character": gettext_lazy("“%(character)s” means nothing here."),
    "operator_as_word": gettext_lazy(
        "“%(said)s” is looked for as a word. Operators are AND, OR and NOT, in capitals."
    ),
    "mixed_operators": gettext_lazy(
        "AND is done before OR. Parentheses would make plain what is meant."
    ),
    "only_negative": gettext_lazy(
        "Nearly every mention matches: this only says what must be missing."
    ),
    "negative_in_or": gettext_lazy(
        "NOT beside OR matches nearly every mention. Perhaps AND NOT is meant."
    ),
    "only_fields": gettext_lazy("This asks for no word: every mention of this sort matches."),
    "short_word": gettext_lazy(
        "“%(word)s” is short: it will be found where it means other things."
    ),
    "written_with_prefix": gettext_lazy(
        "Without its prefix, as “%(word)s”, it is found with every prefix and without one."
    ),
}


# What people typed is quoted in part when it is long.
QUOTED = 60
_TYPED = frozenset({"field", "value", "said", "word", "character", "operator"})


class Remark(NamedTuple):
    """What is wrong or doubtful, as people read it; the place is in characters from 0."""

    code: str
    sentence: str
    start: int
    end: int


class Reviewed(NamedTuple):
    """What is to be said of an expression: nothing but errors where it cannot be read."""

    query: Compiled | None
    errors: list[Remark]
    warnings: list[Remark]
    normalised: str
    explained: str

    @property
    def is_valid(self) -> bool:
        """Whether it can be saved."""
        return self.query is not None


def review_expression(expression: str) -> Reviewed:
    """Read an expression and say everything about it in the language of the reader."""
    try:
        query = compile_query(expression)
    except ExpressionError as refusal:
        return Reviewed(None, [remark_on(one) for one in refusal.problems], [], "", "")
    return Reviewed(
        query=query,
        errors=[],
        warnings=[remark_on(one) for one in query.warnings],
        normalised=normalised(query.tree, expression),
        explained=explained(query),
    )


def remark_on(problem: Problem) -> Remark:
    """Return a problem as a sentence."""
    sentence = str(_SENTENCES[problem.code]) % {
        name: shortened(value, QUOTED) if name in _TYPED and isinstance(value, str) else value
        for name, value in problem.values.items()
    }
    return Remark(problem.code, sentence, problem.start, problem.end)


def explained(query: Compiled) -> str:
    """Return what an expression finds, in one sentence."""
    return _("Finds mentions with %(what)s.") % {"what": _told(query.tree, query.expression)}


def _told(node: Node, expression: str) -> str:
    teller = _TELLERS[type(node)]
    return teller(node, expression)


def _inside(node: Node, expression: str) -> str:
    told = _told(node, expression)
    return f"({told})" if isinstance(node, All | Either) else told


def _tell_all(node: All, expression: str) -> str:
    sentence = _("%(first)s and %(second)s")
    return _joined(sentence, [_inside(child, expression) for child in node.children])


def _tell_either(node: Either, expression: str) -> str:
    sentence = _("%(first)s or %(second)s")
    return _joined(sentence, [_inside(child, expression) for child in node.children])


def _joined(sentence: str, parts: Sequence[str]) -> str:
    return reduce(lambda first, second: sentence % {"first": first, "second": second}, parts)


def _tell_not(node: Not, expression: str) -> str:
    return _("not %(what)s") % {"what": _inside(node.child, expression)}


def _tell_leaf(leaf: Leaf, expression: str) -> str:
    said = said_by(leaf, expression).rpartition("~")[0] if leaf.distance is not None else ""
    words = (said or said_by(leaf, expression)).strip('"“”„‟״')
    values = {"words": words, "count": leaf.distance}
    return _sentence_of(leaf) % values


def _sentence_of(leaf: Leaf) -> str:
    if leaf.of_author:
        return _("an author called “%(words)s”")
    if leaf.distance is not None:
        return _("the words “%(words)s” in any order, at most %(count)s others in between")
    if leaf.is_exact:
        return _("exactly “%(words)s”")
    if any(part.glob for part in leaf.parts):
        return _("words like “%(words)s”")
    if len(leaf.parts) > 1:
        return _("the phrase “%(words)s”")
    return _("the word “%(words)s”")


def _tell_known(node: Known, _expression: str) -> str:
    return f"{node.field}: {node.value}"


def _tell_followers(node: Followers, _expression: str) -> str:
    if node.high is None:
        return _("an author with %(low)s followers or more") % {"low": node.low or 0}
    values = {"low": node.low or 0, "high": node.high}
    return _("an author with %(low)s to %(high)s followers") % values


_TELLERS: Mapping[type, Callable[[Any, str], str]] = {
    All: _tell_all,
    Either: _tell_either,
    Not: _tell_not,
    Leaf: _tell_leaf,
    Known: _tell_known,
    Followers: _tell_followers,
}
