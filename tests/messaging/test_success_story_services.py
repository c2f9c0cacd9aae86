"""Success stories: told, released, cited, found."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Incident
from messaging.models import Message, SuccessStory
from messaging.services.messages import change_message, write_message
from messaging.services.success_stories import (
    StoryNotThere,
    change_story,
    draft_story,
    release_story,
    retire_story,
    tell_story,
)
from tests.factories.incidents import IncidentFactory, LessonFactory, ReviewFactory
from tests.factories.messaging import SuccessStoryFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
TODAY = NOW.date()
FIELDS = {
    "title": "מחבת הנירוסטה",
    "language": "he",
    "kind": "product_safety",
    "situation": "מכסים ניתקו מהמחבת.",
    "deed": "החזרנו כסף בלי קבלה.",
    "tags": ["ריקול"],
}


def tell(brand: Brand, **fields: Any) -> SuccessStory:
    return tell_story(brand=brand, **{**FIELDS, **fields}, actor=SYSTEM, now=NOW)


def citing(incident: Incident, *stories: SuccessStory) -> Message:
    said: dict[str, Any] = {"title": "T", "purpose": "recovery", "language": "he", "body": "B"}
    return write_message(incident=incident, cited_stories=stories, **said, actor=SYSTEM, now=NOW)


def test_a_story_is_told_and_not_citable_yet(brand: Brand) -> None:
    story = tell(brand)

    event = Event.objects.get(object_id=story.pk)
    assert (event.verb, story.is_citable) == ("successstory.told", False)


def test_an_approver_releases_it(brand: Brand, approver: User, by: By) -> None:
    released = release_story(story=tell(brand), **by(approver))

    assert released.is_citable_on(TODAY)
    assert (released.released_by, released.released_at) == (approver, NOW)
    with pytest.raises(StoryNotThere):
        release_story(story=released, **by(approver))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"quote": "Thank you", "quoted": "A customer"}, "permission"),
        ({"names_people": True}, "permission"),
        ({"figures": [{"label": "Returned", "value": "94%", "source": ""}]}, "evidence_url"),
        ({"expires_on": TODAY - timedelta(days=1)}, "expires_on"),
    ],
)
def test_nothing_is_released_that_people_did_not_agree_to_or_nobody_can_check(
    brand: Brand, approver: User, by: By, fields: dict[str, Any], error: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        release_story(story=tell(brand, **fields), **by(approver))

    assert set(refused.value.errors) == {error}


def test_a_quote_is_somebodys(brand: Brand) -> None:
    with pytest.raises(InvalidInput):
        tell(brand, quote="Thank you")


def test_a_story_of_another_brands_incident_is_refused(brand: Brand) -> None:
    with pytest.raises(InvalidInput):
        tell(brand, incident=IncidentFactory())


def test_a_new_wording_has_to_be_released_again(
    brand: Brand, approver: User, responder: User, by: By
) -> None:
    story = release_story(story=tell(brand), **by(approver))

    tagged = change_story(story=story, tags=["מטבח"], **by(responder))
    reworded = change_story(story=story, outcome="94% חזרו.", **by(responder))

    assert (tagged.is_citable, reworded.is_citable) == (True, False)


def test_a_story_is_retired_with_a_reason(brand: Brand, approver: User, by: By) -> None:
    story = release_story(story=tell(brand), **by(approver))

    retired = retire_story(story=story, reason="The figure was wrong.", **by(approver))

    assert (retired.is_citable, retired.status_reason) == (False, "The figure was wrong.")


def test_a_message_cites_a_story_in_its_version(incident: Incident, approver: User, by: By) -> None:
    story = release_story(story=tell(incident.brand), **by(approver))

    message = citing(incident, story)
    change_story(story=story, outcome="More came back.", **by(approver))

    cited = message.citations.get()
    assert (cited.story, cited.story_version) == (story, 2)


@pytest.mark.parametrize("fields", [{}, {"is_citable": True, "expires_on": date(2026, 3, 3)}])
def test_a_message_cites_only_what_may_be_cited(incident: Incident, fields: dict[str, Any]) -> None:
    story = SuccessStoryFactory(incident__brand=incident.brand, **fields)

    with pytest.raises(InvalidInput) as refused:
        citing(incident, story)

    assert set(refused.value.errors) == {"cited_stories"}


def test_a_citation_is_taken_out_without_touching_the_wording(
    incident: Incident, responder: User, by: By
) -> None:
    story = SuccessStoryFactory(incident__brand=incident.brand, is_citable=True)
    message = citing(incident, story)

    changed = change_message(message=message, cited_stories=[], **by(responder))

    assert (changed.citations.count(), changed.revision, changed.version) == (0, 1, 2)


@pytest.mark.parametrize("question", ["מחבת", "המחבת", "במחבת", "קבלה כסף", "ריקול", "מחב"])
def test_hebrew_stories_are_found_by_their_words(brand: Brand, question: str) -> None:
    story = tell(brand)

    assert list(SuccessStory.objects.saying(question)) == [story]


@pytest.mark.parametrize("question", ["קומקום", "מחבת קומקום", "'; drop"])
def test_what_a_story_does_not_say_does_not_find_it(brand: Brand, question: str) -> None:
    tell(brand)

    assert not SuccessStory.objects.saying(question).exists()


def test_a_question_without_words_asks_for_nothing_in_particular(brand: Brand) -> None:
    story = tell(brand)

    assert list(SuccessStory.objects.saying("& | !")) == [story]


def test_a_changed_story_is_found_by_its_new_words(brand: Brand, responder: User, by: By) -> None:
    change_story(story=tell(brand), deed="תיקנו את הידית.", **by(responder))

    assert SuccessStory.objects.saying("ידית").exists()
    assert not SuccessStory.objects.saying("קבלה").exists()


def test_stories_fit_by_kind_or_by_words(incident: Incident) -> None:
    incident.kind, incident.title = "data_breach", "הקומקום נסדק"
    fields = {"incident__brand": incident.brand, "is_citable": True}
    alike = SuccessStoryFactory(**fields, kind="data_breach")
    worded = SuccessStoryFactory(**fields, situation="ידית של קומקום")
    SuccessStoryFactory(**fields, kind="labour")
    SuccessStoryFactory(**{**fields, "is_citable": False}, kind="data_breach")

    assert set(SuccessStory.objects.fitting(incident, TODAY)) == {alike, worded}


def test_a_story_is_drafted_from_a_review(incident: Incident, responder: User, by: By) -> None:
    told = by(responder)
    told.pop("expected_version")
    with pytest.raises(StoryNotThere):
        draft_story(incident=incident, **told)
    said = {"status": "completed", "completed_at": NOW, "went_well": "We answered everybody."}
    ReviewFactory(incident=incident, **said)
    LessonFactory(incident=incident, status="verified", change="Ask for no receipt.")

    story = draft_story(incident=incident, **told)

    assert story.deed == "We answered everybody.\nAsk for no receipt."
    assert (story.incident, story.kind, story.is_citable) == (incident, incident.kind, False)
