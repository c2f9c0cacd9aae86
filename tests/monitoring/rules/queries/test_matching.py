"""Many queries at once find what each of them finds alone, and hardly cost more than one."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.queries import Document, Matcher, Reading, compile_query
from monitoring.rules.queries.fields import THINGS
from tests.monitoring.rules.queries.worlds import Asked, Said, asked_for, holds, mentions
from tests.work import steps

POST = Document("The handle of my Rimon kettle cracked, הקומקום של רימון נשבר", language="en")


@given(asked_for, mentions)
def test_a_query_finds_what_it_asks_for(asked: Asked, said: Said) -> None:
    query = compile_query(asked.said)

    assert query.matches(Reading(said.document)) == holds(asked, said)


@given(st.lists(asked_for, max_size=12), mentions)
def test_many_queries_find_what_each_finds_alone(queries: list[Asked], said: Said) -> None:
    matcher = Matcher({place: compile_query(one.said) for place, one in enumerate(queries)})

    matched = matcher.match(said.document)

    assert matched == [place for place, one in enumerate(queries) if holds(one, said)]


def unrelated(count: int) -> Matcher[int]:
    expressions = (
        f'(rimon OR רימון) AND (brand{n} OR "firm {n} limited" OR "trade mark{n}"~5)'
        f" AND NOT advert{n} AND lang:en"
        for n in range(count)
    )
    return Matcher({n: compile_query(expression) for n, expression in enumerate(expressions)})


@pytest.mark.parametrize("count", [100, 2_000])
def test_queries_that_share_a_common_word_hardly_cost_a_text_anything(count: int) -> None:
    few, many = unrelated(10), unrelated(count)
    few.match(POST)

    cost_of_few = steps(partial(few.match, POST))
    cost_of_many = steps(partial(many.match, POST))

    assert cost_of_many <= cost_of_few * 1.1


def test_queries_that_match_are_named_in_the_order_they_were_given() -> None:
    expressions = ["kettle", "NOT lid", "fire", "lang:en", "rim*", "קומקום"]
    matcher = Matcher({f"q{n}": compile_query(one) for n, one in enumerate(expressions)})

    assert matcher.match(POST) == ["q0", "q1", "q3", "q4", "q5"]


def test_no_queries_match_nothing() -> None:
    assert Matcher[int]({}).match(POST) == []


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("see https://rimon.co.il/?a=b", {"link"}),
        ("Why? www.rimon.co.il", {"link", "question"}),
        ("למה؟ #K2 @rimon", {"question", "hashtag", "mention"}),
        ("me@rimon.co.il", set()),
    ],
)
def test_what_a_text_has_can_be_asked(text: str, things: set[str]) -> None:
    every = {thing: compile_query(f"has:{thing}") for thing in THINGS}

    assert set(Matcher(every).match(Document(text))) == things


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("author:dana", True),
        ('author:"dana cohen"', True),
        ("author:rimon", True),
        ("author:@rimon_fan", True),
        ("author:rim*", True),
        ("author:@rimon", False),
        ("author:cohe", False),
        ("dana", False),
        ("emotion:anger intent:asks sentiment:negative platform:x", True),
        ("emotion:fear", False),
    ],
)
def test_what_is_known_of_a_mention_can_be_asked(expression: str, *, found: bool) -> None:
    document = Document(
        "A kettle",
        platform="x",
        sentiment="negative",
        emotions=["anger"],
        intents=["asks"],
        author_handle="Rimon_Fan",
        author_name="Dana Cohen",
    )

    assert bool(Matcher({1: compile_query(expression)}).match(document)) == found


def test_words_that_are_missing_save_looking_at_the_others() -> None:
    reading = Reading(Document("one " * 5_000))
    near = compile_query('"one two"~9')
    near.matches(reading)

    assert steps(lambda: near.matches(reading)) < 100
