"""How posts fit their platform, as previews and variants show it."""

from typing import Any

from rest_framework import serializers

from messaging.rules.limits.base import Problem
from messaging.services.limit_sentences import sentence_of

UNITS = ["weighted", "characters", "graphemes", "bytes", "utf16"]
SEVERITIES = ["error", "warning"]
PARTS = ["text", "title", "media", "options"]


class LimitProblemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable name of what is wrong.")
    severity = serializers.ChoiceField(
        choices=SEVERITIES, help_text="error: the platform refuses or cuts it; warning: look at it."
    )
    part = serializers.ChoiceField(choices=PARTS, help_text="What it is about.")
    start = serializers.IntegerField(
        allow_null=True,
        help_text="Where it begins: code points of the post's text or title, or which medium.",
    )
    end = serializers.IntegerField(allow_null=True, help_text="Where it ends, not included.")
    sentence = serializers.SerializerMethodField(help_text="The same in words.")

    def get_sentence(self, problem: Problem) -> str:
        """Say it in the language of the request."""
        return sentence_of(problem)


class AttachedMediaSerializer(serializers.Serializer[Any]):
    asset = serializers.UUIDField(help_text="Id of the picture or film.")
    mime_type = serializers.CharField(help_text="Media type.")
    alt_text = serializers.CharField(help_text="What it shows.")
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField(help_text="SHA-256, hexadecimal.")


class MeasuredPostSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(
        source="piece.text", trim_whitespace=False, help_text="What is sent, word for word."
    )
    title = serializers.CharField(source="piece.title", help_text="One line.")
    attachments = AttachedMediaSerializer(
        source="piece.attachments", many=True, help_text="Pictures and films with it."
    )
    length = serializers.IntegerField(
        source="measure.length", help_text="As the platform counts the text."
    )
    limit = serializers.IntegerField(
        source="measure.limit", allow_null=True, help_text="How much it takes; null: any length."
    )
    remaining = serializers.IntegerField(
        source="measure.remaining",
        allow_null=True,
        help_text="How much may be added; negative: how much is too much.",
    )
    unit = serializers.ChoiceField(
        choices=UNITS, source="measure.unit", help_text="What the platform counts."
    )
    problems = LimitProblemSerializer(
        source="measure.problems", many=True, help_text="Everything the platform would mind."
    )
