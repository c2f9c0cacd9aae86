"""Revisions of messages, read only."""

from typing import Any

from rest_framework import serializers

from messaging.models import MessageRevision


class FactSnapshotSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of the fact.")
    statement = serializers.CharField(help_text="What it said.")
    status = serializers.CharField(help_text="What was known of it at the time.")


class MessageRevisionSerializer(serializers.ModelSerializer[MessageRevision]):
    facts = FactSnapshotSerializer(many=True, help_text="The facts it rested on.")

    class Meta:
        model = MessageRevision
        fields = [
            "id",
            "number",
            "title",
            "body",
            "language",
            "facts",
            "author",
            "reason",
            "wording_hash",
            "created_at",
        ]
        read_only_fields = fields
