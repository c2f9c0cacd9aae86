"""Lists by keyset: a page costs the same at the end of a million rows as at the start."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import DateTimeField, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

PAGE_SIZE = 50
PAGE_SIZE_LIMIT = 200


class KeysetPagination(BasePagination):
    """Pages along (a field, id); the view names the field in `keyset`, newest first by default."""

    page: Sequence[Any]

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Return the rows of the page the cursor points at."""
        self.field = getattr(view, "keyset", "-created_at")
        self.request = request
        self.size = _page_size(request)
        queryset = queryset.order_by(self.field, _tie_breaker(self.field))
        if cursor := request.query_params.get("cursor"):
            last = decode_cursor(cursor, is_time=_is_time(queryset, self.field))
            queryset = queryset.filter(_beyond(self.field, last))
        rows = self.first(queryset, self.size + 1)
        self.has_more = len(rows) > self.size
        self.page = rows[: self.size]
        return list(self.page)

    def first(self, queryset: Any, count: int) -> list[Any]:
        """Return the first rows of an ordered queryset."""
        return list(queryset[:count])

    def get_paginated_response(self, data: Any) -> Response:
        """Return the envelope: `results`, and `next` (null on the last page)."""
        return Response({"next": self.next_link(), "results": data})

    def next_link(self) -> str | None:
        """Return the address of the next page, None on the last."""
        if not self.has_more:
            return None
        params = self.request.query_params.copy()
        params["cursor"] = _encode(self.page[-1], self.field.lstrip("-"))
        return f"{self.request.build_absolute_uri(self.request.path)}?{params.urlencode()}"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the envelope for OpenAPI."""
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "Address of the next page; null on the last one.",
                },
                "results": {**schema, "description": "The rows of this page."},
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the parameters for OpenAPI."""
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": "Where to go on; take it from `next`.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "description": "Rows a page.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": PAGE_SIZE_LIMIT,
                    "default": PAGE_SIZE,
                },
            },
        ]


def _page_size(request: Request) -> int:
    said = request.query_params.get("page_size", str(PAGE_SIZE))
    if len(said) < 10 and said.isascii() and said.isdigit() and 1 <= int(said) <= PAGE_SIZE_LIMIT:
        return int(said)
    raise ValidationError(
        {"page_size": _("Give a whole number from 1 to %d.") % PAGE_SIZE_LIMIT}, code="invalid"
    )


def _tie_breaker(field: str) -> str:
    return "-id" if field.startswith("-") else "id"


def _beyond(field: str, last: tuple[Any, UUID]) -> Q:
    value, last_id = last
    way = "lt" if field.startswith("-") else "gt"
    name = field.lstrip("-")
    if name == "id":
        return Q(**{f"id__{way}": last_id})
    # The first condition is implied by the second; the planner walks the index from there.
    return Q(**{f"{name}__{way}e": value}) & (
        Q(**{f"{name}__{way}": value}) | Q(**{f"id__{way}": last_id})
    )


def _encode(row: Any, name: str) -> str:
    value, row_id = (
        (row[name], row["id"]) if isinstance(row, dict) else (getattr(row, name), row.pk)
    )
    value = 0 if name == "id" else value
    return base64.urlsafe_b64encode(orjson.dumps([value, row_id])).decode().rstrip("=")


def _is_time(queryset: QuerySet[Any], field: str) -> bool:
    return isinstance(queryset.model._meta.get_field(field.lstrip("-")), DateTimeField)


def decode_cursor(cursor: str, *, is_time: bool) -> tuple[Any, UUID]:
    """Return the value and the id where a page ended; refuses what is no cursor."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        value, row_id = orjson.loads(base64.urlsafe_b64decode(padded))
        return (_time(value) if is_time else _number(value)), UUID(row_id)
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise ValidationError(
            {"cursor": _("Take the cursor from `next`, unchanged.")}, code="invalid"
        ) from error


def _time(value: object) -> datetime:
    moment = parse_datetime(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError("not a time")
    return moment


def _number(value: object) -> int:
    if type(value) is not int or abs(value) >= 2**63:
        raise ValueError("not a number")
    return value
