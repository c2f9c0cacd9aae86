"""Mentions."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access, caller_of
from crisisapi.accounts.models import Brand, Role, Scope
from crisisapi.common.pagination import KeysetPagination, decode_cursor
from incidents.models import Incident
from messaging.models import KeyMessage
from monitoring.models import (
    AskedQuestion,
    Author,
    Mention,
    Narrative,
    Placement,
    Query,
    Sentiment,
)
from monitoring.rules.counts import INTENTS
from monitoring.rules.forgetting import plain_handle
from monitoring.selectors.narratives import family_of


class MentionSerializer(serializers.ModelSerializer[Mention]):
    brand = BrandField(read_only=True)
    emotions = serializers.DictField(
        child=serializers.FloatField(),
        read_only=True,
        help_text="Emotions found in the text, each with its strength, 0 to 1.",
    )
    intents = serializers.ListField(
        child=serializers.ChoiceField([(name, name) for name in INTENTS]),
        read_only=True,
        help_text="What the author does; leaves: threatens to leave; harm: reports harm.",
    )
    sentiment = serializers.ChoiceField(
        choices=Sentiment.choices,
        allow_blank=True,
        read_only=True,
        help_text="Empty before the analysis.",
    )

    overruled = serializers.DictField(
        read_only=True,
        allow_null=True,
        help_text="What the analyser says where a person had the last word, by column.",
    )

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
            "author_external_id",
            "author_handle",
            "author_name",
            "author_followers",
            "author_verified",
            "author_profile",
            "parent_id",
            "revision",
            "removed_at",
            "published_at",
            "likes",
            "comments",
            "shares",
            "reach",
            "language",
            "sentiment",
            "sentiment_score",
            "sentiment_confidence",
            "emotions",
            "intents",
            "corrected_at",
            "corrected_by",
            "overruled",
            "analyser",
            "analysed_at",
            "created_at",
        ]
        read_only_fields = fields


def _my_incidents(request: Request | None) -> QuerySet[Incident]:
    if request is None:  # while the schema is written
        return Incident.objects.none()
    return Incident.objects.visible_to(caller_of(request))


def _my_queries(request: Request | None) -> QuerySet[Query]:
    if request is None:
        return Query.objects.none()
    return Query.objects.visible_to(caller_of(request))


def _my_key_messages(request: Request | None) -> QuerySet[KeyMessage]:
    if request is None:
        return KeyMessage.objects.none()
    return KeyMessage.objects.visible_to(caller_of(request))


def _my_asked_questions(request: Request | None) -> QuerySet[AskedQuestion]:
    if request is None:
        return AskedQuestion.objects.none()
    return AskedQuestion.objects.visible_to(caller_of(request))


def _my_narratives(request: Request | None) -> QuerySet[Narrative]:
    if request is None:
        return Narrative.objects.none()
    return Narrative.objects.visible_to(caller_of(request))


def _my_authors(request: Request | None) -> QuerySet[Author]:
    if request is None:
        return Author.objects.none()
    return Author.objects.visible_to(caller_of(request))


class MentionFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    author = filters.ModelChoiceFilter(queryset=_my_authors, method="written_by")
    query = filters.ModelChoiceFilter(queryset=_my_queries, method="found_by")
    key_message = filters.ModelChoiceFilter(queryset=_my_key_messages, method="repeating")
    asked_question = filters.ModelChoiceFilter(queryset=_my_asked_questions, method="asking_it")
    narrative = filters.ModelChoiceFilter(queryset=_my_narratives, method="telling")
    incident = filters.ModelChoiceFilter(
        queryset=_my_incidents,
        method="said_during",
    )
    platform = filters.CharFilter(help_text="Exactly this platform, e.g. x.")
    language = filters.CharFilter(help_text="ISO 639-1, e.g. he.")
    sentiment = filters.ChoiceFilter(
        choices=Sentiment.choices, help_text="positive, neutral, negative or unknown."
    )
    author_handle = filters.CharFilter(
        method="by_handle", help_text="Name of the account, with or without @, in any case."
    )
    author_external_id = filters.CharFilter(
        method="by_account", help_text="The account's id at the platform."
    )
    author_verified = filters.BooleanFilter(
        help_text="Whether the platform vouches for the account."
    )
    is_removed = filters.BooleanFilter(
        field_name="removed_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="Whether it was deleted or erased, so that only its counts are left.",
    )
    published_from = filters.IsoDateTimeFilter(
        field_name="published_at", lookup_expr="gte", help_text="Said at or after this time."
    )
    published_before = filters.IsoDateTimeFilter(
        field_name="published_at", lookup_expr="lt", help_text="Said before this time."
    )

    def by_handle(self, mentions: Any, _name: str, handle: str) -> Any:
        """Return what accounts of this name said."""
        return mentions.by_handle(plain_handle(handle))

    def by_account(self, mentions: Any, _name: str, external_id: str) -> Any:
        """Return what the account with this id said."""
        return mentions.by_account(external_id)

    @extend_schema_field(
        {
            "type": "string",
            "format": "uuid",
            "description": "Id of an incident: mentions of its brand from its start to its end.",
        }
    )
    def said_during(self, mentions: Any, _name: str, incident: Incident) -> Any:
        """Return what was said of the brand while the incident lasted."""
        return mentions.during(
            brand_id=incident.brand_id, start=incident.started_at, end=incident.ended_at
        )

    @extend_schema_field(
        {
            "type": "string",
            "format": "uuid",
            "description": "Id of an author: all that counts as theirs, what was deleted included.",
        }
    )
    def written_by(self, mentions: Any, _name: str, author: Author) -> Any:
        """Return what an author said, along the index of their number."""
        return mentions.filter(brand_id=author.brand_id, author_key=author.key)

    @extend_schema_field(
        {"type": "string", "format": "uuid", "description": "Id of a query: what it found."}
    )
    def found_by(self, mentions: Any, _name: str, query: Query) -> Any:
        """Return what a query found, along the index of its matches.

        Their times are those of the mentions, which the planner does not know: it is told of
        the matches what is asked of the mentions, and the order, too.
        """
        return mentions.filter(
            brand_id=query.brand_id, matches__query=query, **self._bounds("matches")
        )

    @extend_schema_field(
        {
            "type": "string",
            "format": "uuid",
            "description": "Id of a key message: what repeats it.",
        }
    )
    def repeating(self, mentions: Any, _name: str, key_message: KeyMessage) -> Any:
        """Return what repeats a key message, along the index of its list, as with a query."""
        return mentions.filter(
            brand_id=key_message.brand_id,
            repeated__key_message=key_message,
            **self._bounds("repeated"),
        )

    @extend_schema_field(
        {
            "type": "string",
            "format": "uuid",
            "description": "Id of a question of the public: what asks it.",
        }
    )
    def asking_it(self, mentions: Any, _name: str, asked: AskedQuestion) -> Any:
        """Return what asks a question, along the index of its list, as with a query."""
        return mentions.filter(
            brand_id=asked.brand_id, asking__asked=asked, **self._bounds("asking")
        )

    @extend_schema_field(
        {"type": "string", "format": "uuid", "description": "Id of a narrative: what tells it."}
    )
    def telling(self, mentions: Any, _name: str, narrative: Narrative) -> Any:
        """Return what tells a narrative, or one that was merged into it."""
        placed = Placement.objects.filter(narrative_id__in=family_of(narrative))
        ids = placed.values("mention_id")
        return mentions.filter(brand_id=narrative.brand_id, pk__in=ids)

    def _bounds(self, listed: str) -> dict[str, datetime]:
        """Return what is asked of the times of mentions, for the list they are found by."""
        bounds = {
            "gte": self.form.cleaned_data.get("published_from"),
            "lt": self.form.cleaned_data.get("published_before"),
            "lte": _place_of(self.request),
        }
        return {f"{listed}__published_at__{way}": at for way, at in bounds.items() if at}


def _place_of(request: Request) -> datetime | None:
    """Return the time of the last row of the page before."""
    cursor = request.query_params.get("cursor")
    return decode_cursor(cursor, is_time=True)[0] if cursor else None


# Lists that mentions are found by, and their place beside the mention.
_LISTS = {"query": "matches", "key_message": "repeated", "asked_question": "asking"}


class MergedPagination(KeysetPagination):
    """Pages over several brands: walks the index of each, and merges them.

    Of `brand_id IN (…) ORDER BY published_at` PostgreSQL would read and sort every row.
    """

    def first(self, queryset: Any, count: int) -> list[Any]:
        """Return the first rows over all brands of the caller."""
        for asked, listed in _LISTS.items():
            if asked in self.request.query_params:
                ordered = queryset.order_by(f"-{listed}__published_at", f"-{listed}__mention_id")
                return super().first(ordered, count)
        brand_ids = caller_of(self.request).brand_ids
        if len(brand_ids) < 2:
            return super().first(queryset, count)
        parts = [queryset.filter(brand_id=brand_id)[:count] for brand_id in brand_ids]
        merged = parts[0].union(*parts[1:], all=True).order_by(*queryset.query.order_by)
        return list(merged[:count])


# What a row holds of the objects it points at; the slug is put in afterwards.
_COLUMN = {"brand": "brand_id", "source": "source_id"}


class MentionViewSet(BrandViewSet):
    """What the public says, the latest first."""

    serializer_class = MentionSerializer
    queryset = Mention.objects.all()
    filterset_class = MentionFilter
    pagination_class = MergedPagination
    keyset = "-published_at"
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MENTIONS_READ))

    def list(self, request: Request) -> Response:
        """Answer one page, the latest first."""
        # Rows go straight to the renderer: a model serializer takes fifty times as long.
        names = self._wanted() or MentionSerializer.Meta.fields
        columns = {_COLUMN.get(name, name) for name in names} | {"id", "brand_id", "published_at"}
        found = self.filter_queryset(self.get_queryset())
        rows = self.paginate_queryset(found.values(*columns))
        slugs = dict(Brand.objects.visible_to(self.caller).values_list("pk", "slug"))
        return self.get_paginated_response([_shown(row, names, slugs) for row in rows or []])


def _shown(row: dict[str, Any], names: Any, slugs: dict[Any, str]) -> dict[str, Any]:
    values = {**row, "brand": slugs[row["brand_id"]], "source": row.get("source_id")}
    return {name: values[name] for name in names}
