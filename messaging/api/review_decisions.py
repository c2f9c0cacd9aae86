"""Decisions of reviewers, read only."""

from rest_framework import serializers

from messaging.models import ReviewDecision


class ReviewDecisionSerializer(serializers.ModelSerializer[ReviewDecision]):
    class Meta:
        model = ReviewDecision
        fields = ["id", "revision", "decision", "reviewer", "comment", "created_at"]
        read_only_fields = fields
