"""Queries: saved searches of a brand."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.errors import InvalidInput
from crisisapi.common.nudges import nudge
from incidents.models import Incident
from monitoring.api.query_trials import (
    ExpressionSerializer,
    NewQueryPreviewSerializer,
    QueryPreviewSerializer,
    QueryReviewSerializer,
)
from monitoring.models import Query
from monitoring.selectors.query_preview import preview_query
from monitoring.selectors.query_words import review_expression
from monitoring.services.queries import add_query, change_query
from monitoring.tasks import reread_mentions


class QuerySerializer(serializers.ModelSerializer[Query]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Query
        fields = [
            "id",
            "brand",
            "name",
            "kind",
            "incident",
            "expression",
            "is_active",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class QueryChangeSerializer(serializers.ModelSerializer[Query]):
    incident = VisibleField(
        queryset=Incident.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the incident that its mentions belong to; only for the kind incident.",
    )

    class Meta:
        model = Query
        fields = ["name", "kind", "incident", "expression", "is_active"]
        # What is taken already is the service's refusal.
        validators: list[Any] = []


class NewQuerySerializer(QueryChangeSerializer):
    brand = BrandField()

    class Meta(QueryChangeSerializer.Meta):
        fields = ["brand", *QueryChangeSerializer.Meta.fields]


class QueryFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")

    class Meta:
        model = Query
        fields = ["kind", "is_active"]


_READ = Access(Role.VIEWER, Scope.MENTIONS_READ)


class QueryViewSet(BrandViewSet):
    """Saved searches: mentions are matched with the active ones as they are read.

    `docs/queries.md` tells how expressions are written. A query is never deleted, since numbers
    rest on it: set `is_active` to false.
    """

    serializer_class = QuerySerializer
    queryset = Query.objects.all()
    filterset_class = QueryFilter
    access = dict.fromkeys(["list", "retrieve", "validate", "preview"], _READ) | {
        "create": Access(Role.MANAGER),
        "partial_update": Access(Role.MANAGER),
    }
    terms = {
        "create": NewQuerySerializer,
        "partial_update": QueryChangeSerializer,
        "validate": ExpressionSerializer,
        "preview": NewQueryPreviewSerializer,
    }

    @extend_schema(request=NewQuerySerializer, responses={201: QuerySerializer})
    def create(self, request: Request) -> Response:
        """Save a search; what is said from then on is matched with it.

        So is what was said before, in the background: see `GET /rereadings/?query=`.
        """
        terms = self.validated()
        self.require(terms["brand"].pk)
        query = add_query(**terms, actor=self.actor, now=self.now())
        nudge(reread_mentions)
        return self.created(query)

    @extend_schema(request=QueryChangeSerializer, responses=QuerySerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a search, or whether mentions are matched with it.

        Another expression has earlier mentions matched anew, in the background.
        """
        query = change_query(query=self.get_object(), **self.validated(), **self.change())
        nudge(reread_mentions)
        return self.shown(query)

    @extend_schema(
        request=ExpressionSerializer,
        responses=QueryReviewSerializer,
        operation_id="validateQuery",
        summary="Say what an expression means, or what is wrong with it",
    )
    @action(detail=False, methods=["post"], idempotent=False, pagination_class=None)
    def validate(self, request: Request) -> Response:
        """Read an expression as it is typed; stores nothing."""
        said = self.validated()["expression"]
        return Response(QueryReviewSerializer(review_expression(said)).data)

    @extend_schema(
        request=NewQueryPreviewSerializer,
        responses=QueryPreviewSerializer,
        operation_id="previewQuery",
        summary="Try an expression on the mentions of the last days",
    )
    @action(detail=False, methods=["post"], idempotent=False, pagination_class=None)
    def preview(self, request: Request) -> Response:
        """Say how much an expression would find, with examples; stores nothing.

        At most 5,000 mentions are read, the newest of the brand, and of each 4,000 characters.
        """
        terms = self.validated()
        self.require(terms["brand"].pk)
        reviewed = review_expression(terms["expression"])
        if reviewed.query is None:
            raise InvalidInput(errors={"expression": [one.sentence for one in reviewed.errors]})
        preview = preview_query(
            query=reviewed.query, brand_id=terms["brand"].pk, days=terms["days"], now=self.now()
        )
        return Response(QueryPreviewSerializer(preview).data)
