"""Where people and teams are told of what happens, outside of the service."""

from datetime import timedelta
from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import NothingSerializer, RotationSerializer
from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role
from crisisapi.common.fields import OneOfField, ShortDictField
from messaging.models import NotificationTarget, Timing
from messaging.services.notification_targets import (
    add_target,
    change_target,
    rotate_target_secret,
    try_target,
)

_CHOICES = [
    "timing",
    "kinds",
    "digest_minutes",
    "quiet_from",
    "quiet_until",
    "wake_for_urgent",
    "language",
    "is_active",
]


class NotificationTargetSerializer(serializers.ModelSerializer[NotificationTarget]):
    brand = BrandField(read_only=True)
    kinds = serializers.DictField(
        child=serializers.ChoiceField(choices=Timing.choices),
        read_only=True,
        help_text="Sorts of news with a timing of their own.",
    )
    has_address = serializers.SerializerMethodField(
        help_text="Whether an address is stored; it is never shown."
    )

    class Meta:
        model = NotificationTarget
        fields = [
            "id",
            "brand",
            "person",
            "way",
            "name",
            "has_address",
            *_CHOICES,
            "failing_since",
            "last_error",
            "previous_secret_until",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_has_address(self, target: NotificationTarget) -> bool:
        """Say only whether there is one."""
        return bool(target.address)


class TargetWithSecretSerializer(NotificationTargetSerializer):
    secret = serializers.CharField(
        read_only=True,
        help_text="Signing secret of a webhook (Standard Webhooks), shown only now; else empty.",
    )

    class Meta(NotificationTargetSerializer.Meta):
        fields = [*NotificationTargetSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class _KindsField(ShortDictField):
    limit = 20


class NotificationTargetChangeSerializer(serializers.ModelSerializer[NotificationTarget]):
    address = serializers.CharField(
        max_length=2_000,
        required=False,
        allow_blank=True,
        write_only=True,
        help_text="Address of the incoming webhook, of the receiver of signed webhooks, or the "
        "team's mailbox; stored encrypted.",
    )
    kinds = _KindsField(
        child=OneOfField(choices=Timing.choices),
        required=False,
        help_text="Timing by sort of news: incident, role, task, clock, review, publication, flag, "
        "brake, stakeholder, goal, lesson, word, source, alert.",
    )

    class Meta:
        model = NotificationTarget
        fields = ["name", "address", *_CHOICES]


class NewNotificationTargetSerializer(NotificationTargetChangeSerializer):
    brand = BrandField()

    class Meta(NotificationTargetChangeSerializer.Meta):
        fields = ["brand", "way", *NotificationTargetChangeSerializer.Meta.fields]
        validators: list[Any] = []


class TargetTrialSerializer(serializers.Serializer[Any]):
    is_sent = serializers.BooleanField(help_text="Whether it got there.")
    error = serializers.CharField(help_text="Why it did not; empty when it did.")


class NotificationTargetFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = NotificationTarget
        fields = ["way", "is_active"]


class _TargetViewSet(BrandViewSet):
    serializer_class = NotificationTargetSerializer
    queryset = NotificationTarget.objects.all()
    filterset_class = NotificationTargetFilter
    terms = {
        "create": NewNotificationTargetSerializer,
        "partial_update": NotificationTargetChangeSerializer,
        "test": NothingSerializer,
    }

    def _add(self, person: Any) -> NotificationTarget:
        terms = self.validated()
        self.require(terms["brand"].pk)
        return add_target(**terms, person=person, actor=self.actor, now=self.now())

    def _change(self) -> Response:
        target = self.get_object()
        return self.shown(change_target(target=target, **self.validated(), **self.change()))

    def _try(self) -> Response:
        self.validated()
        target = self.get_object()
        attempt = try_target(target=target, now=self.now())
        return Response({"is_sent": attempt.is_sent, "error": attempt.error})


class NotificationTargetViewSet(_TargetViewSet):
    """Where the caller is told of what concerns them; nobody else sees it."""

    access = dict.fromkeys(["list", "create"], Access(Role.VIEWER)) | dict.fromkeys(
        ["retrieve", "partial_update", "test"], Access(None)
    )

    def get_queryset(self) -> Any:
        """Return only the caller's own."""
        return super().get_queryset().filter(person_id=self.caller.actor.id)

    @extend_schema(
        request=NewNotificationTargetSerializer, responses={201: NotificationTargetSerializer}
    )
    def create(self, request: Request) -> Response:
        """Name where you want to be told, and when."""
        return self.created(self._add(self.caller.who))

    @extend_schema(
        request=NotificationTargetChangeSerializer, responses=NotificationTargetSerializer
    )
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change where and when you are told."""
        return self._change()

    @extend_schema(request=NothingSerializer, responses=TargetTrialSerializer)
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: Any) -> Response:
        """Send one sentence there now, and say what came of it."""
        return self._try()


class TeamNotificationTargetViewSet(_TargetViewSet):
    """Where a whole team is told; never of restricted incidents, nor of drills."""

    access = dict.fromkeys(
        ["list", "retrieve", "create", "partial_update", "test", "rotate_secret"],
        Access(Role.MANAGER),
    )
    terms = {**_TargetViewSet.terms, "rotate_secret": RotationSerializer}

    def get_queryset(self) -> Any:
        """Return only those of teams."""
        return super().get_queryset().filter(person=None)

    @extend_schema(
        request=NewNotificationTargetSerializer, responses={201: TargetWithSecretSerializer}
    )
    def create(self, request: Request) -> Response:
        """Name a chat or a mailbox of the team, or a receiver of signed webhooks.

        The answer is the only place where the secret of a webhook stands.
        """
        target = self._add(None)
        return _with_secret(self.created(target), target)

    @extend_schema(
        request=NotificationTargetChangeSerializer, responses=NotificationTargetSerializer
    )
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change where and when the team is told."""
        return self._change()

    @extend_schema(request=NothingSerializer, responses=TargetTrialSerializer)
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: Any) -> Response:
        """Send one sentence there now, and say what came of it."""
        return self._try()

    @extend_schema(request=RotationSerializer, responses=TargetWithSecretSerializer)
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, pk: Any) -> Response:
        """Make a new signing secret of a webhook; for a while the old one signs as well."""
        target = self.get_object()
        overlap = timedelta(hours=self.validated()["overlap_hours"])
        rotated = rotate_target_secret(target=target, overlap=overlap, **self.change())
        return _with_secret(self.shown(rotated), rotated)


def _with_secret(response: Response, target: NotificationTarget) -> Response:
    response.data = {**response.data, "secret": target.secret or ""}
    return response
