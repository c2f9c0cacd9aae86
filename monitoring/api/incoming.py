"""What integrators push, as the document of the API tells it."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from monitoring.rules.incoming import COUNT_LIMIT, ITEMS_LIMIT


@extend_schema_serializer(component_name="IncomingAuthor")
class AuthorSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(
        required=False, max_length=300, help_text="The account's id at the platform."
    )
    handle = serializers.CharField(required=False, max_length=300, help_text="Account name.")
    name = serializers.CharField(required=False, max_length=300, help_text="Name shown.")
    followers = serializers.IntegerField(
        required=False, min_value=0, max_value=COUNT_LIMIT, help_text="Followers."
    )
    verified = serializers.BooleanField(
        required=False, help_text="Whether the platform vouches for the account."
    )
    profile = serializers.CharField(
        required=False, max_length=2_000, help_text="Address of the account."
    )


class IncomingMentionSerializer(serializers.Serializer[Any]):
    """One mention; unknown fields are ignored."""

    id = serializers.CharField(
        max_length=300, help_text="Its id at the source; the same id is stored once."
    )
    text = serializers.CharField(max_length=40_000, help_text="What was said.")
    platform = serializers.RegexField(
        r"^[a-z0-9_-]{1,30}$", required=False, help_text="Where; the source's own by default."
    )
    published_at = serializers.DateTimeField(
        required=False, help_text="When, with offset; the time of receipt by default."
    )
    url = serializers.CharField(required=False, max_length=2_000, help_text="Its address.")
    language = serializers.RegexField(
        r"^([a-z]{2,3})?$", required=False, help_text="ISO 639; found out when left away."
    )
    author = AuthorSerializer(required=False, help_text="Who said it.")
    parent_id = serializers.CharField(
        required=False, max_length=300, help_text="Id at the source of what it answers."
    )
    sentiment = serializers.ChoiceField(
        ["positive", "neutral", "negative"],
        required=False,
        help_text="What your tool makes of it; ours is made besides.",
    )
    revision = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2**53,
        help_text="Rises when the author edits the post; its text then replaces the one before.",
    )
    likes = serializers.IntegerField(
        required=False, min_value=0, max_value=COUNT_LIMIT, help_text="Likes so far."
    )
    comments = serializers.IntegerField(
        required=False, min_value=0, max_value=COUNT_LIMIT, help_text="Comments so far."
    )
    shares = serializers.IntegerField(
        required=False, min_value=0, max_value=COUNT_LIMIT, help_text="Shares so far."
    )
    reach = serializers.IntegerField(
        required=False, min_value=0, max_value=COUNT_LIMIT, help_text="People reached."
    )


@extend_schema_serializer(component_name="IncomingMentions")
class WebhookBodySerializer(serializers.Serializer[Any]):
    mentions = IncomingMentionSerializer(many=True, help_text=f"At most {ITEMS_LIMIT}.")
