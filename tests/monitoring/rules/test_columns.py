from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitoring.rules.columns import BadMapping, BadRow, ColumnMap, parse_pairs

JERUSALEM = ZoneInfo("Asia/Jerusalem")


def _code(columns: ColumnMap, row: dict[str, Any]) -> str:
    with pytest.raises(BadRow) as caught:
        columns.item_of(row)
    return caught.value.code


def test_columns_of_our_names_need_no_mapping() -> None:
    row = {"id": "1", "text": "x", "author_handle": "tealover", "likes": "7", "colour": "red"}

    assert ColumnMap().item_of(row) == {
        "id": "1",
        "text": "x",
        "author": {"handle": "tealover"},
        "likes": 7,
    }


@pytest.mark.parametrize(
    "row", [{"author.name": "Noa"}, {"author_name": "Noa"}, {"author": {"name": "Noa"}}]
)
def test_the_author_is_found_in_each_of_its_forms(row: dict[str, Any]) -> None:
    assert ColumnMap().item_of(row) == {"author": {"name": "Noa"}}


def test_a_mapped_column_hides_one_of_our_name() -> None:
    columns = ColumnMap(columns={"text": "Body"})

    assert columns.item_of({"Body": "said", "text": "not said"}) == {"text": "said"}


def test_a_constant_is_the_same_for_all_rows() -> None:
    columns = ColumnMap(constants={"platform": "facebook"})

    assert columns.item_of({"id": 7, "platform": "x"}) == {"id": "7", "platform": "facebook"}


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_cell_is_absent(empty: object) -> None:
    assert ColumnMap().item_of({"id": "1", "likes": empty, "published_at": empty}) == {"id": "1"}


@pytest.mark.parametrize(
    ("cell", "number"),
    [("7", 7), (" 7 ", 7), (7.0, 7), ("1,234,567", 1_234_567), ("12 345", 12_345), ("-3", -3)],
)
def test_numbers_are_read_as_people_write_them(cell: object, number: int) -> None:
    assert ColumnMap().item_of({"likes": cell}) == {"likes": number}


@pytest.mark.parametrize("cell", ["many", "1.5", 1.5, "1,23", True, [], float("inf"), "9" * 5000])
def test_a_number_that_is_none_is_refused(cell: object) -> None:
    assert _code(ColumnMap(), {"likes": cell}) == "bad_number"


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-03-04T09:15:00Z", "2026-03-04T09:15:00+00:00"),
        ("2026-03-04T09:15:00.5+02:00", "2026-03-04T09:15:00.500000+02:00"),
        ("2026-03-04 09:15", "2026-03-04T09:15:00+02:00"),
        ("2026-07-04", "2026-07-04T00:00:00+03:00"),
        (1772615700, "2026-03-04T09:15:00+00:00"),
        ("1772615700.25", "2026-03-04T09:15:00.250000+00:00"),
    ],
)
def test_times_are_read_and_naive_ones_belong_to_the_zone_of_the_brand(
    cell: object, moment: str
) -> None:
    assert ColumnMap(zone=JERUSALEM).item_of({"published_at": cell}) == {"published_at": moment}


@pytest.mark.parametrize("cell", ["yesterday", "04/03/2026", 1e300, float("nan"), True])
def test_a_time_that_is_none_is_refused(cell: object) -> None:
    assert _code(ColumnMap(zone=UTC), {"published_at": cell}) == "bad_time"


def test_a_time_without_offset_needs_a_zone() -> None:
    assert _code(ColumnMap(), {"published_at": "2026-03-04 09:15"}) == "bad_time"


def test_pairs_are_read_and_a_value_may_hold_an_equals_sign() -> None:
    assert parse_pairs(["id=Key", "url=a=b"]) == {"id": "Key", "url": "a=b"}


@pytest.mark.parametrize("pairs", [["id"], ["mood=Mood"], ["id=a", "id=b"], ["=a"]])
def test_pairs_that_make_no_sense_are_refused(pairs: list[str]) -> None:
    with pytest.raises(BadMapping):
        parse_pairs(pairs)
