"""Corrections, samples and accuracy over the API."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from monitoring.models import Correction, Mention, Source
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.accounts import BrandFactory
from tests.factories.monitoring import CorrectionFactory, MentionFactory, SampleFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

SAMPLES = "/api/v1/mention-samples/"
ACCURACY = "/api/v1/analysis-accuracy/"


@pytest.fixture
def row(source: Source) -> Mention:
    """A mention that was read, an hour old."""
    now = datetime.now(UTC)
    said = (now - timedelta(hours=1)).isoformat()
    sent = mention(1, text="terrible kettle", language="en", published_at=said)
    receive_delivery(source=source, external_id="msg_1", body=body_of(sent), now=now)
    analyse_batch(now=now)
    return Mention.objects.get()


def _post(api: APIClient, row: Mention, what: str, body: Any = None) -> Any:
    return api.post(f"/api/v1/mentions/{row.pk}/{what}/", body or {}, format="json")


def test_a_mention_is_corrected_and_taken_back(
    api: APIClient, row: Mention, responder: User
) -> None:
    said = {"sentiment": "positive", "emotions": ["joy"], "intents": [], "language": "he"}

    body = _post(api, row, "correct", said).json()

    assert (body["sentiment"], body["emotions"], body["language"]) == ("positive", {"joy": 1}, "he")
    assert body["corrected_by"] == str(responder.pk)
    assert body["overruled"]["sentiment"] == "negative"
    listed = api.get("/api/v1/corrections/", {"mention": str(row.pk)}).json()["results"]
    assert [(one["sentiment"], one["found_sentiment"]) for one in listed] == [
        ("positive", "negative")
    ]
    undone = _post(api, row, "undo-correction").json()
    assert (undone["sentiment"], undone["overruled"]) == ("negative", None)
    problem_of(_post(api, row, "undo-correction"), 409, "not_corrected")


def test_what_was_seen_is_confirmed(api: APIClient, row: Mention) -> None:
    problem_of(_post(api, row, "confirm", {"sentiment": "neutral"}), 409, "read_anew")

    response = _post(api, row, "confirm", {"sentiment": "negative"})

    assert response.status_code == 200, response.content
    assert response.json()["corrected_at"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "sentiment"),
        ({"sentiment": "bad"}, "sentiment"),
        ({"sentiment": "neutral", "emotions": ["rage"]}, "emotions"),
        ({"sentiment": "neutral", "intents": ["asks"] * 6}, "intents"),
        ({"sentiment": "neutral", "language": "Hebrew"}, "language"),
        ({"sentiment": "neutral", "score": 1}, "score"),
    ],
)
def test_a_wrong_correction_is_refused_by_name(
    api: APIClient, row: Mention, body: dict[str, Any], field: str
) -> None:
    response = _post(api, row, "correct", body)

    (named,) = codes_of(problem_of(response, 400))
    assert named.partition(".")[0] == field
    assert not Correction.objects.exists()


def test_a_sample_of_another_brand_is_none(api: APIClient, row: Mention) -> None:
    body = {"sentiment": "neutral", "sample": str(SampleFactory(brand=BrandFactory()).pk)}

    assert list(codes_of(problem_of(_post(api, row, "correct", body), 400))) == ["sample"]


def test_an_unread_mention_is_not_judged(api: APIClient, source: Source) -> None:
    row = MentionFactory(source=source)

    problem_of(_post(api, row, "correct", {"sentiment": "neutral"}), 409, "mention_unread")


def test_a_viewer_corrects_nothing(
    client_of: Callable[[User], APIClient], viewer: User, row: Mention
) -> None:
    problem_of(_post(client_of(viewer), row, "correct", {"sentiment": "neutral"}), 403)


def test_a_sample_is_drawn_and_judged_blindly_and_tells_the_accuracy(
    api: APIClient, row: Mention
) -> None:
    response = api.post(SAMPLES, {"language": "en", "size": 5}, format="json")
    assert response.status_code == 201, response.content
    sample = response.json()
    assert (sample["drawn"], sample["judged"], sample["population"]) == (1, 0, 1)
    shown = api.get(f"{SAMPLES}{sample['id']}/next/").json()
    assert (shown["left"], shown["mentions"][0]["text"]) == (1, "terrible kettle")
    assert not any("sentiment" in name for name in shown["mentions"][0])

    _post(api, row, "correct", {"sentiment": "negative", "sample": sample["id"]})

    assert api.get(response["Location"]).json()["judged"] == 1
    assert api.get(f"{SAMPLES}{sample['id']}/next/").json() == {"left": 0, "mentions": []}
    (told,) = api.get(ACCURACY, {"language": "en"}).json()["results"]
    assert (told["analyser"], told["drawn"]) == (row.analyser, 1)
    assert told["sampled"]["accuracy"]["value"] == 1
    assert told["sampled"]["accuracy"]["low"] < 0.3
    assert told["others"] == {"judged": 0, "confirmed": 0}


def test_nothing_to_draw_is_said(api: APIClient, row: Mention) -> None:
    response = api.post(SAMPLES, {"language": "fr"}, format="json")

    assert list(codes_of(problem_of(response, 400))) == ["since"]


def test_accuracy_of_another_brand_is_hidden(api: APIClient, row: Mention) -> None:
    other = BrandFactory(slug="other")

    assert api.get(ACCURACY, {"brand": other.slug}).status_code in (400, 403, 404)


def test_thirty_rows_take_as_many_queries_as_one(api: APIClient, source: Source) -> None:
    CorrectionFactory(mention__source=source)
    SampleFactory(brand=source.brand)
    paths = ["/api/v1/corrections/", SAMPLES]
    one = [len(queries_of(api, path)) for path in paths]
    for _ in range(29):
        CorrectionFactory(mention__source=source)
        SampleFactory(brand=source.brand)

    assert [len(queries_of(api, path)) for path in paths] == one
