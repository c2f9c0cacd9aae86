"""Revisions of messages, read only."""

from typing import Any

from rest_framework import serializers

from messaging.models import MessageRevision


class FactSnapshotSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of the fact.")
    statement = serializers.CharField(help_text="What it said.")
    status = serializers.CharField(help_text="What was known of it at the time.")


class PieceSnapshotSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(help_text="One line.")
    text = serializers.CharField(help_text="What was to be sent, word for word.")
    language = serializers.CharField(help_text="ISO 639-1.")
    options = serializers.DictField(help_text="What the platform was to be told beside it.")


class VariantSnapshotSerializer(serializers.Serializer[Any]):
    channel = serializers.UUIDField(help_text="Id of the channel.")
    pieces = PieceSnapshotSerializer(many=True, help_text="Its posts.")


class MessageRevisionSerializer(serializers.ModelSerializer[MessageRevision]):
    facts = FactSnapshotSerializer(many=True, help_text="The facts it rested on.")
    variants = VariantSnapshotSerializer(many=True, help_text="What channels were to show.")

    class Meta:
        model = MessageRevision
        fields = [
            "id",
            "number",
            "title",
            "body",
            "language",
            "facts",
            "variants",
            "author",
            "reason",
            "wording_hash",
            "created_at",
        ]
        read_only_fields = fields
