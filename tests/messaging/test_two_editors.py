"""Two people change the same thing at once: the second is told, and loses nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Role, User
from messaging.api import urls
from tests.access_objects import OBJECTS
from tests.checks import problem_of
from tests.factories.accounts import MemberFactory
from tests.factories.messaging import ChannelFactory
from tests.factories.public import PublicPageFactory, PublicUpdateFactory
from tests.hostile import routes_of

pytestmark = pytest.mark.django_db

API = "/api/v1/"
NOUNS = {prefix: basename for prefix, _view, basename in urls.router.registry}

# The field both change, and what each makes of it: the first, the second, both together.
EDITED: dict[str, tuple[str, Any, Any, Any]] = {
    "blocks": ("title", "From Noa", "מדניאל", "From both"),
    "channels": ("name", "From Noa", "מדניאל", "From both"),
    "hold-rules": ("severity", 1, 3, 4),
    "key-messages": ("audience", "From Noa", "מדניאל", "From both"),
    "language-packs": ("name", "From Noa", "מדניאל", "From both"),
    "live-sessions": (
        "proposal",
        {"titles": {"he": "מנעה", "en": "From Noa"}},
        {"titles": {"he": "מדניאל"}},
        {"titles": {"he": "משניהם"}},
    ),
    "media-assets": ("alt_text", "From Noa", "מדניאל", "From both"),
    "messages": ("body", "We stopped selling it.", "עצרנו את המכירה.", "We stopped today."),
    "notification-targets": ("digest_minutes", 10, 20, 30),
    "polls": ("least_shown", 5, 6, 7),
    "public-incidents": (
        "proposal",
        {"titles": {"he": "מנעה", "en": "From Noa"}},
        {"titles": {"he": "מדניאל"}},
        {"titles": {"he": "משניהם"}},
    ),
    "public-numbers": ("position", 1, 2, 3),
    "public-pages": ("colour", "#111111", "#222222", "#333333"),
    "questions": ("text", "Which ones?", "אילו?", "Which kettles?"),
    "review-policies": ("name", "From Noa", "מדניאל", "From both"),
    "success-stories": ("outcome", "From Noa", "מדניאל", "From both"),
    "team-notification-targets": ("name", "#noa", "#daniel", "#both"),
    "templates": ("title", "From Noa", "מדניאל", "From both"),
    "variants": ("text", "From Noa", "מדניאל", "From both"),
}


def _sends(field: str, value: Any) -> dict[str, Any]:
    """Return the body: what waits for approval is sent as the fields it proposes."""
    return dict(value) if field == "proposal" else {field: value}


def _read(document: dict[str, Any], field: str, value: Any) -> Any:
    if field != "proposal":
        return document[field]
    return {name: document["proposal"][name] for name in value}


def test_everything_of_the_floor_that_is_edited_is_edited_here() -> None:
    patched = {route.noun for route in routes_of(set(NOUNS.values()), "patch")}

    assert patched == {NOUNS[noun] for noun in EDITED}


@pytest.mark.parametrize("noun", EDITED)
def test_the_second_is_told_and_loses_nothing(
    client_of: Callable[[User], APIClient], brand: Brand, manager: User, noun: str
) -> None:
    field, from_noa, from_daniel, from_both = EDITED[noun]
    PublicPageFactory(brand=brand)
    thing = OBJECTS[NOUNS[noun]](brand)
    is_own = noun == "notification-targets"
    other = thing.person if is_own else MemberFactory(brand=brand, role=Role.MANAGER).user
    noa, daniel = client_of(thing.person if is_own else manager), client_of(other)
    path = f"{API}{noun}/{thing.pk}/"
    seen_by_noa, seen_by_daniel = noa.get(path)["ETag"], daniel.get(path)["ETag"]

    first = _patch(noa, path, seen_by_noa, _sends(field, from_noa))
    second = _patch(daniel, path, seen_by_daniel, _sends(field, from_daniel))

    assert first.status_code == 200, first.content
    problem_of(second, 412, "stale_version")
    read = daniel.get(path)
    assert _read(read.json(), field, from_noa) == from_noa
    again = _patch(daniel, path, read["ETag"], _sends(field, from_both))
    assert again.status_code == 200, again.content
    assert _read(again.json(), field, from_both) == from_both


@pytest.mark.parametrize("noun", EDITED)
def test_an_edit_names_the_version_it_was_made_of(
    client_of: Callable[[User], APIClient], brand: Brand, manager: User, noun: str
) -> None:
    thing = OBJECTS[NOUNS[noun]](brand)
    client = client_of(thing.person if noun == "notification-targets" else manager)

    response = client.patch(f"{API}{noun}/{thing.pk}/", {}, format="json")

    problem_of(response, 428, "precondition_required")


REASON = {"reason": "It is wrong."}
REVISION = {"revision": 1}
NOTHING: dict[str, Any] = {}


def _channels(brand: Brand) -> dict[str, Any]:
    return {"channels": [str(ChannelFactory(brand=brand).pk)]}


def _later(brand: Brand) -> dict[str, Any]:
    return {"by": str(PublicUpdateFactory(message__incident__brand=brand).pk)}


def _twin(brand: Brand) -> dict[str, Any]:
    return {"into": str(OBJECTS["question"](brand).pk)}


def _asked(brand: Brand) -> dict[str, Any]:
    return {"question": str(OBJECTS["question"](brand).pk)}


# What each step is told; whether it is possible is asked only of the version that was read.
STEPS: dict[str, dict[str, Any] | Callable[[Brand], dict[str, Any]]] = {
    "channel.test": NOTHING,
    "comment.resolve": NOTHING,
    "comment.reopen": NOTHING,
    "hold.lift": REASON,
    "key-message.supersede": {"texts": {"en": "Refund in a week."}},
    "live-session.approve": REVISION,
    "live-session.archive": NOTHING,
    "live-session.begin_answer": _asked,
    "live-session.cancel": REASON,
    "live-session.draft_answers": NOTHING,
    "live-session.end": NOTHING,
    "live-session.finish_answer": _asked,
    "live-session.put_back": _asked,
    "live-session.skip": _asked,
    "live-session.start": NOTHING,
    "live-session.take": _asked,
    "message.approve": REVISION,
    "message.break_glass": REVISION | {"reason": "People get hurt while we wait for it."},
    "message.clear_flag": REASON,
    "message.publish": _channels,
    "message.ratify": {"comment": "It was right."},
    "message.reject": REVISION | REASON,
    "message.request_changes": REVISION | REASON,
    "message.reschedule": lambda _: {"publish_at": (timezone.now() + timedelta(1)).isoformat()},
    "message.revise": REASON,
    "message.submit": NOTHING,
    "message.unschedule": NOTHING,
    "message.withdraw": REASON,
    "poll.approve": REVISION,
    "poll.close": NOTHING,
    "poll.open": NOTHING,
    "poll.withdraw": REASON,
    "public-incident.approve": REVISION,
    "public-incident.move": {"status": "resolved"},
    "public-incident.withdraw": REASON,
    "public-number.approve": REVISION,
    "public-number.withdraw": REASON,
    "public-page.close": NOTHING,
    "public-page.open": NOTHING,
    "public-update.correct": _later,
    "public-update.withdraw": REASON,
    "publication.cancel": NOTHING,
    "publication.drop": REASON,
    "publication.fail": REASON,
    "publication.record": {"url": "https://x.example/rimon/1"},
    "publication.record_withdrawal": NOTHING,
    "publication.release": NOTHING,
    "publication.retry": NOTHING,
    "publication.withdraw": REASON,
    "question.answer": {"body": "Because the glue was bad."},
    "question.hide": NOTHING,
    "question.merge": _twin,
    "question.reject": REASON,
    "question.reopen": NOTHING,
    "question.route": {"department": "support"},
    "question.show": NOTHING,
    "success-story.release": NOTHING,
    "success-story.retire": REASON,
    "team-notification-target.rotate_secret": {"overlap_hours": 2},
    "template.review": {"review_by": None},
}
# They change nothing of what their address names.
UNVERSIONED = {
    "notification-target.test",
    "team-notification-target.test",
    "template.draft",
    "template.drafts",
    "template.preview",
}


def _steps() -> list[Any]:
    return [route for route in routes_of(set(NOUNS.values()), "post") if route.has_object]


def test_every_step_of_the_floor_is_taken_here() -> None:
    assert {str(route) for route in _steps()} == set(STEPS) | UNVERSIONED


@pytest.mark.parametrize("route", [one for one in _steps() if str(one) in STEPS], ids=str)
def test_a_step_on_another_version_is_refused_and_leaves_no_trace(
    client_of: Callable[[User], APIClient], brand: Brand, manager: User, route: Any
) -> None:
    thing, said = OBJECTS[route.noun](brand), STEPS[str(route)]
    body = said(brand) if callable(said) else said
    before = _stored(thing)

    response = client_of(manager).post(
        route.path.replace("<uuid:pk>", str(thing.pk)),
        body,
        format="json",
        headers={"if-match": f'"v{thing.version + 1}"'},
    )

    problem_of(response, 412, "stale_version")
    assert _stored(thing) == before


def _stored(thing: Any) -> dict[str, Any]:
    row: dict[str, Any] = type(thing).objects.filter(pk=thing.pk).values().get()
    return row


def _patch(client: APIClient, path: str, etag: str, body: dict[str, Any]) -> Any:
    return client.patch(path, body, format="json", headers={"if-match": etag})
