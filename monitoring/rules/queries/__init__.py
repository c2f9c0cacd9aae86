"""The query language: read, matched with texts, told in words."""

from monitoring.rules.queries.compiling import Compiled, compile_query
from monitoring.rules.queries.matching import Matcher
from monitoring.rules.queries.problems import ExpressionError, Problem
from monitoring.rules.queries.reading import Document, Reading

__all__ = [
    "Compiled",
    "Document",
    "ExpressionError",
    "Matcher",
    "Problem",
    "Reading",
    "compile_query",
]
