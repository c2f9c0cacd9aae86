"""Filters that only know what the caller may see."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from crisisapi.accounts.callers import caller_of
from crisisapi.accounts.models import Brand


class BrandSlugFilter(filters.CharFilter):
    """Rows of the brand with this slug; none when the caller has no such brand.

    The slug is looked up first: a join would keep the planner from the indexes on the brand.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("field_name", "brand_id")
        kwargs.setdefault("help_text", "Slug of the brand.")
        super().__init__(**kwargs)

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Return the rows of the brand."""
        if not value:
            return queryset
        mine = Brand.objects.visible_to(caller_of(self.parent.request))
        brand_id = mine.filter(slug=value).values_list("pk", flat=True).first()
        return queryset.filter(**{self.field_name: brand_id}) if brand_id else queryset.none()
