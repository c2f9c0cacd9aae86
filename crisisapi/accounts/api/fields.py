"""Serializer fields that only know what the caller may see."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crisisapi.accounts.callers import caller_of
from crisisapi.accounts.models import Brand, Member, User


class BrandField(serializers.SlugRelatedField[Brand]):
    """A brand by its slug; an API key, or a person with one brand, may leave it out."""

    default_error_messages = {
        "does_not_exist": _("You have no brand “{value}”."),
        "needed": _("You belong to several brands: name one."),
    }

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Brand.objects.all())
            kwargs.setdefault("required", False)
            kwargs.setdefault("default", _OnlyBrand())
        kwargs.setdefault("help_text", "Slug of the brand.")
        super().__init__(slug_field="slug", **kwargs)

    def get_queryset(self) -> Any:
        """Return the caller's brands."""
        return Brand.objects.visible_to(caller_of(self.context["request"]))


class _OnlyBrand:
    """The caller's brand when there is only one."""

    requires_context = True

    def __call__(self, field: BrandField) -> Brand:
        brands: list[Brand] = list(field.get_queryset()[:2])
        if len(brands) != 1:
            field.fail("needed")
        return brands[0]


class VisibleField(serializers.PrimaryKeyRelatedField[Any]):
    """A reference to an object of the caller's brands."""

    default_error_messages = {
        "does_not_exist": _("There is no such object, or you may not see it.")
    }

    def get_queryset(self) -> Any:
        """Return what the caller may see."""
        rows: Any = super().get_queryset()
        return rows.visible_to(caller_of(self.context["request"]))


class MemberUserField(serializers.PrimaryKeyRelatedField[User]):
    """A person who is a member of one of the caller's brands."""

    default_error_messages = {"does_not_exist": _("This person is not a member of the brand.")}

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", User.objects.all())
        super().__init__(**kwargs)

    def get_queryset(self) -> Any:
        """Return people of the caller's brands."""
        brand_ids = caller_of(self.context["request"]).brand_ids
        return User.objects.filter(
            pk__in=Member.objects.filter(brand_id__in=brand_ids).values("user_id")
        )
