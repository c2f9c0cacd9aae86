"""Queries, changed through their services; a wrong expression is shown at its field."""

from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, ServiceAdmin
from monitoring.models import Query
from monitoring.rules.queries.lexer import pieces_of
from monitoring.selectors.query_words import review_expression
from monitoring.services.queries import add_query, change_query


class QueryForm(ModelForm):
    class Meta:
        # Latin operators between Hebrew words: read in the order they are evaluated.
        widgets = {
            "expression": forms.Textarea(
                attrs={"rows": 6, "cols": 90, "dir": "ltr", "spellcheck": "false"}
            )
        }


@admin.register(Query)
class QueryAdmin(ServiceAdmin):
    noun = "query"
    form = QueryForm
    fields = [
        "brand",
        "name",
        "kind",
        "incident",
        "expression",
        "in_order",
        "in_words",
        "is_active",
    ]
    readonly_fields = ["in_order", "in_words"]
    list_display = ["name", "kind", "shown_expression", "incident", "brand", "is_active"]
    list_filter = ["brand", "kind", "is_active"]
    list_select_related = ["brand", "incident"]
    search_fields = ["name", "expression"]
    autocomplete_fields = ["brand", "incident"]
    ordering = ["brand", "name"]

    @admin.display(description=_("expression"))
    def shown_expression(self, query: Query) -> SafeString:
        """Return its beginning, in the order it is evaluated."""
        return _in_order(query.expression[:100])

    @admin.display(description=_("in the order it is evaluated"))
    def in_order(self, query: Query) -> SafeString:
        """Return it with every operator, from left to right."""
        return _in_order(review_expression(query.expression).normalised)

    @admin.display(description=_("in words"))
    def in_words(self, query: Query) -> str:
        """Say what it finds, and what is doubtful in it."""
        reviewed = review_expression(query.expression)
        return " ".join([reviewed.explained, *(one.sentence for one in reviewed.warnings)])

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Query:
        """Save a search."""
        return add_query(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Query:
        """Change a search, or put it to rest."""
        return change_query(**fields)


def _in_order(expression: str) -> SafeString:
    """Return an expression from left to right; a Hebrew phrase draws nothing to its other side."""
    pieces, _stray = pieces_of(expression)
    places = (place for piece in pieces for place in (piece.start, piece.end))
    cuts = [0, *places, len(expression)]
    parts = [(expression[start:end],) for start, end in pairwise(sorted(set(cuts)))]
    return format_html('<code dir="ltr">{}</code>', format_html_join("", "<bdi>{}</bdi>", parts))
