"""The document as a whole: made once in English, completed with what operations refer to."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

from crisisapi.common.schema.components import HEADERS, PARAMETERS, SCHEMAS, SIGNED, parameter
from crisisapi.common.schema.operations import name_no_single_example
from crisisapi.common.schema.refusals import shared_responses, usual_problems


class DocumentGenerator(SchemaGenerator):
    """Makes the document once a process: it takes seconds, and anybody may ask for it."""

    _made: ClassVar[dict[str, Any] | None] = None

    def get_schema(self, request: Any = None, public: bool = True) -> Any:  # noqa: FBT001
        """Return the document, the same whoever asks in whatever language."""
        if DocumentGenerator._made is None:
            with translation.override("en"):
                made = super().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
                DocumentGenerator._made = made
        return DocumentGenerator._made


def complete_document(
    result: dict[str, Any],
    generator: Any,
    request: Any,
    public: bool,  # noqa: FBT001 - drf-spectacular calls it so
) -> dict[str, Any]:
    """Add what operations refer to, and say everything in the plainest way."""
    components = result["components"]
    schemas = components["schemas"]
    _refer_to_enums(result["paths"], schemas)
    _sign_webhooks(result.get("webhooks", {}))
    for schema in schemas.values():
        _simplify(schema)
        if schema.get("enum") == [""]:
            schema |= {"type": "string", "description": "Nothing said."}
    components["schemas"] = dict(sorted({**schemas, **SCHEMAS}.items()))
    components["parameters"] = PARAMETERS
    components["headers"] = HEADERS
    components["responses"] = shared_responses()
    components["examples"] = {
        name: {"summary": document["detail"], "value": document}
        for name, document in usual_problems().items()
    }
    return result


def _refer_to_enums(paths: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Let parameters, and what webhooks say, refer to the sets of choices that bodies have."""
    names = {
        frozenset(schema["enum"]): name for name, schema in schemas.items() if "enum" in schema
    }
    for given in _parameters(paths):
        schema = given.get("schema", {})
        if _refer(schema.get("items", schema), names):
            given["description"] = _without_choices(given["description"])
    for schema in schemas.values():
        for one in schema.get("properties", {}).values():
            description = one.get("description")
            if _refer(one, names) and description:
                one["description"] = description


def _refer(schema: dict[str, Any], names: dict[frozenset[Any], str]) -> bool:
    """Let choices refer to their name; false where these have none."""
    name = names.get(frozenset(schema.get("enum", [])))
    if name is not None:
        schema.clear()
        schema["$ref"] = f"#/components/schemas/{name}"
    return name is not None


def _sign_webhooks(webhooks: dict[str, Any]) -> None:
    """Tell of the headers of what we send, and name no example that stands alone."""
    for operations in webhooks.values():
        for operation in operations.values():
            operation["parameters"] = [parameter(name) for name in SIGNED]
            for content in operation["requestBody"]["content"].values():
                name_no_single_example(content)


def _parameters(paths: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in paths.values():
        for operation in operations.values():
            yield from operation["parameters"]


def _simplify(schema: dict[str, Any]) -> None:
    """Leave out what is needless with reading and writing apart: flags, wrappers, labels."""
    for one in schema.get("properties", {}).values():
        for flag in ("readOnly", "writeOnly", "title"):
            one.pop(flag, None)
        wrapped = one.get("allOf", [])
        if len(wrapped) == 1:
            del one["allOf"]
            one.update(wrapped[0])
        if "description" in one:
            one["description"] = _without_choices(one["description"])


def _without_choices(description: str) -> str:
    return description.partition("\n\n* `")[0]
