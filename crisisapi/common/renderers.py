"""JSON out, and nothing but JSON."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


def _plain(value: object) -> object:
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def rendered(data: object) -> bytes:
    """Return data as JSON; times in UTC end in Z, as serializers write them."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


class FastJSONRenderer(BaseRenderer):
    """Render with orjson: UTF-8, RFC 3339 times with offset."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the body; an empty one for None."""
        return b"" if data is None else rendered(data)


class AlwaysJSON(BaseContentNegotiation):
    """Answer JSON whatever Accept says: an error must never come as HTML."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        """Return the parser for the content type, None (a 415) when there is none."""
        said = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == said), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """Return the first renderer."""
        first = next(iter(renderers))
        return first, first.media_type
