"""What the base views do for an operation, read off its view."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import AllowAny

from crisisapi.common.models import VersionedModel
from crisisapi.common.schema import wording


class ViewTraits(AutoSchema):
    """Questions about the view and the action of an operation."""

    @property
    def action(self) -> str:
        """The action, or the method where the view has none."""
        return str(getattr(self.view, "action", None) or self.method.lower())

    @property
    def handler(self) -> Any:
        """The method of the view that answers."""
        return getattr(self.view, self.action, None)

    @property
    def module(self) -> str:
        """Where the view is written."""
        return type(self.view).__module__

    @property
    def nouns(self) -> str:
        """The resource: the first part of the path after the version; what we send has no path."""
        parts = [part for part in self.path.split("/") if part and not part.startswith("{")]
        return parts[2] if len(parts) > 2 else "webhooks"

    @property
    def names(self) -> tuple[str, str]:
        """Operation id and summary."""
        return wording.phrase(
            action=self.action,
            method=self.method,
            many=self.method == "GET" and self.is_list,
            nouns=self.nouns,
        )

    @property
    def access(self) -> Any:
        """What the action asks of its caller."""
        return getattr(self.view, "access", {}).get(self.action)

    @property
    def model(self) -> Any:
        """The model of the resource, NoneType where there is none."""
        return getattr(getattr(self.view, "queryset", None), "model", type(None))

    @property
    def serializer(self) -> Any:
        """The serializer that shows the resource."""
        return getattr(self.view, "serializer_class", None)

    @property
    def is_public(self) -> bool:
        """Whether anybody may ask."""
        return any(isinstance(one, AllowAny) for one in self.view.get_permissions())

    @property
    def is_list(self) -> bool:
        """Whether it answers many."""
        return bool(self._is_list_view())

    @property
    def is_detail(self) -> bool:
        """Whether it is about one object."""
        return "{id}" in self.path

    @property
    def is_versioned(self) -> bool:
        """Whether the object it is about has a version, and is what it shows."""
        shown = getattr(getattr(self.serializer, "Meta", None), "model", None)
        is_shown = shown is self.model and not self.is_list
        return is_shown and issubclass(self.model, VersionedModel)

    def help_text_of(self, name: str) -> str:
        """Return what the filter says of a parameter, or the model of its field."""
        filters = getattr(getattr(self.view, "filterset_class", None), "base_filters", {})
        told = filters[name].extra.get("help_text") if name in filters else ""
        return str(told or self.model._meta.get_field(name).help_text)

    @property
    def shows_itself(self) -> bool:
        """Whether it answers the object as its resource shows it."""
        found: Any = self.get_response_serializers()
        if isinstance(found, dict):
            found = next(iter(found.values()))
        known = found if isinstance(found, type) else type(found)
        return self.is_versioned and known is self.serializer

    @property
    def is_edit(self) -> bool:
        """Whether If-Match must be sent."""
        return self.method in ("PATCH", "DELETE") and self.is_versioned

    @property
    def is_move(self) -> bool:
        """Whether If-Match may be sent."""
        return self.method == "POST" and self.is_detail and self.is_versioned and not self.is_public

    @property
    def parses_body(self) -> bool:
        """Whether the body goes through the parser and a serializer."""
        return self.action in getattr(self.view, "terms", {})

    @property
    def is_idempotent(self) -> bool:
        """Whether an Idempotency-Key counts."""
        return self.method == "POST" and bool(getattr(self.view, "idempotent", False))
