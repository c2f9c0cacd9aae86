"""What msgspec says of items is known, so that it can be translated."""

import json
from typing import Any

import msgspec
import pytest

from crisisapi.common.plain_sentences import PlainSentence
from monitoring.rules.incoming import IncomingMention
from monitoring.rules.shapes import shape_told

ITEM = {"id": "1", "text": "t"}


def told(item: Any) -> str:
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.json.decode(json.dumps(item).encode(), type=IncomingMention)
    return shape_told(wrong.value)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (1, "Expected `object`, got `int`"),
        ({}, "Object missing required field `id`"),
        (ITEM | {"id": 1}, "Expected `str`, got `int` - at `$.id`"),
        (ITEM | {"id": ""}, "Expected `str` of length >= 1 - at `$.id`"),
        (ITEM | {"id": "1" * 301}, "Expected `str` of length <= 300 - at `$.id`"),
        (ITEM | {"author": {"followers": -1}}, "Expected `int` >= 0 - at `$.author.followers`"),
        (ITEM | {"likes": 1.5}, "Expected `int`, got `float` - at `$.likes`"),
        (ITEM | {"sentiment": "g`'"}, 'Invalid enum value "g`\'" - at `$.sentiment`'),
        (
            ITEM | {"platform": "X"},
            "Expected `str` matching regex '^[a-z0-9_-]{1,30}\\\\Z' - at `$.platform`",
        ),
        (
            ITEM | {"published_at": "soon"},
            "Invalid RFC3339 encoded datetime - at `$.published_at`",
        ),
        (
            ITEM | {"published_at": "2026-01-01T00:00:00"},
            "Expected `datetime` with a timezone component - at `$.published_at`",
        ),
    ],
)
def test_each_is_said_as_msgspec_says_it_and_has_an_id(item: Any, said: str) -> None:
    sentence = told(item)

    assert isinstance(sentence, PlainSentence)
    params = sentence.params or {}
    assert sentence == said
    assert isinstance(params.get("problem", sentence), PlainSentence)


def test_what_it_may_say_one_day_is_quoted() -> None:
    assert shape_told(ValueError("The moon is full - at `$.id`")) == "The moon is full - at `$.id`"
