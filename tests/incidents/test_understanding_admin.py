"""The page of an incident in the admin, and actions on two incidents."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from incidents.models import Incident, IncidentRelation, ResponsePolicy
from incidents.rules.clock_targets import default_clock_targets
from tests.factories.accounts import BrandFactory, UserFactory
from tests.factories.incidents import (
    IncidentFactory,
    IncidentRelationFactory,
    RecalledLessonFactory,
    ResponsePolicyFactory,
)

pytestmark = pytest.mark.django_db

LIST = reverse("admin:incidents_incident_changelist")


@pytest.fixture
def root(db: Any) -> User:
    user: User = UserFactory(username="root", is_staff=True, is_superuser=True)
    return user


@pytest.fixture
def desk(root: User) -> Client:
    client = Client()
    client.force_login(root)
    return client


def _page(desk: Client, thing: Any) -> str:
    name = f"admin:incidents_{thing._meta.model_name}_change"
    response = desk.get(reverse(name, args=[thing.pk]))
    assert response.status_code == 200
    return response.content.decode()


def _act(desk: Client, incident: Incident, action: str, **more: str) -> list[str]:
    said = {"action": action, "_selected_action": [str(incident.pk)], **more}
    response = desk.post(LIST, said, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_the_page_shows_the_advice_and_why(desk: Client, brand: Brand) -> None:
    shown = _page(desk, IncidentFactory(brand=brand, responsibility="preventable"))

    assert "rebuild: take responsibility, apologise, make good" in shown
    assert "It was preventable: people hold the brand responsible." in shown
    assert "First say what people must do to stay safe." in shown


def test_the_page_suggests_a_responsibility_until_there_is_one(desk: Client, brand: Brand) -> None:
    kinds: Any = {"brand": brand, "kind": "misinformation"}

    assert "Suggested responsibility: victim." in _page(desk, IncidentFactory(**kinds))
    decided = IncidentFactory(**kinds, responsibility="accidental")
    assert "Suggested responsibility" not in _page(desk, decided)


def test_the_page_shows_the_computed_severity_and_why(desk: Client, brand: Brand) -> None:
    reason = {"code": "holds", "params": {"signal": "press", "value": 3, "at_least": 1}}
    incident = IncidentFactory(brand=brand, computed_severity=2, severity_reasons=[reason])

    shown = _page(desk, incident)

    assert "2, high" in shown
    assert "Mentions in the press: 3 (at least 1)." in shown


def test_the_page_shows_relations_and_recalled_lessons(desk: Client, brand: Brand) -> None:
    incident = RecalledLessonFactory(incident__brand=brand).incident
    other = IncidentRelationFactory(first=incident, note="Same <b>supplier</b>").second

    shown = _page(desk, incident)

    assert str(other) in shown
    assert "Same &lt;b&gt;supplier&lt;/b&gt;" in shown
    assert "Answer within the hour" in shown


def test_merging_names_the_other_by_its_reference(desk: Client, root: User, brand: Brand) -> None:
    double, target = IncidentFactory(brand=brand), IncidentFactory(brand=brand)

    said = _act(desk, double, "merge_incident", other=f" {target.reference} ", reason="Same")

    double.refresh_from_db()
    assert double.merged_into == target
    assert target.reference in said[0]
    assert Event.objects.get(verb="incident.merged").actor_id == root.pk


def test_an_unknown_reference_is_refused(desk: Client, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    elsewhere = IncidentFactory(brand=BrandFactory())

    said = _act(desk, incident, "merge_incident", other=elsewhere.reference, reason="Same")

    assert "Type the reference of another incident" in said[0]
    incident.refresh_from_db()
    assert incident.status == "triage"


def test_a_refused_merge_says_why(desk: Client, brand: Brand) -> None:
    double, target = IncidentFactory(brand=brand), IncidentFactory(brand=brand)

    said = _act(desk, double, "merge_incident", other=target.reference)

    assert "Say why." in said[0]


def test_incidents_are_related_and_parted(desk: Client, brand: Brand) -> None:
    one, other = IncidentFactory(brand=brand), IncidentFactory(brand=brand)

    _act(desk, one, "relate_incidents", other=other.reference, reason="Same supplier")
    assert IncidentRelation.objects.current().get().note == "Same supplier"
    _act(desk, other, "unrelate_incidents", other=one.reference)

    assert not IncidentRelation.objects.current().exists()


def _policy_form(desk: Client, policy: ResponsePolicy, **fields: str) -> Any:
    page = reverse("admin:incidents_responsepolicy_change", args=[policy.pk])
    form = desk.get(page).context["adminform"].form
    return desk.post(page, {bound.html_name: bound.value() for bound in form} | fields)


def test_the_flaws_of_a_policy_stand_at_its_fields_with_their_places(desk: Client) -> None:
    targets = str(default_clock_targets()).replace("'", '"').replace(": 5,", ": 0,", 1)

    response = _policy_form(
        desk,
        ResponsePolicyFactory(),
        severity_rules='[{"severity": 7, "when": []}]',
        clock_targets=targets,
    )

    assert response.context["adminform"].form.errors == {
        "severity_rules": [
            "severity_rules.0.severity: The severity is 1, 2, 3 or 4.",
            "severity_rules.0.when: Give a list of 1 to 6 conditions.",
        ],
        "clock_targets": [
            "clock_targets.1.acknowledge: Give a whole number of minutes from 1 to 43200."
        ],
    }


def test_a_policy_is_changed_by_its_service(desk: Client, root: User) -> None:
    policy = ResponsePolicyFactory()

    response = _policy_form(desk, policy, severity_rules="[]")

    assert response.status_code == 302
    policy.refresh_from_db()
    assert (policy.severity_rules, policy.version) == ([], 2)
    event = Event.objects.get()
    assert (event.verb, event.actor_id) == ("response_policy.changed", root.pk)
    assert set(event.data["changed"]) == {"severity_rules"}


def test_audiences_are_ticked(desk: Client, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    page = reverse("admin:incidents_incident_change", args=[incident.pk])
    context = desk.get(page).context
    said: dict[str, Any] = {
        bound.html_name: bound.value()
        for inline in context["inline_admin_formsets"]
        for bound in inline.formset.management_form
    }
    for bound in context["adminform"].form:
        value = bound.value()
        if bound.name == "started_at":
            day, moment = bound.field.widget.decompress(value)
            said |= {"started_at_0": day, "started_at_1": moment}
        else:
            said[bound.html_name] = "" if value is None else value

    response = desk.post(page, said | {"audiences": ["media", "customers"]})

    assert response.status_code == 302, response.context["adminform"].form.errors
    incident.refresh_from_db()
    assert set(incident.audiences) == {"media", "customers"}
