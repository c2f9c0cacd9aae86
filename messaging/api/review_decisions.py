"""Decisions of reviewers, read only."""

from rest_framework import serializers

from messaging.models import ReviewDecision


class ReviewDecisionSerializer(serializers.ModelSerializer[ReviewDecision]):
    accepted_findings = serializers.ListField(
        child=serializers.CharField(),
        help_text="Ids of rules of language whose errors they let stand.",
    )

    class Meta:
        model = ReviewDecision
        fields = [
            "id",
            "revision",
            "round",
            "stage",
            "decision",
            "reviewer",
            "role",
            "department",
            "comment",
            "accepted_findings",
            "accepted_reason",
            "created_at",
        ]
        read_only_fields = fields
