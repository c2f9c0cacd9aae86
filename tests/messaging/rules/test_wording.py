"""The hash an approval is given for."""

from typing import Any
from uuid import UUID

import pytest

from messaging.rules.wording import wording_hash

A, B = UUID(int=1), UUID(int=2)
WORDING: dict[str, Any] = {"title": "T", "body": "קומקום", "language": "he", "fact_ids": [A, B]}


def test_the_hash_is_the_sha_256_of_canonical_json() -> None:
    # printf of {"body":"קומקום","facts":[…1,…2],"language":"he","title":"T"} into sha256sum
    assert (
        wording_hash(**WORDING)
        == "19cb1fddfc6315bca0d37f7367250dbe4e650146c9f674e4c464dbb02ae17ca2"
    )


def test_the_order_of_facts_does_not_matter() -> None:
    assert wording_hash(**WORDING) == wording_hash(**WORDING | {"fact_ids": [B, A]})


@pytest.mark.parametrize(
    "other",
    [
        {"title": "t"},
        {"body": "קומקום "},
        {"language": "en"},
        {"fact_ids": [A]},
        {"title": "", "body": "Tקומקום"},
    ],
)
def test_anything_else_makes_another_hash(other: dict) -> None:
    assert wording_hash(**WORDING) != wording_hash(**WORDING | other)


VARIANTS = [
    {"channel": str(A), "pieces": [{"title": "T", "text": "קצר", "attachments": []}]},
    {"channel": str(B), "pieces": [{"title": "T", "text": "1/2"}, {"title": "T", "text": "2/2"}]},
]


def test_without_variants_the_hash_is_what_it_always_was() -> None:
    assert wording_hash(**WORDING, variants=[]) == wording_hash(**WORDING)


def test_the_order_of_variants_does_not_matter() -> None:
    turned = list(reversed(VARIANTS))

    assert wording_hash(**WORDING, variants=VARIANTS) == wording_hash(**WORDING, variants=turned)


def test_each_post_of_each_variant_makes_another_hash() -> None:
    cut = [VARIANTS[0], {**VARIANTS[1], "pieces": VARIANTS[1]["pieces"][:1]}]
    moved = [{**VARIANTS[0], "channel": str(UUID(int=3))}, VARIANTS[1]]
    known = [[], VARIANTS, VARIANTS[:1], cut, moved]

    assert len({wording_hash(**WORDING, variants=variants) for variants in known}) == len(known)
