"""An operation: its names and sentences, headers, parameters, examples and errors."""

from typing import Any

from drf_spectacular.plumbing import force_instance, is_list_serializer, is_serializer

from crisisapi.common.schema import stories, wording
from crisisapi.common.schema.components import header, parameter
from crisisapi.common.schema.refusals import error_responses, own_problem
from crisisapi.common.schema.traits import ViewTraits

_SUCCESS = {"200": "Done.", "201": "Made.", "202": "Taken in.", "204": "Done."}
_NOT_AGAIN = {
    "description": "You have it already.",
    "headers": {name: header(name) for name in ("X-Request-Id", "ETag")},
}


class OperationSchema(ViewTraits):
    """The schema of every view of the API."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Return what drf-spectacular found, with all that the base views do."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        operation.setdefault("security", [])
        operation["parameters"] = self._parameters(operation.get("parameters", []))
        for content in operation.get("requestBody", {}).get("content", {}).values():
            name_no_single_example(content)
        answers = {
            status: self._answered(status, response)
            for status, response in operation["responses"].items()
        }
        if self.method == "GET" and self.is_versioned:
            answers["304"] = _NOT_AGAIN
        answers |= error_responses(self._usual_errors(operation), self._own_errors())
        operation["responses"] = dict(sorted(answers.items()))
        return operation

    def is_excluded(self) -> bool:
        """Leave out actions that nobody has access to."""
        return hasattr(self.view, "access") and self.access is None and not self.is_public

    def get_operation_id(self) -> str:
        """Return e.g. `listIncidents`, `getIncident`, `rotateSourceSecret`."""
        return self.names[0]

    def get_summary(self) -> str:
        """Return e.g. `List incidents`, `Rotate the secret of a source`."""
        return self.names[1]

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular declares it
        """Return the docstring of the action (for inherited ones: the view), and who may."""
        inherited = self.action in ("list", "retrieve")
        told = wording.sentences_of(type(self.view) if inherited else self.handler)
        return f"{told}\n\n{wording.needed(self.access)}" if self.access else told

    def get_tags(self) -> list[str]:
        """Return the resource."""
        return [getattr(self.view, "tag", "") or self.nouns]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Return nothing where anybody may ask."""
        return [] if self.is_public else super().get_auth()

    def get_request_serializer(self) -> Any:
        """Return what checks the body, nothing where an empty body is expected."""
        found = super().get_request_serializer()
        known: Any = force_instance(found)  # type: ignore[no-untyped-call]
        return None if is_serializer(known) and not known.fields else found

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        found: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "response" and not getattr(serializer, "leaves_out", False):
            found["required"] = sorted(found["properties"])
        return found

    def _get_serializer_name(self, serializer: Any, direction: Any, *args: Any) -> str:
        name: str = super()._get_serializer_name(serializer, direction, *args)
        bare = name.removeprefix("Patched").removesuffix("Request")
        only_sent = bare.startswith(("New", "Incoming")) or bare.endswith("Change")
        return bare if direction == "request" and only_sent else name

    def _get_examples(self, serializer: Any, direction: Any, *args: Any) -> dict[str, Any]:
        known: Any = force_instance(serializer)  # type: ignore[no-untyped-call]
        known = known.child if is_list_serializer(known) else known
        if not is_serializer(known):
            return {}
        told = (self.module, self.get_operation_id(), type(known))
        if direction == "request":
            shown = stories.requests_of(*told)
        else:
            answer = stories.response_of(*told)
            shown = {} if answer is None else {"example": self._enveloped(answer, serializer)}
        return {
            wording.camel([name]): {"summary": name, "value": value}
            for name, value in shown.items()
        }

    def _enveloped(self, answer: dict[str, Any], serializer: Any) -> Any:
        if not self._is_list_view(serializer):
            return answer
        if getattr(self.view, "pagination_class", None) is None:
            return [answer]
        link = f"https://crisis.example.org{self.path}?cursor=WzAsIjAxOTlmM2MyIl0"
        return {"next": link, "results": [answer]}

    def _parameters(self, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for one in given:
            if (one["name"], one["in"]) == ("id", "path"):
                one["description"] = f"Id of the {wording.spoken(wording.singular(self.nouns))}."
            elif not one.get("description"):
                one["description"] = self.help_text_of(one["name"])
        reads = self.method == "GET"
        wanted = {
            "fields": reads and (self.is_list or self.action == "retrieve"),
            "If-None-Match": reads and self.is_versioned,
            "If-Match": self.is_edit,
            "If-Match-Optional": self.is_move,
            "Idempotency-Key": self.is_idempotent,
            "Accept-Language": True,
        }
        return given + [parameter(name) for name, is_wanted in wanted.items() if is_wanted]

    def _answered(self, status: str, response: dict[str, Any]) -> dict[str, Any]:
        for content in response.get("content", {}).values():
            name_no_single_example(content)
        itself = self.shows_itself and status in ("200", "201")
        wanted = {
            "X-Request-Id": True,
            "ETag": itself,
            "Location": itself and self.action == "create",
            "Idempotent-Replayed": self.is_idempotent,
        }
        headers = {name: header(name) for name, is_wanted in wanted.items() if is_wanted}
        return {
            **response,
            "description": "Found." if self.method == "GET" else _SUCCESS[status],
            "headers": {**headers, **response.get("headers", {})},
        }

    def _usual_errors(self, operation: dict[str, Any]) -> list[str]:
        signs_in = any(operation["security"])
        writes = self.method != "GET"
        has_body = "requestBody" in operation
        checks_body = has_body and self.parses_body
        wanted = {
            "unknown_parameter": not checks_body,
            "invalid": checks_body,
            "unknown_field": checks_body,
            "malformed_json": has_body,
            "not_authenticated": signs_in and not self.is_public,
            "authentication_failed": signs_in,
            "permission_denied": self.access is not None and self.access.scope != "*",
            "csrf_failed": signs_in and writes,
            "not_found": self.is_detail and not self.is_public,
            "idempotency_key_reused": self.is_idempotent,
            "stale_version": self.is_edit or self.is_move,
            "body_too_large": has_body,
            "unsupported_media_type": checks_body,
            "precondition_required": self.is_edit,
            "unavailable": True,
        }
        return [name for name, is_wanted in wanted.items() if is_wanted]

    def _own_errors(self) -> dict[str, dict[str, Any]]:
        told = stories.problems_of(self.module, self.get_operation_id())
        app = self.module.rpartition(".api.")[0]
        return {code: own_problem(app, code, said) for code, said in told.items()}


def name_no_single_example(content: dict[str, Any]) -> None:
    """Show an example that stands alone without a name."""
    if list(content.get("examples", {})) == ["example"]:
        content["example"] = content.pop("examples")["example"]["value"]
