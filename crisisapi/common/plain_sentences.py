"""Sentences of rules, which know no Django: in English, with what another language needs."""

from collections.abc import Mapping
from typing import Any


class PlainSentence(str):
    """A text in English that knows its id in the catalogue; to keep it is to let others read it.

    `crisisapi.common.sentences` words what was kept in the language of whoever reads it.
    """

    __slots__ = ("params", "say")
    say: str
    params: Mapping[str, Any] | None

    def __new__(cls, say: str, params: Mapping[str, Any] | None = None) -> "PlainSentence":
        """Word it in English."""
        made = super().__new__(cls, say if params is None else say % params)
        made.say, made.params = say, params
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """Return what copies are made with."""
        return (self.say, self.params)

    def __mod__(self, params: Any) -> "PlainSentence":
        """Return it with its parameters."""
        return PlainSentence(self.say, params)


def plain_sentence(say: str) -> PlainSentence:
    """Stand for gettext in rules; import it as `_`, to be found by makemessages."""
    return PlainSentence(say)
