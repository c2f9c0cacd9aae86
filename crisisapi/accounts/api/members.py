"""Members of a brand."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Department, Member, Role, User
from crisisapi.accounts.services.members import add_member, change_member, remove_member


class MemberSerializer(serializers.ModelSerializer[Member]):
    brand = BrandField(read_only=True)
    username = serializers.CharField(source="user.username", help_text="User name.")
    name = serializers.CharField(source="user.display_name", help_text="Name others see.")

    class Meta:
        model = Member
        fields = [
            "id",
            "brand",
            "user",
            "username",
            "name",
            "role",
            "department",
            "created_at",
            "version",
        ]
        read_only_fields = fields


class NewMemberSerializer(serializers.ModelSerializer[Member]):
    brand = BrandField()
    username = serializers.SlugRelatedField(
        source="user",
        slug_field="username",
        queryset=User.objects.filter(is_active=True),
        help_text="User name of the person.",
        error_messages={"does_not_exist": _("There is no active user of this name.")},
    )

    class Meta:
        model = Member
        fields = ["brand", "username", "role", "department"]
        validators: list[Any] = []  # the service refuses a second membership, races included
        extra_kwargs = {"department": {"default": Department.OTHER}}


class MemberChangeSerializer(serializers.ModelSerializer[Member]):
    class Meta:
        model = Member
        fields = ["role", "department"]


class MemberFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = Member
        fields = ["role", "department"]


class MemberViewSet(BrandViewSet):
    """People and their roles."""

    serializer_class = MemberSerializer
    queryset = Member.objects.all()
    related = ("brand", "user")
    filterset_class = MemberFilter
    access = {
        "list": Access(Role.VIEWER),
        "retrieve": Access(Role.VIEWER),
        "create": Access(Role.MANAGER),
        "partial_update": Access(Role.MANAGER),
        "destroy": Access(Role.MANAGER),
    }
    terms = {"create": NewMemberSerializer, "partial_update": MemberChangeSerializer}

    @extend_schema(request=NewMemberSerializer, responses={201: MemberSerializer})
    def create(self, request: Request) -> Response:
        """Give a person a role in a brand."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(add_member(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=MemberChangeSerializer, responses=MemberSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a role or a department."""
        member = self.get_object()
        return self.shown(change_member(member=member, **self.validated(), **self.change()))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: Any) -> Response:
        """End a membership."""
        remove_member(member=self.get_object(), **self.change())
        return Response(status=204)
