"""What a receiver of signed webhooks is sent, as the OpenAPI document tells it."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, OpenApiWebhook, extend_schema
from rest_framework import serializers

from incidents.models import Severity, Status


class ToldIncidentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="The incident.")
    reference = serializers.CharField(help_text="What people call it, e.g. INC-2026-0001.")
    title = serializers.CharField(help_text="What it is about.")
    status = serializers.ChoiceField(choices=Status.choices, help_text="Where it stands now.")
    severity = serializers.ChoiceField(
        choices=Severity.choices, help_text="How severe it is now, 1 the most."
    )
    link = serializers.CharField(help_text="Where people look at it.")


class ToldNewsSerializer(serializers.Serializer[Any]):
    verb = serializers.CharField(help_text="What happened, as in the event log.")
    occurred_at = serializers.DateTimeField(help_text="When it happened.")
    object_type = serializers.CharField(help_text="What it happened to.")
    object_id = serializers.UUIDField(help_text="Which one.")
    incident_id = serializers.UUIDField(
        allow_null=True, help_text="The incident it belongs to; null for none."
    )
    sentence = serializers.CharField(help_text="What to know, in the language of the target.")
    details = serializers.DictField(help_text="What the sentence is made of; depends on the verb.")


class ToldSerializer(serializers.Serializer[Any]):
    brand = serializers.SlugField(help_text="The brand whose news it is.")
    language = serializers.CharField(help_text="The language of the sentences.")
    subject = serializers.CharField(help_text="All of it in one line.")
    incident = ToldIncidentSerializer(
        allow_null=True,
        help_text="The incident all of it is about; null for none, and for a digest of several.",
    )
    count = serializers.IntegerField(help_text="How many news there are.")
    news = ToldNewsSerializer(many=True, help_text="The first fifty, the most urgent first.")


class NewsWebhookSerializer(serializers.Serializer[Any]):
    type = serializers.CharField(
        help_text="The verb of the most urgent of its news, e.g. alert.raised; "
        "notificationtarget.tested for a trial."
    )
    timestamp = serializers.DateTimeField(help_text="When that happened.")
    data = ToldSerializer(  # type: ignore[assignment]  # the standard calls it so
        help_text="What happened."
    )


def _described(view: type) -> Any:
    # The story told beside this file is the example.
    view.__module__ = __name__
    return extend_schema(
        operation_id="tellNews",
        summary="Tell news",
        description="What a team's target of the way `webhook` is sent, signed after Standard "
        "Webhooks with the target's secret. What is not answered with 2xx is sent again under the "
        "same webhook-id: after 30 seconds, 2 minutes, 10 minutes and then every hour for a day; "
        "Retry-After is heeded.",
        tags=["team-notification-targets"],
        request=NewsWebhookSerializer,
        responses={
            "2XX": OpenApiResponse(description="Taken. What is in the answer is not read."),
            "410": OpenApiResponse(description="No more of it: the target is turned off."),
        },
    )(view)


NEWS = OpenApiWebhook("news", _described)
