"""What a publication has come to, by what its parts have come to."""

from collections.abc import Collection

# The first of these that a part is in says where the publication stands.
_FIRST = (
    "attempting",
    "unknown",
    "awaiting_person",
    "withdrawing",
    "held",
    "accepted",
    "pending",
)
# With none of them: a post that is out, then the reason why none is.
_CLOSED = ("published", "withdrawn", "failed", "cancelled")


def status_of(statuses: Collection[str]) -> str:
    """Return the status of a publication.

    With some posts out and others not it is `partially_published`: half a thread is neither
    published nor failed.
    """
    found = set(statuses)
    for status in (*_FIRST, *_CLOSED):
        if status in found:
            is_half = status == "published" and len(found) > 1
            return "partially_published" if is_half else status
    raise ValueError("A publication has at least one part.")
