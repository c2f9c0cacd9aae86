"""Findings of the language checks in the present wording of a message, read only."""

from collections.abc import Callable
from typing import Any

from rest_framework import serializers

from messaging.api.language_checks import (
    AppliedPackSerializer,
    FindingCountsSerializer,
    FindingSerializer,
)
from messaging.models import Message
from messaging.services.findings import Acceptance


class MessageFindingSerializer(FindingSerializer):
    part = serializers.ChoiceField(
        choices=["title", "body", "whole"],
        help_text="Title or body, its span counting from there; whole: something is missing.",
    )
    variant = serializers.UUIDField(
        allow_null=True, help_text="Id of the variant whose title or text it is in; null: none."
    )


class MessageFindingsSerializer(serializers.Serializer[Any]):
    language = serializers.CharField(help_text="Language of the body.")
    findings = MessageFindingSerializer(
        many=True, source="placed", help_text="What was found, by place; what is missing first."
    )
    counts = FindingCountsSerializer(help_text="How many of each severity.")
    packs = AppliedPackSerializer(many=True, help_text="Which rules were applied.")


def accepting(service: Callable[..., Message]) -> Callable[..., Message]:
    """Return the service, given what a body says of errors that may stand."""

    def act(**said: Any) -> Message:
        acceptance = Acceptance(said.pop("accept_findings", ()), said.pop("accept_reason", ""))
        return service(acceptance=acceptance, **said)

    return act
