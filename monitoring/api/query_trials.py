"""Expressions tried before they are saved: what is sent, and what is answered."""

from typing import Any

from rest_framework import serializers

from crisisapi.accounts.api.fields import BrandField
from monitoring.api.counts import EstimateSerializer
from monitoring.rules.queries.limits import LENGTH
from monitoring.selectors.query_preview import SHOWN, Preview
from monitoring.selectors.query_words import Remark, Reviewed

DAYS = 7
MOST_DAYS = 30


class ExpressionSerializer(serializers.Serializer[Any]):
    expression = serializers.CharField(
        max_length=LENGTH,
        allow_blank=True,
        trim_whitespace=False,
        help_text="What is looked for; up to 10,000 characters.",
    )


class QueryRemarkSerializer(serializers.Serializer[Remark]):
    code = serializers.CharField(help_text="Stable word.")
    sentence = serializers.CharField(help_text="What to do, in the language you ask for.")
    start = serializers.IntegerField(help_text="Where it begins, in code points from 0.")
    end = serializers.IntegerField(help_text="Where it ends, exclusive.")


class QueryReviewSerializer(serializers.Serializer[Reviewed]):
    valid = serializers.BooleanField(source="is_valid", help_text="Whether it can be saved.")
    errors = QueryRemarkSerializer(  # type: ignore[assignment]  # a name of Serializer's own too
        many=True, help_text="What is wrong, by place; none when it can be saved."
    )
    warnings = QueryRemarkSerializer(many=True, help_text="What is allowed and seldom meant.")
    normalised = serializers.CharField(
        help_text="The same with every operator written out; empty when it cannot be read."
    )
    explained = serializers.CharField(
        help_text="What it finds, in words; empty when it cannot be read."
    )


class NewQueryPreviewSerializer(ExpressionSerializer):
    brand = BrandField()
    days = serializers.IntegerField(
        default=DAYS,
        min_value=1,
        max_value=MOST_DAYS,
        help_text="Over how many days; at most 30, left out: 7.",
    )


class MarkSerializer(serializers.Serializer[Any]):
    start = serializers.IntegerField(help_text="Where it begins, in code points from 0.")
    end = serializers.IntegerField(help_text="Where it ends, exclusive.")


class QueryExampleSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of the mention.")
    platform = serializers.CharField(help_text="Where it was said.")
    author_handle = serializers.CharField(help_text="Name of the account.")
    published_at = serializers.DateTimeField(help_text="When it was said.")
    excerpt = serializers.CharField(
        trim_whitespace=False, help_text="What was said, around the first word found."
    )
    marks = MarkSerializer(many=True, help_text="The words found, by place in the excerpt.")


class QueryPreviewSerializer(serializers.Serializer[Preview]):
    mentions = serializers.IntegerField(help_text="Mentions of the brand in these days.")
    read = serializers.IntegerField(help_text="How many of them were tried: the newest.")
    read_from = serializers.DateTimeField(
        allow_null=True, help_text="When the oldest of those was said; null when there is none."
    )
    matched = serializers.IntegerField(help_text="How many of those match.")
    share = EstimateSerializer(
        allow_null=True, help_text="Their share, 0 to 1; null when nothing was tried."
    )
    per_day = EstimateSerializer(
        allow_null=True, help_text="Matches expected in a day; null when nothing was tried."
    )
    examples = QueryExampleSerializer(
        many=True, help_text=f"The newest that match, {SHOWN} at most."
    )
