"""Who moves an incident: its authors, ranked by what they caused."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.models import Incident
from monitoring.api.authors import AuthorSerializer, aligned
from monitoring.api.counts import ShareSerializer
from monitoring.models import Author, Influence


class InfluenceSerializer(serializers.ModelSerializer[Influence]):
    author = AuthorSerializer(read_only=True, help_text="Whose influence it is.")
    alignment = serializers.SerializerMethodField(
        help_text="The share of their mentions in the incident that repeat a key message of it and "
        "do not dispute it."
    )

    class Meta:
        model = Influence
        fields = [
            "id",
            "incident",
            "author",
            "rank",
            "score",
            "total",
            "spread",
            "breadth",
            "audience",
            "posts",
            "answers",
            "shares",
            "copies",
            "people",
            "reach",
            "said",
            "repeats",
            "agrees",
            "disputes",
            "alignment",
            "latest_at",
            "measured_at",
        ]
        read_only_fields = fields

    @extend_schema_field(ShareSerializer(allow_null=True))
    def get_alignment(self, influence: Influence) -> Any:
        """Tell how far they say what we say."""
        return aligned(influence.repeats, influence.disputes, influence.said)


class IncidentAuthorViewSet(BrandViewSet):
    """Who moves an incident."""

    queryset = Incident.objects.all()
    serializer_class = InfluenceSerializer
    access = {"ranked": Access(Role.VIEWER, Scope.MENTIONS_READ)}
    filters_query = True
    keyset = "rank"
    tag = "authors"

    @extend_schema(
        responses=InfluenceSerializer(many=True),
        operation_id="listIncidentAuthors",
        summary="Rank the authors of an incident",
    )
    def ranked(self, request: Request, pk: Any) -> Response:
        """Authors by what they caused in this incident, the most moving first.

        Measured every ten minutes while the incident lasts, and once when it is over.
        """
        incident = self.get_object()
        authors = Author.objects.select_related("brand").named()
        rows = Influence.objects.filter(incident=incident)
        return self.listed(rows.prefetch_related(Prefetch("author", queryset=authors)))
