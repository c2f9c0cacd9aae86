"""Reviews through the API: policies, rounds, comments, broken glass."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from incidents.models import Incident
from messaging.models import Message
from tests.checks import problem_of
from tests.factories.messaging import MessageFactory
from tests.messaging.conftest import patch, post
from tests.messaging.reviewing import LEGAL_STAGE, PR_STAGE, person, two_stages

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], APIClient]


@pytest.fixture
def draft(incident: Incident, responder: User) -> Message:
    return MessageFactory(incident=incident, author=responder)


def test_legal_and_pr_agree_in_their_order(
    brand: Brand, draft: Message, responder: User, client_of: ClientOf
) -> None:
    two_stages(brand)
    legal, pr = client_of(person(brand, "legal")), client_of(person(brand, "pr", "approver"))
    path = f"messages/{draft.pk}"
    post(client_of(responder), f"{path}/submit/")

    problem_of(post(pr, f"{path}/approve/", revision=1), 403, "not_asked")
    first = post(legal, f"{path}/approve/", revision=1, comment="Fine.")
    second = post(pr, f"{path}/approve/", revision=1)

    assert [first.json()["status"], second.json()["status"]] == ["in_review", "approved"]
    rounds = pr.get("/api/v1/review-rounds/", {"message": str(draft.pk)}).json()["results"]
    assert [row["outcome"] for row in rounds] == ["approved"]
    assert {row["department"] for row in rounds[0]["decisions"]} == {"legal", "pr"}


def test_changes_are_requested(
    draft: Message, responder: User, approver: User, client_of: ClientOf
) -> None:
    post(client_of(responder), f"messages/{draft.pk}/submit/")

    response = post(
        client_of(approver), f"messages/{draft.pk}/request-changes/", revision=1, reason="Shorter."
    )

    assert (response.json()["status"], response.json()["status_reason"]) == ("draft", "Shorter.")


def test_glass_is_broken_and_ratified(
    brand: Brand, draft: Message, approver: User, manager: User, client_of: ClientOf
) -> None:
    path = f"messages/{draft.pk}"
    short = post(client_of(approver), f"{path}/break-glass/", revision=1, reason="Now!")
    broken = post(
        client_of(approver),
        f"{path}/break-glass/",
        revision=1,
        reason="People are being scalded at this moment.",
    )
    ratified = post(client_of(manager), f"{path}/ratify/", comment="It was right.")
    again = post(client_of(manager), f"{path}/ratify/", comment="It was right.")

    assert set(problem_of(short, 400, "invalid")["errors"]) == {"reason"}
    assert (broken.json()["status"], broken.json()["is_break_glass"]) == ("approved", True)
    assert ratified.json()["ratified_by"] == str(manager.pk)
    problem_of(again, 409, "nothing_owed")


def test_a_policy_is_made_and_changed(brand: Brand, manager: User, client_of: ClientOf) -> None:
    client = client_of(manager)

    made = post(client, "review-policies/", name="Apologies", stages=[LEGAL_STAGE])
    path = f"review-policies/{made.json()['id']}/"
    changed = patch(client, path, stages=[LEGAL_STAGE, PR_STAGE])

    assert (made.status_code, len(changed.json()["stages"])) == (201, 2)
    problem_of(patch(client, path, position=3), 412, "stale_version")
    taken = post(client, "review-policies/", name="Apologies", stages=[PR_STAGE])
    problem_of(taken, 409, "policy_name_taken")


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"stages": []}, "stages"),
        ({"stages": [{"name": "x", "who": [{"role": "boss"}], "rule": "any"}]}, "stages.0.who.0"),
        ({"purposes": ["joke"]}, "purposes"),
        ({"severities": [7]}, "severities"),
        ({"expires_after_hours": 0}, "expires_after_hours"),
        ({"break_glass_roles": ["viewer"]}, "break_glass_roles"),
    ],
)
def test_a_flaw_of_a_policy_is_told_at_its_place(
    brand: Brand, manager: User, client_of: ClientOf, fields: dict[str, Any], place: str
) -> None:
    body = {"name": "Bad", "stages": [LEGAL_STAGE], **fields}

    problem = problem_of(post(client_of(manager), "review-policies/", **body), 400, "invalid")

    assert [name for name in problem["errors"] if name.startswith(place)]


def test_a_comment_is_made_at_a_place_and_resolved(
    draft: Message, responder: User, approver: User, client_of: ClientOf
) -> None:
    client = client_of(approver)

    made = post(
        client, "comments/", message=draft.pk, revision=1, text="Since when?", start=0, end=2
    )
    half = post(client, "comments/", message=draft.pk, revision=1, text="Here?", start=0)
    stale = post(client, "comments/", message=draft.pk, revision=2, text="Here?")
    path = f"comments/{made.json()['id']}"
    resolved = post(client_of(responder), f"{path}/resolve/", resolution="Since today.")
    still_open = client.get("/api/v1/comments/", {"open": "true"}).json()["results"]

    assert (made.status_code, made.json()["quote"]) == (201, draft.body[:2])
    assert set(problem_of(half, 400, "invalid")["errors"]) == {"end"}
    problem_of(stale, 412, "stale_version")
    assert resolved.json()["resolved_by"] == str(responder.pk)
    assert still_open == []
    problem_of(post(client, f"{path}/resolve/"), 409, "already_resolved")
    assert post(client, f"{path}/reopen/").json()["resolved_at"] is None


def test_a_comment_of_another_brands_message_is_refused(
    draft: Message, stranger: User, client_of: ClientOf
) -> None:
    response = post(client_of(stranger), "comments/", message=draft.pk, revision=1, text="Hm.")

    assert set(problem_of(response, 400, "invalid")["errors"]) == {"message"}


def test_a_round_tells_its_terms_and_what_was_said(
    brand: Brand, draft: Message, lior: User, noa: User, responder: User, client_of: ClientOf
) -> None:
    policy = two_stages(brand, name="Legal, then PR", expires_after_hours=24)
    post(client_of(responder), f"messages/{draft.pk}/submit/")
    said = {"revision": 1, "comment": "It is lawful."}
    post(client_of(lior), f"messages/{draft.pk}/approve/", **said)

    [row] = client_of(noa).get("/api/v1/review-rounds/?outcome=open").json()["results"]

    assert client_of(noa).get(f"/api/v1/review-rounds/{row['id']}/").json() == row
    assert (row["message"], row["policy"], row["revision"]) == (str(draft.pk), str(policy.pk), 1)
    assert (row["stage"], row["closed_at"], row["terms"]["expires_after_hours"]) == (1, None, 24)
    assert [stage["name"] for stage in row["terms"]["stages"]] == ["Legal", "PR"]
    [decision] = row["decisions"]
    assert (decision["reviewer"], decision["department"]) == (str(lior.pk), "legal")
    assert (decision["decision"], decision["comment"]) == ("approved", "It is lawful.")
    for query in (f"message={draft.pk}", f"policy={policy.pk}", f"incident={draft.incident_id}"):
        found = client_of(noa).get(f"/api/v1/review-rounds/?{query}").json()["results"]
        assert [one["id"] for one in found] == [row["id"]], query
