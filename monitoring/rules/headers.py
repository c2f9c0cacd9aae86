"""Headers of requests as they may be kept."""

from collections.abc import Mapping

# What may be told of a request; anything else might hold a secret, or says nothing.
KEPT = frozenset(
    {
        "accept-encoding",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "etag",
        "last-modified",
        "user-agent",
        "webhook-id",
        "webhook-timestamp",
    }
)


def without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that may be kept, by their lower-case names, without signatures."""
    named = {name.lower(): value for name, value in headers.items()}
    return {name: named[name][:300].replace("\x00", "") for name in sorted(KEPT & named.keys())}
