"""Rereadings: backfills of queries and re-analyses, with their progress."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import MomentField
from crisisapi.common.nudges import nudge
from monitoring.models import Query, Rereading, RereadingKind, RereadingState
from monitoring.services.rereadings import ask_backfill, ask_reanalysis
from monitoring.tasks import reread_mentions


class RereadingSerializer(serializers.ModelSerializer[Rereading]):
    brand = BrandField(read_only=True)
    kind = serializers.ChoiceField(RereadingKind.choices, read_only=True, help_text="Why.")
    state = serializers.ChoiceField(
        RereadingState.choices, read_only=True, help_text="How far it is."
    )

    class Meta:
        model = Rereading
        fields = [
            "id",
            "brand",
            "kind",
            "query",
            "key_message",
            "since",
            "until",
            "language",
            "analyser",
            "state",
            "total",
            "done",
            "changed",
            "cursor_at",
            "failures",
            "requested_by",
            "created_at",
            "started_at",
            "finished_at",
        ]
        read_only_fields = fields


class BackfillSerializer(serializers.Serializer[Any]):
    since = MomentField(
        required=False, allow_null=True, help_text="Only what was said from then on."
    )
    until = MomentField(required=False, allow_null=True, help_text="Only what was said before.")


class NewRereadingSerializer(BackfillSerializer):
    brand = BrandField()
    language = serializers.RegexField(
        r"^([a-z]{2,3})?\Z",
        required=False,
        help_text="Only mentions in this language, ISO 639-1 or und.",
    )


class RereadingFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    query = filters.UUIDFilter(field_name="query_id", help_text="Id of the query.")
    key_message = filters.UUIDFilter(
        field_name="key_message_id", help_text="Id of the key message."
    )

    class Meta:
        model = Rereading
        fields = ["kind", "state"]


class RereadingViewSet(BrandViewSet):
    """What was heard before, read again."""

    serializer_class = RereadingSerializer
    queryset = Rereading.objects.all()
    filterset_class = RereadingFilter
    keyset = "-created_at"
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MENTIONS_READ)) | {
        "create": Access(Role.MANAGER)
    }
    terms = {"create": NewRereadingSerializer}

    @extend_schema(request=NewRereadingSerializer, responses={201: RereadingSerializer})
    def create(self, request: Request) -> Response:
        """Have mentions of a range read by the present analyser, in the background.

        Those that it has read already are left alone, and what people corrected stays.
        """
        terms = self.validated()
        self.require(terms["brand"].pk)
        rereading = ask_reanalysis(actor=self.actor, now=self.now(), **terms)
        nudge(reread_mentions)
        return self.created(rereading)


class BackfillViewSet(BrandViewSet):
    """What was said before a query was there."""

    serializer_class = RereadingSerializer
    queryset = Query.objects.all()
    access = {"backfill": Access(Role.MANAGER)}
    terms = {"backfill": BackfillSerializer}
    tag = "queries"

    @extend_schema(
        request=BackfillSerializer,
        responses={201: RereadingSerializer},
        operation_id="backfillQuery",
        summary="Backfill a query",
    )
    def backfill(self, request: Request, pk: Any) -> Response:
        """Match earlier mentions with a query, in the background, the newest first.

        A change of a query does this by itself. A backfill of it that is not over is superseded.
        """
        query = self.get_object()
        terms = self.validated()
        rereading = ask_backfill(query=query, actor=self.actor, now=self.now(), **terms)
        nudge(reread_mentions)
        return self.created(rereading)
