"""Review policies: who has to agree to what."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import OneOfField, ShortListField
from incidents.models import Severity
from incidents.models.incident import Kind
from messaging.models import Purpose, ReviewPolicy
from messaging.services.review_policies import add_review_policy, change_review_policy

_STAGE_RULES = [("any", "any"), ("all", "all"), ("at_least", "at_least")]


_PARTY = {
    "type": "object",
    "description": "Who is asked: everything named must be true of a person.",
    "properties": {
        "role": {
            "$ref": "#/components/schemas/Role",
            "description": "This role or a higher one.",
        },
        "department": {
            "$ref": "#/components/schemas/Department",
            "description": "This department.",
        },
        "member": {"type": "string", "format": "uuid", "description": "This person, by id."},
    },
}


@extend_schema_field({"type": "array", "items": _PARTY})
class PartiesField(serializers.JSONField):
    """Parties, each with what was named of it and nothing else."""


class ReviewStageSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="What people call it; empty where there is no policy.")
    who = PartiesField(help_text="Who is asked.")
    rule = serializers.ChoiceField(
        choices=_STAGE_RULES,
        help_text="any: one of them; all: one person for each; at_least: so many as count says.",
    )
    count = serializers.IntegerField(
        required=False, help_text="With at_least: how many people have to agree."
    )


class ReviewPolicySerializer(serializers.ModelSerializer[ReviewPolicy]):
    brand = BrandField(read_only=True)
    purposes = serializers.ListField(
        child=serializers.ChoiceField(choices=Purpose.choices), help_text="Empty: of any."
    )
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=Kind.choices), help_text="Empty: of any."
    )
    severities = serializers.ListField(
        child=serializers.ChoiceField(choices=Severity.choices), help_text="Empty: of any."
    )
    stages = ReviewStageSerializer(many=True, help_text="Passed one after the other.")
    break_glass_roles = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices),
        help_text="Roles that may approve without review in an emergency.",
    )

    class Meta:
        model = ReviewPolicy
        fields = [
            "id",
            "brand",
            "name",
            "position",
            "purposes",
            "kinds",
            "severities",
            "stages",
            "expires_after_hours",
            "keeps_scheduled",
            "remind_after_minutes",
            "break_glass_roles",
            "is_active",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


@extend_schema_field(ReviewStageSerializer(many=True))
class StagesField(serializers.JSONField):
    """Stages, checked by the service, which says what would be right at each place."""


class ReviewPolicyChangeSerializer(serializers.ModelSerializer[ReviewPolicy]):
    purposes = ShortListField(
        child=OneOfField(choices=Purpose.choices),
        required=False,
        help_text="Only messages of these purposes; empty: of any.",
    )
    kinds = ShortListField(
        child=OneOfField(choices=Kind.choices),
        required=False,
        help_text="Only in incidents of these kinds; empty: of any.",
    )
    severities = ShortListField(
        child=OneOfField(choices=Severity.choices),
        required=False,
        help_text="Only in incidents of these severities; empty: of any.",
    )
    stages = StagesField(required=False, help_text="Who is asked, stage after stage.")
    expires_after_hours = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=8784,
        help_text="How long an approval waits to be used; null: for ever.",
    )
    remind_after_minutes = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=5,
        max_value=43200,
        help_text="How often those who are asked are reminded; null: never.",
    )
    break_glass_roles = ShortListField(
        child=OneOfField(
            choices=[(role.value, role.label) for role in (Role.APPROVER, Role.MANAGER)]
        ),
        required=False,
        help_text="Roles that may approve without review in an emergency; empty: nobody.",
    )

    class Meta:
        model = ReviewPolicy
        fields = [
            "name",
            "position",
            "purposes",
            "kinds",
            "severities",
            "stages",
            "expires_after_hours",
            "keeps_scheduled",
            "remind_after_minutes",
            "break_glass_roles",
            "is_active",
        ]


class NewReviewPolicySerializer(ReviewPolicyChangeSerializer):
    brand = BrandField()
    stages = StagesField(help_text="Who is asked, stage after stage.")

    class Meta(ReviewPolicyChangeSerializer.Meta):
        fields = ["brand", *ReviewPolicyChangeSerializer.Meta.fields]
        validators: list[Any] = []  # the service refuses a name that is taken, under its lock


class ReviewPolicyFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = ReviewPolicy
        fields = ["is_active"]


class ReviewPolicyViewSet(BrandViewSet):
    """Who has to agree to which messages, in which stages."""

    serializer_class = ReviewPolicySerializer
    queryset = ReviewPolicy.objects.all()
    filterset_class = ReviewPolicyFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ)
    ) | dict.fromkeys(["create", "partial_update"], Access(Role.MANAGER))
    terms = {
        "create": NewReviewPolicySerializer,
        "partial_update": ReviewPolicyChangeSerializer,
    }

    @extend_schema(request=NewReviewPolicySerializer, responses={201: ReviewPolicySerializer})
    def create(self, request: Request) -> Response:
        """Make a policy; it is for messages submitted from now on."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(add_review_policy(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=ReviewPolicyChangeSerializer, responses=ReviewPolicySerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a policy; reviews that go on keep the terms they were submitted to."""
        policy = self.get_object()
        changed = change_review_policy(policy=policy, **self.validated(), **self.change())
        return self.shown(changed)
