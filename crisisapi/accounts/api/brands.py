"""Brands."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Brand, Role, Scope
from crisisapi.accounts.services.brands import change_brand, create_brand
from crisisapi.common.fields import ShortListField


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


class BrandSerializer(serializers.ModelSerializer[Brand]):
    languages = ShortListField(
        child=serializers.RegexField(r"^[a-z]{2}$"),
        required=False,
        max_length=20,
        help_text="Languages its public speaks, ISO 639-1, the main one first.",
    )

    class Meta:
        model = Brand
        fields = [
            "id",
            "slug",
            "name",
            "languages",
            "time_zone",
            "mentions_kept_days",
            "deliveries_kept_days",
            "created_at",
            "version",
        ]

    def validate_time_zone(self, value: str) -> str:
        """Refuse a name that is not in the IANA database."""
        if value not in _time_zones():
            raise serializers.ValidationError(_("Give a name such as Asia/Jerusalem."))
        return value


class BrandChangeSerializer(BrandSerializer):
    class Meta(BrandSerializer.Meta):
        fields = [
            "name",
            "languages",
            "time_zone",
            "mentions_kept_days",
            "deliveries_kept_days",
        ]


class BrandResourceViewSet(BrandViewSet):
    """The organisations and products watched and defended."""

    serializer_class = BrandSerializer
    queryset = Brand.objects.all()
    related = ()
    access = {
        "list": Access(role=None, scope=Scope.BRANDS_READ),
        "create": Access(role=None),
        "retrieve": Access(Role.VIEWER, Scope.BRANDS_READ),
        "partial_update": Access(Role.MANAGER),
    }
    terms = {"create": BrandSerializer, "partial_update": BrandChangeSerializer}

    @extend_schema(request=BrandSerializer, responses={201: BrandSerializer})
    def create(self, request: Request) -> Response:
        """Make a brand; staff only. The caller becomes its first manager."""
        if not request.user.is_staff:
            raise PermissionDenied(_("Only staff may make a brand."))
        terms = self.validated()
        return self.created(
            create_brand(founder=request.user, actor=self.actor, now=self.now(), **terms)
        )

    @extend_schema(request=BrandChangeSerializer, responses=BrandSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change name, languages, time zone, or how long what is heard is kept."""
        brand = self.get_object()
        return self.shown(change_brand(brand=brand, **self.validated(), **self.change()))
