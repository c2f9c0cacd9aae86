"""What a wording is: the hash an approval is given for."""

import hashlib
import json
from collections.abc import Iterable
from uuid import UUID


def wording_hash(*, title: str, body: str, language: str, fact_ids: Iterable[UUID]) -> str:
    """Return the SHA-256 in hex of a wording in canonical JSON, the facts in any order."""
    wording = {
        "body": body,
        "facts": sorted(str(fact_id) for fact_id in fact_ids),
        "language": language,
        "title": title,
    }
    text = json.dumps(wording, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
