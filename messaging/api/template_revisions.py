"""Revisions of templates, read only."""

from rest_framework import serializers

from messaging.api.placeholders import PlaceholderSerializer
from messaging.models import TemplateRevision


class TemplateRevisionSerializer(serializers.ModelSerializer[TemplateRevision]):
    placeholders = PlaceholderSerializer(many=True, help_text="What each placeholder took.")

    class Meta:
        model = TemplateRevision
        fields = [
            "id",
            "number",
            "title",
            "body",
            "placeholders",
            "author",
            "reason",
            "created_at",
        ]
        read_only_fields = fields
