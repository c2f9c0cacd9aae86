"""What the steps of a message ask for: acceptance, approval, channels and times."""

from typing import Any

from rest_framework import serializers

from crisisapi.accounts.api.fields import VisibleField
from crisisapi.common.fields import MomentField, ShortListField
from messaging.models import Channel


class AcceptanceSerializer(serializers.Serializer[Any]):
    accept_findings = ShortListField(
        child=serializers.CharField(max_length=80),
        required=False,
        max_length=50,
        help_text="Ids of rules of language whose errors you let stand; not those of gaps.",
    )
    accept_reason = serializers.CharField(
        max_length=2_000, required=False, help_text="Why you let them stand; needed then."
    )


class ApprovalSerializer(AcceptanceSerializer):
    revision = serializers.IntegerField(min_value=1, help_text="Number of the revision you read.")
    comment = serializers.CharField(
        max_length=2_000, required=False, allow_blank=True, help_text="What you want to add."
    )


class RejectionSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1, help_text="Number of the revision you read.")
    reason = serializers.CharField(max_length=2_000, help_text="What has to change.")


class BreakGlassSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1, help_text="Number of the revision you read.")
    reason = serializers.CharField(
        max_length=2_000, help_text="Why it cannot wait, in at least 20 characters."
    )


class RatificationSerializer(serializers.Serializer[Any]):
    comment = serializers.CharField(max_length=2_000, help_text="What you found.")
    is_justified = serializers.BooleanField(
        required=False, help_text="Whether it was right to break the glass; left out: yes."
    )


class ChannelChoiceSerializer(serializers.Serializer[Any]):
    channels = VisibleField(
        queryset=Channel.objects.all(),
        many=True,
        allow_empty=False,
        help_text="Ids of the channels to publish to.",
    )
    publish_at = MomentField(
        required=False,
        help_text="When it shall leave, within a year; left out: at once.",
    )


class RescheduleSerializer(serializers.Serializer[Any]):
    publish_at = MomentField(help_text="When it shall leave instead, within a year.")
