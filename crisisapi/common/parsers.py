"""JSON in: UTF-8, no NaN, no NUL, no endless nesting."""

from collections.abc import Iterable, Mapping
from typing import IO, Any

import orjson
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser


class StrictJSONParser(BaseParser):
    """Parse a JSON body; anything else is a 400 that says where it broke."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the parsed body."""
        body = stream.read()
        try:
            parsed = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(_("The body is not valid JSON: %s") % error) from error
        if b"\\u0000" in body and (path := path_of_nul(parsed)) is not None:
            sentence = _("Null characters are not allowed.")
            raise ValidationError({path: sentence}, code="null_characters_not_allowed")
        return parsed


def path_of_nul(parsed: object) -> str | None:
    """Return where a text has a NUL character, which PostgreSQL cannot store; None for nowhere."""
    waiting: list[tuple[str, object]] = [("", parsed)]
    while waiting:
        path, value = waiting.pop()
        steps: Iterable[tuple[object, object]] = ()
        if isinstance(value, str) and "\0" in value:
            return path
        if isinstance(value, list):
            steps = enumerate(value)
        elif isinstance(value, dict):
            if any("\0" in key for key in value):
                return path
            steps = value.items()
        waiting.extend((f"{path}.{step}".lstrip("."), inner) for step, inner in steps)
    return None
