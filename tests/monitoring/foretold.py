"""Comparing what a preview said with what the delivery then did."""

from collections.abc import Mapping
from typing import Any

from monitoring.models import Delivery
from tests.monitoring.x_pages import Known

COUNTED = ("accepted", "duplicates", "updated", "error_code", "error_detail")


def check_foretold(
    told: Mapping[str, Any],
    delivery: Delivery,
    before: Mapping[str, Known],
    after: Mapping[str, Known],
) -> None:
    """Assert that each item became what was foretold, and that the counts are the same."""
    assert [told[name] for name in COUNTED] == [getattr(delivery, name) for name in COUNTED]
    assert len(told["rejected"]) == delivery.rejected
    for item in told["mentions"]:
        if item["rules"] != ["repeated_in_payload"]:
            _check_item(item, before.get(item["id"]), after[item["id"]])
    for item in told["removed"]:
        was = before.get(item["id"])
        assert (item["outcome"] == "remembered") == (item["id"] not in after)
        assert item["outcome"] != "removed" or after[item["id"]].is_removed
        assert item["outcome"] != "removed_before" or was is None or was.is_removed


def _check_item(item: Mapping[str, Any], was: Known | None, now: Known) -> None:
    assert (item["outcome"] == "new") == (was is None)
    if was is None:
        return
    assert ("edited" in item["rules"]) == (was.revision != now.revision)
    assert ("engagement_grew" in item["rules"]) == (was.counts != now.counts)
    if item["outcome"] != "updated":
        assert item["rules"] == [{"ignored": "removed_before"}.get(item["outcome"], "same_id")]
        assert was.is_removed == (item["outcome"] == "ignored")
