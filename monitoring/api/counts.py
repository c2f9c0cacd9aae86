"""Counts of mentions, as every metric shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from monitoring.rules.counts import EMOTIONS, ENGAGEMENT, INTENTS, SENTIMENTS, Counts
from monitoring.rules.hyperloglog import EXACT_LIMIT, STANDARD_ERROR, Distinct
from monitoring.rules.intervals import share

_PLAIN = ("mentions", "analysed", *SENTIMENTS, "unknown", *ENGAGEMENT, "engagement", "reach")


@extend_schema_serializer(component_name="NegativeShare")
class ShareSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField(help_text="Share, 0 to 1.")
    low = serializers.FloatField(help_text="Lower end of the 95 % interval (Wilson).")
    high = serializers.FloatField(help_text="Upper end.")


class EstimateSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField(help_text="The estimate.")
    low = serializers.FloatField(help_text="Lower end of the 95 % interval.")
    high = serializers.FloatField(help_text="Upper end.")


class UniqueAuthorsSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(
        help_text=f"How many people, to a standard error of {STANDARD_ERROR:.1%}."
    )
    low = serializers.IntegerField(
        help_text=f"Lower end of the 95 % interval; up to {EXACT_LIMIT} the count is exact."
    )
    high = serializers.IntegerField(help_text="Upper end.")


class EmotionCountsSerializer(serializers.Serializer[Any]):
    anger = serializers.IntegerField(help_text="Mentions in which anger was found.")
    fear = serializers.IntegerField(help_text="Fear.")
    sadness = serializers.IntegerField(help_text="Sadness.")
    joy = serializers.IntegerField(help_text="Joy.")
    hope = serializers.IntegerField(help_text="Hope.")
    sympathy = serializers.IntegerField(help_text="Sympathy.")


class IntentCountsSerializer(serializers.Serializer[Any]):
    asks = serializers.IntegerField(help_text="Mentions that ask a question.")
    complains = serializers.IntegerField(help_text="That complain.")
    leaves = serializers.IntegerField(help_text="That threaten to leave.")
    praises = serializers.IntegerField(help_text="That praise.")
    harm = serializers.IntegerField(help_text="That report harm.")


class CountsSerializer(serializers.Serializer[Any]):
    mentions = serializers.IntegerField(help_text="Mentions said in this time.")
    analysed = serializers.IntegerField(help_text="Of these, analysed so far.")
    positive = serializers.IntegerField(help_text="Found positive.")
    neutral = serializers.IntegerField(help_text="Found neutral.")
    negative = serializers.IntegerField(help_text="Found negative.")
    unknown = serializers.IntegerField(help_text="Analysed, and the analyser cannot tell.")
    likes = serializers.IntegerField(help_text="Likes of these mentions.")
    comments = serializers.IntegerField(help_text="Comments on them.")
    shares = serializers.IntegerField(help_text="Shares of them.")
    engagement = serializers.IntegerField(help_text="Likes, comments and shares.")
    reach = serializers.IntegerField(help_text="People reached, added up.")
    negative_share = ShareSerializer(
        allow_null=True, help_text="Of those with a known sentiment; null when there are none."
    )
    emotions = EmotionCountsSerializer(
        help_text="Mentions in which each emotion was found; one may have several."
    )
    intents = IntentCountsSerializer(help_text="What authors do; one may do several.")


class PeopleCountsSerializer(CountsSerializer):
    unique_authors = UniqueAuthorsSerializer(
        allow_null=True,
        help_text="People who spoke; null for one platform or one language alone.",
    )


def shown_counts(counts: Counts) -> dict[str, Any]:
    """Return counts in the shape of `CountsSerializer`."""
    return {
        **{name: getattr(counts, name) for name in _PLAIN},
        "negative_share": share(counts.negative, counts.known),
        "emotions": {name: getattr(counts, name) for name in EMOTIONS},
        "intents": {name: getattr(counts, name) for name in INTENTS},
    }


def shown_people(counts: Counts, authors: Distinct | None) -> dict[str, Any]:
    """Return counts in the shape of `PeopleCountsSerializer`."""
    return {**shown_counts(counts), "unique_authors": authors}
