"""May this caller do this action? Every view says what each of its actions asks."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from crisisapi.accounts.callers import Access, caller_of, who_asks
from crisisapi.accounts.models import ApiKey


class BrandAccess(BasePermission):
    """Checks the view's `access` map; an action without an entry is refused."""

    message = _("Your role or the key's scopes do not allow this.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Refuse the anonymous, and keys without the scope."""
        who = who_asks(request)
        if who is None:
            return False
        if getattr(view, "action", None) in (None, "metadata"):
            return True  # a method that is not served here: the view answers 405
        access = access_of(view)
        if access is None:
            return False
        if isinstance(who, ApiKey):
            return access.opens_to(who)
        return bool(view.kwargs) or self._suffices_somewhere(request, access)

    def _suffices_somewhere(self, request: Request, access: Access) -> bool:
        """Refuse early, before the body is looked at, whose role is too low in every brand.

        Who has no brand at all may list, and finds nothing.
        """
        caller = caller_of(request)
        if access.role is None or (not caller.roles and request.method in SAFE_METHODS):
            return True
        return bool(caller.limited_to(access).roles)

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        """Refuse a role too low in the brand of the object."""
        access = access_of(view)
        if access is None:
            return False
        if access.role is None and not isinstance(who_asks(request), ApiKey):
            return True
        brand_id = getattr(obj, "brand_id", None) or obj.pk
        return caller_of(request).may(brand_id, access)


def access_of(view: Any) -> Access | None:
    """Return what the view's current action asks."""
    found: Access | None = view.access.get(getattr(view, "action", None))
    return found
