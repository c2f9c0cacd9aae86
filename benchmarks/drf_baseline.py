"""What one would write first: a ModelSerializer for many, and bulk_create, on our table.

It checks the same signature, but keeps no delivery, counts nothing, and rejects a batch whole.
Uniqueness is left to the database; DRF's own check would ask once a row and be 3 times slower.
"""

from typing import Any

from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crisisapi.common.health import alive
from crisisapi.common.ids import uuid7
from monitoring.models import Mention, Source
from monitoring.rules.signature import verify
from monitoring.services.accounts import usable_secrets


class PlainMentionSerializer(serializers.ModelSerializer[Mention]):
    class Meta:
        model = Mention
        fields = [
            "external_id",
            "platform",
            "url",
            "text",
            "author_handle",
            "author_name",
            "author_followers",
            "published_at",
            "language",
            "likes",
            "comments",
            "shares",
            "reach",
        ]
        validators: list[Any] = []


class PlainView(APIView):
    """Takes flat mentions."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    def post(self, request: Request, pk: Any) -> Response:
        """Store what is new."""
        now = timezone.now()
        source = Source.objects.get(pk=pk)
        verify(
            usable_secrets=usable_secrets(source, now=now),
            message_id=request.headers["webhook-id"],
            timestamp=request.headers["webhook-timestamp"],
            signatures=request.headers["webhook-signature"],
            body=request._request.body,
            now=now,
        )
        body: Any = request.data
        serializer = PlainMentionSerializer(data=body["mentions"], many=True)
        serializer.is_valid(raise_exception=True)
        same = {"brand_id": source.brand_id, "source_id": source.pk, "delivery_id": uuid7()}
        mentions = [Mention(**same, **item) for item in serializer.validated_data]
        Mention.objects.bulk_create(mentions, ignore_conflicts=True)
        return Response({"accepted": len(mentions)}, status=202)


urlpatterns = [
    path("healthz", alive),
    path("api/v1/sources/<uuid:pk>/webhook/", PlainView.as_view()),
]
