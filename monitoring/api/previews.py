"""What would become of a payload."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from crisisapi.common.fields import TextsField
from monitoring.api.deliveries import RejectionSerializer
from monitoring.services.previewing import Letter


class PayloadSerializer(serializers.Serializer[Any]):
    payload = serializers.CharField(
        max_length=5_000_000,
        trim_whitespace=False,
        allow_blank=True,
        help_text="The body as the platform would send it, as text.",
    )
    headers = TextsField(
        required=False,
        help_text="The headers it came with, by name: whether its signature is right is told.",
    )
    query = TextsField(
        required=False,
        help_text="The parameters of a handshake: whether it would be answered is told.",
    )


def letter_of(terms: Mapping[str, Any]) -> Letter:
    """Return what was given as a platform would send it."""
    body = terms["payload"].encode("utf-8", "surrogatepass")
    return Letter(body, terms.get("headers", {}), terms.get("query", {}))


class PreviewedItemSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Its id at the source.")
    text = serializers.CharField(help_text="What was said.")
    platform = serializers.CharField(help_text="Where.")
    author = serializers.CharField(help_text="Account or name.")
    published_at = serializers.DateTimeField(help_text="When.")
    outcome = serializers.ChoiceField(
        ["new", "duplicate", "updated", "ignored"], help_text="What would become of it."
    )
    rules = serializers.ListField(
        child=serializers.ChoiceField(
            ["same_id", "repeated_in_payload", "edited", "engagement_grew", "removed_before"]
        ),
        help_text="By which rules; `removed_before` and new: it is counted without its words.",
    )


class PreviewedIgnoredSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Its place in the payload, from 0.")
    id = serializers.CharField(help_text="Its id at the source; may be empty.")
    rule = serializers.CharField(help_text="`own_post`: the brand said it itself.")


class PreviewedRemovalSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Id of the post that is gone.")
    outcome = serializers.ChoiceField(
        ["removed", "removed_before", "remembered"],
        help_text="`removed`: its words would go; `remembered`: it has not come yet.",
    )


class PreviewedWantedSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="What is to be looked up.")
    kind = serializers.CharField(help_text="Kind of the source that would look it up.")
    outcome = serializers.ChoiceField(
        ["looked_up", "known"], help_text="`known`: heard, gone, or to be looked up already."
    )


class PreviewedStateSerializer(serializers.Serializer[Any]):
    external_id = serializers.CharField(help_text="Id of a message of yours at the platform.")
    state = serializers.CharField(help_text="What is said of it; a hint, it is asked about.")


class PreviewedSignatureSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(
        ["taken", "repeated", "conflict", "ping", "refused"],
        help_text="`repeated`: answered as before; `conflict`: its id was used for other bytes.",
    )
    code = serializers.CharField(help_text="Why it would be refused; else empty.")
    detail = serializers.CharField(help_text="The same in words.")
    delivery = serializers.UUIDField(allow_null=True, help_text="The delivery of the same id.")


class PreviewedHandshakeSerializer(serializers.Serializer[Any]):
    is_answered = serializers.BooleanField(help_text="Whether it is a handshake that is right.")
    status = serializers.IntegerField(help_text="Status of the answer.")


class SourcePreviewSerializer(serializers.Serializer[Any]):
    signature = PreviewedSignatureSerializer(
        allow_null=True, help_text="What a push with these headers would hear."
    )
    handshake = PreviewedHandshakeSerializer(
        allow_null=True, help_text="What a handshake with these parameters would hear."
    )
    would_be_taken = serializers.BooleanField(help_text="False while the source is paused.")
    mentions = PreviewedItemSerializer(
        many=True, help_text="Each mention, and behind them those that are repeated."
    )
    ignored = PreviewedIgnoredSerializer(many=True, help_text="Items that are no mentions.")
    removed = PreviewedRemovalSerializer(many=True, help_text="Posts it says are gone.")
    wanted = PreviewedWantedSerializer(many=True, help_text="Posts of which only the id is there.")
    states = PreviewedStateSerializer(many=True, help_text="What it says of messages of yours.")
    asked_about = serializers.IntegerField(
        help_text="Posts of yours whose platform would be asked what became of them."
    )
    accepted = serializers.IntegerField(help_text="Mentions the delivery would add.")
    duplicates = serializers.IntegerField(help_text="Mentions of it that would be known.")
    updated = serializers.IntegerField(help_text="Known mentions of it that would change.")
    rejected = RejectionSerializer(many=True, help_text="Items that are refused, where, and why.")
    error_code = serializers.CharField(help_text="Why nothing of it can be read; else empty.")
    error_detail = serializers.CharField(help_text="The same in words.")
