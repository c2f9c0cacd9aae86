"""What a wording is: the hash an approval is given for."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID


def wording_hash(
    *,
    title: str,
    body: str,
    language: str,
    fact_ids: Iterable[UUID],
    variants: Iterable[Mapping[str, Any]] = (),
) -> str:
    """Return the SHA-256 in hex of a wording in canonical JSON, facts and variants in any order.

    A variant is its `channel` and its `pieces`: every post word for word, with the digests of its
    files. Without variants the hash is what it was before there were any.
    """
    wording: dict[str, Any] = {
        "body": body,
        "facts": sorted(str(fact_id) for fact_id in fact_ids),
        "language": language,
        "title": title,
    }
    if said := sorted(({**variant} for variant in variants), key=lambda one: str(one["channel"])):
        wording["variants"] = said
    text = json.dumps(
        wording, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()
