"""One crisis through the API alone: from a pushed mention to a measured response and a lesson."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from monitoring.models import Source
from monitoring.tasks import analyse_mentions, measure_goals
from tests.factories.monitoring import SourceFactory
from tests.messaging.outward import sweep
from tests.monitoring.pushing import body_of, mention, push

pytestmark = pytest.mark.django_db

ANGRY = "ממש נורא, הקומקום נשבר והשירות גרוע. I am furious, terrible company!"
CALM = "תודה רבה, תשובה מצוינת. Great answer, thank you!"


class Caller:
    """Speaks to the API as one person, and insists on being understood."""

    def __init__(self, client: APIClient) -> None:
        self.client = client

    def get(self, path: str, **query: Any) -> Any:
        response = self.client.get(f"/api/v1/{path}", query)
        assert response.status_code == 200, response.content
        return response.json()

    def post(self, path: str, **body: Any) -> Any:
        response = self.client.post(f"/api/v1/{path}", body, format="json")
        assert response.status_code in (200, 201), response.content
        return response.json()

    def refused(self, path: str, **body: Any) -> str:
        response = self.client.post(f"/api/v1/{path}", body, format="json")
        assert response.status_code >= 400, response.content
        return str(response.json()["code"])


@pytest.fixture
def caller_of(client_of: Callable[[User], APIClient]) -> Callable[[User], Caller]:
    return lambda user: Caller(client_of(user))


def _mentions(text: str, first: int, count: int, at: datetime) -> bytes:
    return body_of(
        *(
            mention(n, text=f"{text} {n}", published_at=at.isoformat(), likes=1)
            for n in range(first, first + count)
        )
    )


def _published(noa: Caller, daniel: Caller, manager: Caller, incident: str, fact: str) -> str:
    channel = manager.post("channels/", name="X", platform="x", kind="manual")["id"]
    template = daniel.post(
        "templates/",
        name="holding-en",
        title="We are looking into it",
        purpose="holding",
        language="en",
        body="We are sorry. {what} Please stop using it and see {link}.",
        placeholders=["what", "link"],
    )["id"]
    draft = noa.post(
        f"templates/{template}/draft/",
        incident=incident,
        values={"what": "Some handles crack when hot.", "link": "https://example.org/k2"},
        facts=[fact],
    )
    message = draft["id"]
    noa.post(f"messages/{message}/submit/")
    assert daniel.refused(f"messages/{message}/approve/", revision=1) == "fact_not_confirmed"
    noa.post(f"facts/{fact}/confirm/", evidence="https://example.org/lab")
    daniel.post(f"messages/{message}/approve/", revision=draft["revision"])
    daniel.post(f"messages/{message}/publish/", channels=[channel])
    sweep()
    [publication] = noa.get("publications/", message=message)["results"]
    assert publication["status"] == "awaiting_person"
    noa.post(f"publications/{publication['id']}/record/", url="https://example.org/post/1")
    return str(message)


def test_from_the_first_mention_to_a_lesson(
    brand: Brand,
    responder: User,
    approver: User,
    manager: User,
    caller_of: Callable[[User], Caller],
) -> None:
    noa, daniel, boss = caller_of(responder), caller_of(approver), caller_of(manager)
    source: Source = SourceFactory(brand=brand)
    began = datetime.now(UTC) - timedelta(hours=2)

    assert push(source, _mentions(ANGRY, 0, 60, began), message_id="storm").status_code == 202
    analyse_mentions()
    incident = noa.post(
        "incidents/", title="Handles crack", severity=2, started_at=began.isoformat()
    )["id"]
    noa.post(f"incidents/{incident}/respond/")
    fact = noa.post("facts/", incident=incident, statement="Some handles crack.")["id"]
    noa.post("stakeholders/", name="Consumer council", kind="regulator", incidents=[incident])
    goal = noa.post(
        "goals/",
        incident=incident,
        title="Most talk is not negative",
        metric="mentions.negative_share",
        baseline=1.0,
        target=0.5,
        deadline=(datetime.now(UTC) + timedelta(days=1)).isoformat(),
    )["id"]
    before = noa.get(f"incidents/{incident}/metrics/")
    message = _published(noa, daniel, boss, incident, fact)
    noa.post(f"incidents/{incident}/monitor/")
    calm = _mentions(CALM, 1000, 90, datetime.now(UTC) - timedelta(minutes=1))
    assert push(source, calm, message_id="calm").status_code == 202
    analyse_mentions()
    measure_goals()
    for move in ("recover", "learn"):
        noa.post(f"incidents/{incident}/{move}/")
    lesson = noa.post(
        "lessons/",
        incident=incident,
        title="Answer sooner",
        observation="It took two hours.",
        recommendation="Keep a holding message ready.",
    )["id"]
    daniel.post(f"lessons/{lesson}/accept/", owner=str(responder.pk))
    noa.post(f"incidents/{incident}/close/")

    after = noa.get(f"incidents/{incident}/metrics/")
    assert before["totals"]["negative_share"]["value"] == 1.0
    assert (after["totals"]["mentions"], after["totals"]["negative"]) == (150, 60)
    assert noa.get(f"goals/{goal}/")["state"] == "achieved"
    assert noa.get(f"messages/{message}/")["status"] == "published"
    verbs = [event["verb"] for event in noa.get(f"incidents/{incident}/timeline/")["results"]]
    assert verbs[0] == "incident.closed"
    assert verbs[-1] == "incident.opened"
    assert {"fact.confirmed", "message.approved", "publication.published", "goal.achieved"} <= set(
        verbs
    )
