"""Strict query parameters: what is not declared is refused, not ignored."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django_filters.filters import BooleanFilter
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

PAGING = frozenset({"cursor", "page_size", "fields"})


class YesNoField(forms.CharField):
    """`true` or `false`, in letters of any case, and nothing else."""

    default_error_messages = {"invalid": _lazy("Give true or false.")}

    def clean(self, value: object) -> bool | None:
        """Return the answer, None for an empty one."""
        said = super().clean(value).lower()
        if said in ("", "true", "false"):
            return None if said == "" else said == "true"
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class YesNoFilter(BooleanFilter):
    """A filter on yes or no that refuses anything else; django-filter's own would ignore it."""

    field_class = YesNoField


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter, preceded by a check that every parameter is known."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> QuerySet[Any]:
        """Return the filtered rows, or refuse an unknown parameter by name."""
        filter_class = self.get_filterset_class(view, queryset)
        known = set(filter_class.base_filters) if filter_class else set()
        refuse_unknown(request, known | PAGING)
        found: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return found

    def get_filterset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Any:
        """Return the filters; what they refuse they refuse by saying what would be right."""
        filterset = super().get_filterset(request, queryset, view)
        fields = filterset.form.fields if filterset is not None else {}
        for name, field in fields.items():
            if isinstance(field, forms.NullBooleanField):
                fields[name] = YesNoField(required=False)
            elif isinstance(field, forms.ChoiceField) and not isinstance(
                field, forms.ModelChoiceField
            ):
                _list_choices(field)
        return filterset


def _list_choices(field: forms.ChoiceField) -> None:
    pairs: Any = field.choices
    choices = ", ".join(str(value) for value, _label in pairs if value != "")
    sentence = _("Give one of: %(choices)s.") % {"choices": choices}
    field.error_messages = {**field.error_messages, "invalid_choice": sentence}


def refuse_unknown(request: Request, known: set[str] | frozenset[str]) -> None:
    """Raise a field error for each query parameter that is not in `known`."""
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        choices = ", ".join(sorted(known))
        sentence = _("There is no such parameter here. Known: %s.") % choices
        raise ValidationError(dict.fromkeys(unknown, sentence), code="unknown_parameter")
