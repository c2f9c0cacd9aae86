"""The base of every API view: one service call, ETags, idempotency, trimmed fields."""

from collections.abc import Sequence
from typing import Any, ClassVar

import orjson
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import empty
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from crisisapi.common.concurrency import etag_of, is_known, version_of
from crisisapi.common.errors import StaleVersion
from crisisapi.common.filters import StrictFilterBackend, refuse_unknown
from crisisapi.common.idempotency import HEADER, Repeated, claim, keep
from crisisapi.common.models import IdempotentAnswer, VersionedModel
from crisisapi.common.pagination import KeysetPagination
from crisisapi.common.problems import PreconditionRequired
from crisisapi.common.renderers import rendered


class IdempotentMixin:
    """Runs a POST with an Idempotency-Key in one transaction together with its kept answer."""

    idempotent: ClassVar[bool] = True
    _claimed: IdempotentAnswer | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the request; a refusal rolls back everything, the claim included."""
        if request.method != "POST" or HEADER not in request.headers or not self.idempotent:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]
        with transaction.atomic():
            response: Response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
            if response.status_code >= 400:
                transaction.set_rollback(True)
            elif self._claimed is not None:
                keep(self._claimed, response)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who asks, then claim the key."""
        if request.method == "POST" and HEADER in request.headers and self.idempotent:
            request._request.body  # noqa: B018 - kept: reading a form would use up the stream
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if request.method == "POST" and HEADER in request.headers and self.idempotent:
            who: Any = request.user
            caller = f"{who._meta.label_lower}:{who.pk}"
            self._claimed = claim(request, caller=caller, body=request._request.body)

    def handle_exception(self, exc: Exception) -> Response:
        """Give the kept answer again when the request is a repetition."""
        if isinstance(exc, Repeated):
            headers = {**exc.answer.headers, "Idempotent-Replayed": "true"}
            body = orjson.loads(exc.answer.body) if exc.answer.body else None
            return Response(body, status=exc.answer.status, headers=headers)
        return super().handle_exception(exc)  # type: ignore[misc,no-any-return]


class ApiViewSet(IdempotentMixin, GenericViewSet[Any]):
    """A resource: `serializer_class` reads; `terms` names what checks the body of each action."""

    terms: ClassVar[dict[str, type[BaseSerializer[Any]]]] = {}
    keyset: ClassVar[str] = "-created_at"
    # Set on an action that answers a list: its filter backend checks the query parameters.
    filters_query: ClassVar[bool] = False
    lookup_value_converter = "uuid"
    pagination_class: type[BasePagination] | None = KeysetPagination
    filter_backends = [StrictFilterBackend]
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse unknown query parameters outside of lists, which check their own."""
        super().initial(request, *args, **kwargs)
        if self.action not in (None, "list") and not self.filters_query:
            refuse_unknown(request, {"fields"})

    def checker(self) -> type[BaseSerializer[Any]]:
        """Return what checks the body of this action."""
        return self.terms[self.action]

    def validated(self) -> dict[str, Any]:
        """Return the checked body of this action."""
        checker = self.checker()(data=self.request.data, context=self.get_serializer_context())
        if self.action == "partial_update":
            _leave_out_what_is_not_sent(checker)
        checker.is_valid()
        sentence = _("There is no such field here.")
        unknown = {
            name: [ErrorDetail(sentence, code="unknown_field")] for name in _unknown_fields(checker)
        }
        errors: dict[str, Any] = dict(checker.errors)
        if errors or unknown:
            raise ValidationError({**errors, **unknown})
        return dict(checker.validated_data)

    def expected_version(self) -> int | None:
        """Return the version If-Match names; an edit or deletion must name one."""
        said = self.request.headers.get("If-Match")
        if said is None:
            if self.request.method in ("PATCH", "DELETE"):
                raise PreconditionRequired
            return None
        if said.strip() == "*":
            return None
        version = version_of(said)
        if version is None:
            raise StaleVersion
        return version

    def shown(self, instance: Any, *, status: int = 200) -> Response:
        """Answer with one object and its ETag."""
        row = self._trimmed(self.get_serializer(instance).data)
        if not isinstance(instance, VersionedModel):
            return Response(row, status=status)
        etag = etag_of(instance.version, rendered(row))
        if_none_match = self.request.headers.get("If-None-Match", "")
        if self.request.method == "GET" and is_known(etag, if_none_match):
            return Response(status=304, headers={"ETag": etag})
        return Response(row, status=status, headers={"ETag": etag})

    def listed(self, queryset: Any) -> Response:
        """Answer with one page of a list."""
        page = self.paginate_queryset(self.filter_queryset(queryset))
        wanted = self._wanted()
        rows = self.get_serializer(page, many=True).data
        if wanted is not None:
            rows = [{name: row[name] for name in wanted} for row in rows]
        return self.get_paginated_response(rows)

    def list(self, request: Request) -> Response:
        """Answer one page."""
        return self.listed(self.get_queryset())

    def retrieve(self, request: Request, pk: Any) -> Response:
        """Answer one object."""
        return self.shown(self.get_object())

    @staticmethod
    def now() -> Any:
        """Return the time of this request, read at the edge and passed inward."""
        return timezone.now()

    def _trimmed(self, row: dict[str, Any]) -> dict[str, Any]:
        wanted = self._wanted()
        return row if wanted is None else {name: row[name] for name in wanted}

    def _wanted(self) -> Sequence[str] | None:
        said = self.request.query_params.get("fields")
        if said is None:
            return None
        names = [name.strip() for name in said.split(",")]
        known = getattr(self.get_serializer(), "fields", {})
        if missing := [name for name in names if name not in known]:
            sentence = _("There is no field %s.") % ", ".join(missing)
            raise ValidationError({"fields": sentence}, code="unknown_field")
        return names


def _leave_out_what_is_not_sent(checker: BaseSerializer[Any]) -> None:
    """Ask for no field of the object; DRF's own `partial` asks for none inside of them either."""
    for field in getattr(checker, "fields", {}).values():
        field.required = False
        field.default = empty


def _unknown_fields(checker: BaseSerializer[Any]) -> list[str]:
    said = checker.initial_data
    return sorted(set(said) - set(getattr(checker, "fields", {}))) if isinstance(said, dict) else []


__all__ = ["ApiViewSet", "IdempotentMixin"]
