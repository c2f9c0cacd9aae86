"""Examples: JSON beside each resource, telling one story, the recall of a kettle.

`<app>/api/examples/<nouns>.json` belongs to `<app>/api/<nouns>.py` and may hold:

- `serializers`: by name of the class without `Serializer`, one object as it is sent or answered;
- `operations`: by operation id, what differs there: `response` (fields over those of the
  serializer), `request` (instead of it), or `requests` (several, by what they show);
- `problems`: by code, the operations that answer it (`on`: their ids, or by id the sentence said
  there), and what an instance of the refusal would know (`detail`, `errors`), or for other errors
  their `status`.
"""

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any


@cache
def story_of(module: str) -> dict[str, dict[str, Any]]:
    """Return what the file beside a module tells, nothing when there is none."""
    source = Path(sys.modules[module].__file__ or "")
    path = source.parent / "examples" / f"{source.stem}.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {"serializers": {}, "operations": {}, "problems": {}} | found


def object_like(serializer: type) -> dict[str, Any] | None:
    """Return the example of a serializer's object."""
    name = serializer.__name__.removesuffix("Serializer")
    found: dict[str, Any] | None = story_of(serializer.__module__)["serializers"].get(name)
    return found


def requests_of(module: str, operation_id: str, serializer: type) -> dict[str, Any]:
    """Return the bodies an operation is shown with, by what they show."""
    told = story_of(module)["operations"].get(operation_id, {})
    if "requests" in told:
        return dict(told["requests"])
    body = told.get("request", object_like(serializer))
    return {} if body is None else {"example": body}


def response_of(module: str, operation_id: str, serializer: type) -> dict[str, Any] | None:
    """Return the object an operation answers."""
    known = object_like(serializer)
    differs = story_of(module)["operations"].get(operation_id, {}).get("response", {})
    return None if known is None else {**known, **differs}


def problems_of(module: str, operation_id: str) -> dict[str, dict[str, Any]]:
    """Return the refusals an operation has of its own, by code."""
    found = {}
    for code, said in story_of(module)["problems"].items():
        if operation_id in said["on"]:
            own = {"detail": said["on"][operation_id]} if isinstance(said["on"], dict) else {}
            found[code] = {**said, **own}
    return found
