"""Mentions."""

from django_filters import rest_framework as filters
from rest_framework import serializers

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from monitoring.models import Mention, Sentiment


class MentionSerializer(serializers.ModelSerializer[Mention]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Mention
        fields = [
            "id",
            "brand",
            "source",
            "delivery_id",
            "external_id",
            "platform",
            "url",
            "text",
            "author_handle",
            "author_name",
            "author_followers",
            "published_at",
            "likes",
            "comments",
            "shares",
            "reach",
            "language",
            "sentiment",
            "sentiment_score",
            "sentiment_confidence",
            "analyser",
            "analysed_at",
            "created_at",
        ]
        read_only_fields = fields


class MentionFilter(filters.FilterSet):
    brand = filters.CharFilter(field_name="brand__slug", help_text="Slug of the brand.")
    platform = filters.CharFilter(help_text="Exactly this platform, e.g. x.")
    language = filters.CharFilter(help_text="ISO 639-1, e.g. he.")
    sentiment = filters.ChoiceFilter(
        choices=Sentiment.choices, help_text="positive, neutral, negative or unknown."
    )
    published_from = filters.IsoDateTimeFilter(
        field_name="published_at", lookup_expr="gte", help_text="Said at or after this time."
    )
    published_before = filters.IsoDateTimeFilter(
        field_name="published_at", lookup_expr="lt", help_text="Said before this time."
    )


class MentionViewSet(BrandViewSet):
    """What the public says, the latest first."""

    serializer_class = MentionSerializer
    queryset = Mention.objects.all()
    filterset_class = MentionFilter
    keyset = "-published_at"
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MENTIONS_READ))
