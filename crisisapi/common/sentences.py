"""Sentences that are kept, and worded in the language of whoever reads them.

Workers know nobody's language: what they note is kept as the sentence's id in the catalogue and
its parameters. A plain text, a platform's own words for one, stays as it came.
"""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _gettext
from django.utils.translation import ngettext as _ngettext
from django.utils.translation import override

from crisisapi.common.plain_sentences import PlainSentence

# How a kept sentence begins.
_MARK = '{"say": '
LONGEST = 2_000


class Sentence(str):
    """A text that knows its id in the catalogue; `str()` words it in the active language.

    For everybody but `str()` and formatting it is the English text: compared, measured, and told
    to machines. `many` is the plural, which `number` decides about.
    """

    __slots__ = ("many", "number", "params", "say")
    say: str
    params: Any
    many: str
    number: int

    def __new__(cls, say: str, params: Any = None, many: str = "", number: int = 0) -> Self:
        """Word it in English."""
        with override("en"):
            made = super().__new__(cls, _worded(say, params, many, number))
        made.say, made.params, made.many, made.number = say, params, many, number
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """Return what copies are made with."""
        return (self.say, self.params, self.many, self.number)

    def __mod__(self, params: Any) -> "Sentence":
        """Return it with its parameters, worded still by whoever reads it."""
        return Sentence(self.say, params, self.many, self.number)

    def __str__(self) -> str:
        """Word it in the language that is active now."""
        return _worded(self.say, self.params, self.many, self.number)

    def __format__(self, form: str) -> str:
        """Word it in the language that is active now."""
        return format(str(self), form)


def sentence(say: str) -> Sentence:
    """Stand for gettext where a sentence is kept; import it as `_`, to be found by makemessages."""
    return Sentence(say)


def nsentence(say: str, many: str, number: int) -> Sentence:
    """Stand for ngettext where a sentence is kept; import it as `ngettext`."""
    return Sentence(say, None, many, number)


def kept(text: object) -> str:
    """Return a text as it is stored: a sentence with its parameters, anything else as it is."""
    if isinstance(text, Promise):
        text = _of_lazy(text)
    if isinstance(text, Sentence | PlainSentence):
        return json.dumps(_parts(text), ensure_ascii=False)
    plain = str(text).replace("\x00", "")
    if not plain.startswith(_MARK):
        return plain
    return json.dumps({"say": "%(text)s", "with": {"text": plain}}, ensure_ascii=False)


def read(stored: str) -> str:
    """Return what was kept; a text that was stored in some language stays in it."""
    if not stored.startswith(_MARK):
        return stored
    try:
        return _made(json.loads(stored))
    except (ValueError, KeyError, TypeError):
        return stored


def cleaned(text: object) -> str:
    """Return a text that a database takes."""
    return read(kept(text))


def joined(texts: Iterable[object]) -> str:
    """Return sentences one behind the other, each worded still by whoever reads it."""
    parts = {f"part_{number}": cleaned(text) for number, text in enumerate(texts)}
    return Sentence(" ".join(f"%({name})s" for name in parts), parts)


def shortened(text: str) -> str:
    """Return a text of bounded length; of a sentence only its parameters can be long."""
    is_sentence = isinstance(text, Sentence | PlainSentence)
    return text if is_sentence else str(text)[:LONGEST]


def reason_told(text: str) -> dict[str, object]:
    """Return a reason as the log is told of it: in English, and `reason_said` for other tongues."""
    told: dict[str, object] = {"reason": text}
    return told | {"reason_said": as_json(text)} if isinstance(text, Sentence) else told


def reason_in(data: Mapping[str, Any]) -> Any:
    """Return the reason that the log was told of, to be worded for its reader."""
    return data.get("reason_said") or data.get("reason", "")


def as_json(text: str) -> dict[str, Any] | None:
    """Return a sentence as an object for JSON, None when it is a text without one behind it."""
    return _parts(text) if isinstance(text, Sentence) else None


def from_json(said: Mapping[str, Any]) -> str:
    """Return the sentence of an object that `as_json` made."""
    return _made(said)


if TYPE_CHECKING:
    _Text = models.TextField[str, str]
else:
    _Text = models.TextField


class SentenceField(_Text):
    """A text that is stored with `kept`, and worded for its reader."""

    def get_prep_value(self, value: Any) -> Any:
        """Keep the sentence on the way to the database."""
        return value if value is None else kept(value)

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """Read it on the way back."""
        return value if value is None else read(value)

    def value_to_string(self, obj: models.Model) -> str:
        """Serialize it as it is stored."""
        return kept(self.value_from_object(obj))


def _parts(text: Sentence | PlainSentence) -> dict[str, Any]:
    said: dict[str, Any] = {"say": text.say}
    if isinstance(text, Sentence) and text.many:
        said |= {"many": text.many, "number": text.number}
    if isinstance(text.params, Mapping):
        said["with"] = {name: _part(one) for name, one in text.params.items()}
    elif text.params is not None:
        said["with"] = [_part(one) for one in _as_tuple(text.params)]
    return said


def _part(value: Any) -> Any:
    """Return a parameter as JSON; a sentence inside of a sentence stays one."""
    if isinstance(value, Promise):
        value = _of_lazy(value)
    if isinstance(value, Sentence | PlainSentence):
        return _parts(value)
    return value if isinstance(value, int | float) else str(value).replace("\x00", "")[:LONGEST]


def _made(said: Mapping[str, Any]) -> Sentence:
    if not isinstance(said["say"], str):
        raise TypeError(said["say"])
    given = said.get("with")
    params: Any = None
    if isinstance(given, dict):
        params = {name: _read_part(one) for name, one in given.items()}
    elif given is not None:
        params = tuple(_read_part(one) for one in given)
    return Sentence(said["say"], params, said.get("many", ""), said.get("number", 0))


def _read_part(value: Any) -> Any:
    return _made(value) if isinstance(value, dict) else value


def _as_tuple(params: Any) -> tuple[Any, ...]:
    return params if isinstance(params, tuple) else (params,)


def _of_lazy(text: Promise) -> Sentence:
    """Return the sentence behind gettext_lazy: without a language it says its id."""
    with override(None):
        return Sentence(str(text))


def _worded(say: str, params: Any, many: str, number: int) -> str:
    """Return it in the active language; as it stands where its parameters do not fit it."""
    template = str(_ngettext(say, many, number) if many else _gettext(say) if say else "")
    if params is None:
        return template
    try:
        return str(template % params)
    except (KeyError, TypeError, ValueError):
        return template
