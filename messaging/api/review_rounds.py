"""Rounds of review, read only: decisions are taken on the message."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from messaging.api.review_decisions import ReviewDecisionSerializer
from messaging.api.review_policies import ReviewStageSerializer
from messaging.models import ReviewRound, RoundOutcome


class ReviewTermsSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Name of the policy; empty without one.")
    stages = ReviewStageSerializer(many=True, help_text="Passed one after the other.")
    expires_after_hours = serializers.IntegerField(
        allow_null=True, help_text="How long the approval waits to be used; null: for ever."
    )
    keeps_scheduled = serializers.BooleanField(
        help_text="Whether the approval of a scheduled message stays when its time is over."
    )
    remind_after_minutes = serializers.IntegerField(
        allow_null=True, help_text="How often those who are asked are reminded; null: never."
    )
    break_glass_roles = serializers.ListField(
        child=serializers.CharField(), help_text="Roles that may approve without review."
    )


class ReviewRoundSerializer(serializers.ModelSerializer[ReviewRound]):
    brand = BrandField(read_only=True)
    terms = ReviewTermsSerializer(help_text="What the policy said at submission.")
    decisions = ReviewDecisionSerializer(many=True, help_text="What was said so far.")

    class Meta:
        model = ReviewRound
        fields = [
            "id",
            "brand",
            "message",
            "revision",
            "wording_hash",
            "policy",
            "policy_version",
            "terms",
            "stage",
            "stage_opened_at",
            "remind_at",
            "outcome",
            "closed_at",
            "decisions",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class ReviewRoundFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(
        field_name="message__incident_id", help_text="Id of the incident."
    )
    message = filters.UUIDFilter(field_name="message_id", help_text="Id of the message.")
    policy = filters.UUIDFilter(field_name="policy_id", help_text="Id of the policy.")
    outcome = filters.MultipleChoiceFilter(
        choices=RoundOutcome.choices, help_text="One or more outcomes (repeat the parameter)."
    )

    class Meta:
        model = ReviewRound
        fields: list[str] = []


class ReviewRoundViewSet(BrandViewSet):
    """One wording going through its stages; decide on the message itself."""

    serializer_class = ReviewRoundSerializer
    queryset = ReviewRound.objects.prefetch_related("decisions")
    filterset_class = ReviewRoundFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ))
