"""Where a publication stands, by where its parts stand."""

import pytest

from messaging.models import PartStatus, PublicationStatus
from messaging.rules.parts import status_of


@pytest.mark.parametrize("status", PartStatus.values)
def test_one_part_is_the_whole(status: str) -> None:
    assert status_of([status]) == status
    assert status in PublicationStatus.values


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (["published", "published"], "published"),
        (["published", "pending"], "pending"),
        (["published", "attempting"], "attempting"),
        (["published", "failed", "cancelled"], "partially_published"),
        (["published", "cancelled"], "partially_published"),
        (["published", "withdrawn"], "partially_published"),
        (["published", "unknown", "pending"], "unknown"),
        (["failed", "cancelled"], "failed"),
        (["withdrawn", "cancelled"], "withdrawn"),
        (["withdrawing", "published"], "withdrawing"),
        (["withdrawing", "unknown"], "unknown"),
        (["published", "held"], "held"),
        (["accepted", "pending"], "accepted"),
    ],
)
def test_the_least_settled_part_says_where_it_stands(parts: list[str], whole: str) -> None:
    assert status_of(parts) == whole


def test_nothing_stands_nowhere() -> None:
    with pytest.raises(ValueError, match="at least one"):
        status_of([])
