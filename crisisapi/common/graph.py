"""What all that talks to Meta's Graph API knows of it: numbers of errors, proofs, waits.

developers.facebook.com/docs/graph-api/guides/error-handling and …/overview/rate-limiting.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson

API_BASE = "https://graph.facebook.com"
VERSION = "v25.0"

EXPIRED = frozenset({102, 190})
RATES = frozenset({4, 9, 17, 32, 341, 613, 80001, 80002})
PASSING = frozenset({1, 2})
FORBIDDEN = frozenset({10, *range(200, 300)})
BLOCKED = 368


def proof_of(token: str, secret: str) -> dict[str, str]:
    """Return the parameter that proves a call to come from the app, none without its secret."""
    if not secret:
        return {}
    digest = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    return {"appsecret_proof": digest}


def error_in(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the error in an answer, an empty one without."""
    error = said.get("error")
    return error if isinstance(error, dict) else {}


def number_of(error: Mapping[str, Any], name: str) -> int:
    """Return one of the numbers of an error, 0 without it."""
    value = error.get(name)
    return value if isinstance(value, int) else 0


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return in seconds the longest wait named for any use case; Meta counts it in minutes.

    Headers by their lower-case names.
    """
    try:
        usage = orjson.loads(headers.get("x-business-use-case-usage", "{}"))
        waits = [
            float(use.get("estimated_time_to_regain_access") or 0) * 60
            for uses in usage.values()
            for use in uses
        ]
    except (ValueError, AttributeError, TypeError):
        return None
    return max(waits, default=0.0) or None


def percent_used(headers: Mapping[str, str]) -> float:
    """Return how much of the most used quota is used up; at 100 Meta refuses calls."""
    found = [0.0]
    try:
        app = orjson.loads(headers.get("x-app-usage", "{}"))
        cases = orjson.loads(headers.get("x-business-use-case-usage", "{}"))
        for use in [app, *(use for uses in cases.values() for use in uses)]:
            found += [float(use.get(name) or 0) for name in _QUOTAS]
    except (ValueError, AttributeError, TypeError):
        pass
    return max(found)


_QUOTAS = ("call_count", "total_time", "total_cputime")
