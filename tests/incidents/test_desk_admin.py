"""The desk as a whole: its order, actions on pages, what is begun from them, history, JSON."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from crisisapi.desk import STORY
from incidents.models import Assignment, ContactEntry, Incident, ShiftNote
from tests.factories.accounts import BrandFactory, MemberFactory, UserFactory
from tests.factories.incidents import (
    AssignmentFactory,
    ClockFactory,
    EvidenceFactory,
    FactFactory,
    IncidentFactory,
    NotificationFactory,
    PlaybookVersionFactory,
    ReviewFactory,
    RunStepFactory,
    StakeholderFactory,
    TaskFactory,
    task_step,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    """The browser of somebody who runs the service."""
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def _page(thing: Any, page: str = "change") -> str:
    args = [thing.pk] if page in {"change", "history"} else []
    return reverse(f"admin:incidents_{thing._meta.model_name}_{page}", args=args)


def _act(desk: Client, thing: Any, action: str, **more: str) -> list[str]:
    said = {"action": action, "_selected_action": [str(thing.pk)], "index": "0", **more}
    response = desk.post(_page(thing, "changelist"), said, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_the_index_tells_the_story(desk: Client) -> None:
    apps = desk.get(reverse("admin:index")).context["app_list"]

    names = [model["object_name"] for app in apps for model in app["models"]]
    assert [app["app_label"] for app in apps[:3]] == ["incidents", "messaging", "monitoring"]
    assert names[:4] == ["Incident", "Fact", "Evidence", "Task"]


def test_every_model_of_ours_has_its_place_in_the_story() -> None:
    ours = {
        (model._meta.app_label, model.__name__)
        for model in admin.site._registry
        if model._meta.app_label in STORY
    }

    assert ours == {(app, name) for app, names in STORY.items() for name in names}


def test_an_action_on_a_page_leads_back_to_the_page(desk: Client) -> None:
    incident = IncidentFactory()
    shown = desk.get(_page(incident)).context
    said = {"action": "start_response", "_selected_action": [str(incident.pk)], "index": "0"}

    response = desk.post(shown["action_address"], said | {"_on_page": "1"})

    incident.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, _page(incident))
    assert incident.status == "responding"


def test_a_page_offers_the_actions_of_its_list_and_no_others(desk: Client) -> None:
    offered = dict(desk.get(_page(TaskFactory())).context["action_form"].fields["action"].choices)

    assert {"start_task", "finish_task", "block_task"} <= set(offered)
    assert "delete_selected" not in offered


def test_a_page_of_which_nothing_can_be_changed_has_no_button_to_save(desk: Client) -> None:
    assert 'name="_save"' not in desk.get(_page(RunStepFactory())).content.decode()
    assert 'name="_save"' in desk.get(_page(TaskFactory())).content.decode()


def test_what_is_begun_from_an_incident_knows_the_incident(desk: Client) -> None:
    incident = IncidentFactory()

    address = next(
        address
        for _label, address in desk.get(_page(incident)).context["further"]
        if address.startswith(reverse("admin:incidents_task_add"))
    )

    assert desk.get(address).context["adminform"].form["incident"].value() == str(incident.pk)


def test_an_incident_shows_its_facts_tasks_and_evidence(desk: Client) -> None:
    evidence = EvidenceFactory()
    task = TaskFactory(incident=evidence.incident, brand=evidence.brand, title="להתקשר למפעל")
    old = FactFactory(incident=evidence.incident, brand=evidence.brand, superseded_by=evidence.fact)

    shown = desk.get(_page(evidence.incident)).content.decode()

    assert task.title in shown
    assert _page(evidence.fact) in shown
    assert _page(old) not in shown
    assert reverse("admin:incidents_evidence_file", args=[evidence.pk]) in shown


def test_history_leads_to_the_event_log(desk: Client) -> None:
    incident = IncidentFactory()
    _act(desk, incident, "start_response")
    _act(desk, IncidentFactory(brand=incident.brand), "start_response")

    response = desk.get(_page(incident, "history"), follow=True)

    verbs = [event.verb for event in response.context["cl"].result_list]
    assert "incident.response_started" in verbs
    assert (
        desk.get(_page(IncidentFactory(), "history"), follow=True).context["cl"].result_count == 0
    )


def test_lists_name_incidents_by_reference_with_the_title_beside(desk: Client) -> None:
    clock = ClockFactory(incident__title="Handles & lids")

    shown = desk.get(_page(clock, "changelist")).content.decode()

    assert f"<bdi>{clock.incident.reference}</bdi>" in shown
    assert 'title="Handles &amp; lids"' in shown


@pytest.mark.parametrize("make", [RunStepFactory, ReviewFactory, NotificationFactory])
def test_json_is_shown_in_lines_from_left_to_right(desk: Client, make: Any) -> None:
    kept = {RunStepFactory: "terms", ReviewFactory: "record", NotificationFactory: "details"}
    thing = make(**{kept[make]: {"title": "לעצור <מכירה>", "reference": "INC-2026-0001"}})

    shown = desk.get(_page(thing)).content.decode()

    assert '<pre class="json" dir="ltr">{\n' in shown
    assert "לעצור &lt;מכירה&gt;" in shown


def test_published_steps_are_shown_in_lines(desk: Client) -> None:
    version = PlaybookVersionFactory(status="published", steps=[task_step("a")])

    assert '<pre class="json" dir="ltr">[\n' in desk.get(_page(version)).content.decode()


def test_a_decision_shows_what_can_be_chosen(desk: Client) -> None:
    step = RunStepFactory(kind="decision", terms={"options": ["עוצרים", "ממשיכים"]})

    assert "עוצרים / ממשיכים" in desk.get(_page(step)).content.decode()


def test_a_notification_is_read_in_the_language_of_the_reader(desk: Client) -> None:
    told = NotificationFactory(
        verb="task.added", details={"reference": "INC-2026-0009", "title": "Call"}, text=""
    )
    with translation.override("he"):
        sentence = told.sentence

    page = desk.get(_page(told, "changelist"), headers={"accept-language": "he"})

    assert "משימה" in sentence
    assert escape(sentence) in page.content.decode()


def test_a_role_is_handed_over_with_a_note(desk: Client) -> None:
    held = AssignmentFactory(role="scribe")
    other = MemberFactory(brand=held.brand).user

    _act(desk, held, "hand_over", person=other.username, reason="ממתינים לאישור משפטי")

    held.refresh_from_db()
    theirs = Assignment.objects.current().get(role="scribe")
    assert held.ended_at is not None
    assert (theirs.person, theirs.taken_over_from) == (other, held)
    assert ShiftNote.objects.get().text == "ממתינים לאישור משפטי"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nobody", "There is no active user of this name."),
        ("stranger", "This person is not a member of the brand."),
    ],
)
def test_a_role_passes_to_members_only(desk: Client, name: str, sentence: str) -> None:
    UserFactory(username="stranger")
    held = AssignmentFactory()

    said = _act(desk, held, "hand_over", person=name)

    held.refresh_from_db()
    assert sentence in said[0]
    assert held.ended_at is None


def test_who_opens_an_incident_may_leave_out_when_it_began(desk: Client) -> None:
    said = {"brand": str(BrandFactory().pk), "title": "ידיות נסדקות", "severity": "3"}
    chosen = {"kind": "other", "legitimacy": "unknown", "responsibility": "unknown"}
    page = desk.get(_page(Incident, "add"))
    shown = {bound.html_name: bound.value() or "" for bound in page.context["adminform"].form}

    desk.post(_page(Incident, "add"), shown | said | chosen | {"audiences": []})

    incident = Incident.objects.get()
    assert incident.started_at == incident.opened_at


def test_who_logs_a_contact_may_leave_out_when(desk: Client) -> None:
    said = {"channel": "phone", "direction": "in", "summary": "ביקשו recall מלא", "incident": ""}

    desk.post(_page(ContactEntry, "add"), said | {"stakeholder": str(StakeholderFactory().pk)})

    assert ContactEntry.objects.get().summary == "ביקשו recall מלא"


def test_what_was_done_is_told_without_how_to_do_it(desk: Client) -> None:
    incident = IncidentFactory()

    assert _act(desk, incident, "decline_incident", reason="Not ours") == [f"{incident}: Decline"]


def test_a_refusal_names_states_in_the_language_of_the_reader(desk: Client) -> None:
    incident = IncidentFactory()
    said = {"action": "close_incident", "_selected_action": [str(incident.pk)], "index": "0"}

    page = desk.post(_page(incident, "changelist"), said, headers={"accept-language": "he"})
    shown = desk.get(page["Location"], headers={"accept-language": "he"}).context["messages"]

    assert "בלמידה" in str(next(iter(shown)))


def test_a_merged_incident_is_changed_no_more(desk: Client) -> None:
    merged = IncidentFactory(status="merged", merged_into=IncidentFactory())

    said = _act(desk, merged, "start_response")

    merged.refresh_from_db()
    assert merged.status == "merged"
    assert said[0].startswith(f"{merged}: ")


def _onlooker() -> Client:
    person = UserFactory(is_staff=True)
    seen = ["view_incident", "view_message", "view_event"]
    person.user_permissions.add(*Permission.objects.filter(codename__in=seen))
    client = Client()
    client.force_login(person)
    return client


def test_who_may_only_look_is_offered_no_action() -> None:
    incident = IncidentFactory()
    onlooker = _onlooker()

    page = onlooker.get(_page(incident))
    _act(onlooker, incident, "start_response")

    incident.refresh_from_db()
    assert "action_form" not in page.context
    assert page.context["further"] == []
    assert incident.status == "triage"
