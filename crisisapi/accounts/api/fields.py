"""Serializer fields that only know what the caller may see."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.relations import MANY_RELATION_KWARGS

from crisisapi.accounts.callers import caller_of
from crisisapi.accounts.models import Brand, Member, User


class BrandField(serializers.SlugRelatedField[Brand]):
    """A brand by its slug; an API key, or a person with one brand, may leave it out."""

    default_error_messages = {
        "does_not_exist": _("You have no brand “{value}”."),
        "needed": _("Name a brand you belong to."),
    }

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Brand.objects.all())
            kwargs.setdefault("required", False)
            kwargs.setdefault("default", OnlyBrand())
        kwargs.setdefault("help_text", "Slug of the brand.")
        super().__init__(slug_field="slug", **kwargs)

    def to_internal_value(self, data: Any) -> Brand:
        """Return the brand; refuses what can be no slug before it is looked up."""
        if not isinstance(data, str) or "\0" in data:
            self.fail("does_not_exist", value=repr(data))
        brand: Brand = super().to_internal_value(data)
        return brand

    def get_queryset(self) -> Any:
        """Return the caller's brands."""
        return Brand.objects.visible_to(caller_of(self.context["request"]))


class OnlyBrand:
    """The caller's brand when there is only one."""

    requires_context = True

    def __call__(self, field: BrandField) -> Brand:
        brands: list[Brand] = list(field.get_queryset()[:2])
        if len(brands) != 1:
            field.fail("needed")
        return brands[0]


class _ById(serializers.PrimaryKeyRelatedField[Any]):
    """A reference by UUID, checked before it is looked up: whatever JSON has may stand there."""

    default_error_messages = {"invalid": _("Give one id, a UUID.")}

    def to_internal_value(self, data: Any) -> Any:
        """Return the object; refuses what is no UUID in words."""
        try:
            named = UUID(data)
        except (ValueError, TypeError, AttributeError):
            self.fail("invalid")
        return super().to_internal_value(named)


class ManyVisibleField(serializers.ManyRelatedField):
    """References to objects of the caller's brands, read in one query."""

    limit = 200
    default_error_messages = {"too_many": _("Name at most {limit} at once.")}

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the objects in the order named; refuses what is not there by its id."""
        if isinstance(data, str | dict) or not isinstance(data, Iterable):
            self.fail("not_a_list", input_type=type(data).__name__)
        named = list(data)
        if not named and not self.allow_empty:
            self.fail("empty")
        if len(named) > self.limit:
            self.fail("too_many", limit=self.limit)
        ids = [self._id(value) for value in named]
        visible: Any = self.child_relation.get_queryset()
        found = visible.in_bulk(ids)
        for pk in ids:
            if pk not in found:
                self.child_relation.fail("does_not_exist", pk_value=pk)
        return [found[pk] for pk in ids]

    def _id(self, value: Any) -> UUID:
        try:
            return UUID(value)
        except (ValueError, TypeError, AttributeError):
            self.child_relation.fail("does_not_exist", pk_value=value)


class VisibleField(_ById):
    """A reference to an object of the caller's brands."""

    default_error_messages = {
        "does_not_exist": _("There is no such object, or you may not see it.")
    }

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> ManyVisibleField:
        """Return the field of a list of references."""
        options = {name: kwargs[name] for name in MANY_RELATION_KWARGS if name in kwargs}
        return ManyVisibleField(child_relation=cls(*args, **kwargs), **options)

    def get_queryset(self) -> Any:
        """Return what the caller may see."""
        rows: Any = super().get_queryset()
        return rows.visible_to(caller_of(self.context["request"]))


class MemberUserField(_ById):
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
