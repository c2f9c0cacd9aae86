"""Collecting what is wrong while an expression is read."""

from typing import NoReturn

from monitoring.rules.queries.lexer import Piece
from monitoring.rules.queries.problems import Problem


class Unreadable(Exception):
    """What follows makes no sense any more."""


class Complaints:
    """Errors, after which there is no tree, and warnings."""

    def __init__(self) -> None:
        """Begin with none."""
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def err(self, code: str, piece: Piece, **values: str | int) -> None:
        """Note an error, and read on: there may be more."""
        self.errors.append(Problem(code, piece.start, piece.end, values))

    def stop(self, code: str, start: int, end: int, **values: str | int) -> NoReturn:
        """Note an error after which nothing more can be read."""
        self.errors.append(Problem(code, start, end, values))
        raise Unreadable

    def warn(self, code: str, start: int, end: int, **values: str | int) -> None:
        """Note what is allowed and seldom meant."""
        self.warnings.append(Problem(code, start, end, values))
