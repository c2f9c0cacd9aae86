"""The base of every resource that belongs to a brand."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from crisisapi.accounts.callers import Access, Caller, caller_of
from crisisapi.accounts.permissions import BrandAccess, access_of
from crisisapi.common.actors import Actor
from crisisapi.common.views import ApiViewSet


class BrandViewSet(ApiViewSet):
    """Starts every query from what the caller may see; `access` says what each action asks."""

    permission_classes = [BrandAccess]
    access: ClassVar[dict[str, Access]] = {}
    related: ClassVar[tuple[str, ...]] = ("brand",)

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return caller_of(self.request)

    @property
    def actor(self) -> Actor:
        """Who asks, as events name them."""
        return self.caller.actor

    def get_queryset(self) -> Any:
        """Return only rows of the caller's brands."""
        rows: Any = super().get_queryset()
        visible = rows.visible_to(self._reader())
        return visible.select_related(*self.related) if self.related else visible

    def _reader(self) -> Caller:
        """Return the caller, for a list only with the brands whose rows they may list."""
        access = access_of(self)
        if self.action != "list" or access is None:
            return self.caller
        return self.caller.limited_to(access)

    def change(self) -> dict[str, Any]:
        """Return what every changing service takes: actor, now, expected_version."""
        return {
            "actor": self.actor,
            "now": self.now(),
            "expected_version": self.expected_version(),
        }

    def require(self, brand_id: UUID) -> None:
        """Refuse when the caller may not do this action in this brand."""
        access = access_of(self)
        if access is None or not self.caller.may(brand_id, access):
            raise PermissionDenied(BrandAccess.message)

    def created(self, instance: Any) -> Response:
        """Answer 201 with the new object, and say where it is."""
        response = self.shown(instance, status=201)
        if self.action == "create":
            response["Location"] = self.request.build_absolute_uri(f"{instance.pk}/")
        return response
