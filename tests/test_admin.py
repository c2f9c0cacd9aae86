"""The admin: every page opens in both languages, every change goes through a service."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisisapi.accounts.models import ApiKey, Brand, Member, Role, Scope, User
from crisisapi.common.admin import ServiceAdmin
from crisisapi.events.models import Event
from incidents.models import Incident
from tests.access_objects import OBJECTS
from tests.clients import bearing
from tests.factories.accounts import BrandFactory, MemberFactory, UserFactory
from tests.factories.incidents import (
    FactFactory,
    GoalFactory,
    IncidentFactory,
    LessonFactory,
    StakeholderFactory,
)

pytestmark = pytest.mark.django_db

OURS = ["accounts", "events", "incidents", "messaging", "monitoring"]
MODELS = [model for model in admin.site._registry if model._meta.app_label in OURS]


def _name(model: type[Model]) -> str:
    return str(model._meta.label)


@pytest.fixture
def root(db: Any) -> User:
    user: User = UserFactory(username="root", is_staff=True, is_superuser=True)
    return user


@pytest.fixture
def desk(root: User) -> Client:
    """The browser of somebody who runs the service."""
    client = Client()
    client.force_login(root)
    return client


def _page(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


# A noun that was seen to bring an object of the model: to try them all takes a second.
_BROUGHT_BY: dict[type[Model], str] = {}


def _an_object(model: type[Model], brand: Brand) -> Model | None:
    """Make one object more of the model, if any noun brings one, and return the first."""
    known = model._default_manager.count()
    own_name = model._meta.model_name
    likely_first = sorted(
        OBJECTS,
        key=lambda noun: (noun != _BROUGHT_BY.get(model), noun.replace("-", "") != own_name),
    )
    for noun in likely_first:
        _bring(noun, brand)
        if model._default_manager.count() > known:
            break
    return model._default_manager.first()


def _bring(noun: str, brand: Brand) -> None:
    """Make an object of a noun, and note of which models it made rows besides."""

    def note(sender: Any, **_said: Any) -> None:
        _BROUGHT_BY.setdefault(sender, noun)

    post_save.connect(note)
    OBJECTS[noun](brand)
    post_save.disconnect(note)


@pytest.mark.parametrize("language", ["en", "he"])
@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_every_page_opens(desk: Client, brand: Brand, model: Any, language: str) -> None:
    found = _an_object(model, brand)
    headers = {"accept-language": language}

    pages = {"list": desk.get(_page(model, "changelist") + "?q=a", headers=headers)}
    if found is not None:
        pages["change"] = desk.get(_page(model, "change", found.pk), headers=headers)
    if admin.site._registry[model].has_add_permission(pages["list"].wsgi_request):
        pages["add"] = desk.get(_page(model, "add"), headers=headers)

    assert {name: page.status_code for name, page in pages.items()} == dict.fromkeys(pages, 200)
    direction = "rtl" if language == "he" else "ltr"
    assert all(f'dir="{direction}"' in page.content.decode() for page in pages.values())
    assert "Crisis API" in pages["list"].content.decode()


@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_a_list_costs_the_same_for_a_few_and_for_many(
    desk: Client, brand: Brand, model: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        _an_object(model, brand)

    with django_assert_max_num_queries(12):
        desk.get(_page(model, "changelist"))


@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_nothing_that_events_tell_of_is_deleted(desk: Client, brand: Brand, model: Any) -> None:
    found = _an_object(model, brand)
    if found is None or _name(model) == "accounts.AccessToken":
        pytest.skip("nothing there, or made to be deleted")

    response = desk.post(_page(model, "delete", found.pk), {"post": "yes"})

    assert response.status_code == 403
    assert model._default_manager.filter(pk=found.pk).exists()


def _filled(desk: Client, page: str) -> dict[str, Any]:
    """Return what a browser would send back from a form, times split in two fields."""
    form = desk.get(page).context["adminform"].form
    said: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        widget = bound.field.widget
        if hasattr(widget, "decompress"):
            parts = widget.decompress(value)
            said |= {f"{bound.html_name}_{place}": part or "" for place, part in enumerate(parts)}
        else:
            nothing: Any = [] if getattr(widget, "allow_multiple_selected", False) else ""
            said[bound.html_name] = nothing if value is None else value
    for inline in desk.get(page).context["inline_admin_formsets"]:
        for bound in inline.formset.management_form:
            said[bound.html_name] = bound.value()
    return said


def _edit(desk: Client, thing: Any, **fields: Any) -> Any:
    page = _page(type(thing), "change", thing.pk)
    return desk.post(page, _filled(desk, page) | fields)


@pytest.mark.parametrize(
    ("factory", "fields", "verb"),
    [
        (BrandFactory, {"name": "Neu", "languages": "he,ar"}, "brand.changed"),
        (MemberFactory, {"role": "viewer"}, "member.changed"),
        (IncidentFactory, {"title": "New", "severity": "1"}, "incident.changed"),
        (FactFactory, {"evidence": "Lab report 7"}, "fact.changed"),
        (GoalFactory, {"target": "0.2"}, "goal.changed"),
        (LessonFactory, {"title": "New"}, "lesson.changed"),
        (StakeholderFactory, {"stance": "hostile", "languages": "he"}, "stakeholder.changed"),
    ],
)
def test_an_edit_is_an_event_by_the_person(
    desk: Client, root: User, factory: Any, fields: dict[str, str], verb: str
) -> None:
    thing = factory()

    response = _edit(desk, thing, **fields)

    assert response.status_code == 302, response.context["adminform"].form.errors
    event = Event.objects.get()
    assert (event.verb, event.actor_id, event.object_id) == (verb, root.pk, thing.pk)
    thing.refresh_from_db()
    assert thing.version == 2


def test_an_edit_of_nothing_leaves_no_trace(desk: Client) -> None:
    assert _edit(desk, IncidentFactory()).status_code == 302
    assert not Event.objects.exists()


def test_an_incident_opens_in_triage(desk: Client, brand: Brand) -> None:
    page = _page(Incident, "add")
    fields = {"brand": str(brand.pk), "title": "Handles crack"}
    began = {"started_at_0": "2026-03-01", "started_at_1": "12:00:00"}

    response = desk.post(page, _filled(desk, page) | fields | began)

    incident = Incident.objects.get()
    assert response.status_code == 302
    assert (incident.status, incident.reference[-4:]) == ("triage", "0001")
    assert Event.objects.get(object_id=incident.pk).verb == "incident.opened"


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(
    desk: Client, stranger: User
) -> None:
    incident = IncidentFactory()

    response = _edit(desk, incident, title="Typed long", lead=str(stranger.pk))

    form = response.context["adminform"].form
    assert response.status_code == 200
    assert form.errors == {"lead": ["This person is not a member of the brand."]}
    assert form["title"].value() == "Typed long"
    assert not Event.objects.exists()


def test_a_refusal_that_is_about_no_field_stands_above(desk: Client) -> None:
    fact = FactFactory(status="confirmed")

    response = _edit(desk, fact, statement="Something else")

    assert "cannot change" in str(response.context["adminform"].form.errors["__all__"])


def _act(desk: Client, thing: Any, action: str, **more: Any) -> list[str]:
    said = {"action": action, "_selected_action": [str(thing.pk)], **more}
    response = desk.post(_page(type(thing), "changelist"), said, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_the_lifecycle_moves_by_actions(desk: Client, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)

    said = _act(desk, incident, "start_response")
    refused = _act(desk, incident, "close_incident")

    incident.refresh_from_db()
    assert incident.status == "responding"
    assert said == [f"{incident}: Start to respond"]
    assert "only from: learning" in refused[0]


def test_declining_asks_for_a_reason(desk: Client, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)

    refused = _act(desk, incident, "decline_incident", reason="")
    _act(desk, incident, "decline_incident", reason="Not ours")

    incident.refresh_from_db()
    assert "Say why." in refused[0]
    assert (incident.status, incident.status_reason) == ("declined", "Not ours")


def test_the_status_is_in_no_form(desk: Client) -> None:
    for factory in (IncidentFactory, FactFactory, GoalFactory, LessonFactory):
        page = _page(factory._meta.model, "change", factory().pk)
        fields = set(desk.get(page).context["adminform"].form.fields)
        assert not fields & {"status", "state", "version", "reference", "current"}


def test_a_key_is_shown_once(desk: Client, brand: Brand) -> None:
    page = _page(ApiKey, "add")
    fields = {"brand": str(brand.pk), "name": "CI", "scopes": [Scope.INCIDENTS_READ]}

    response = desk.post(page, _filled(desk, page) | fields, follow=True)

    said = [str(message) for message in response.context["messages"]]
    (shown,) = [sentence for sentence in said if "only now" in sentence]
    secret = shown.rsplit(" ", 1)[1]
    assert bearing(secret).get("/api/v1/me/").json()["name"] == "CI"
    key = ApiKey.objects.get()
    assert secret not in desk.get(_page(ApiKey, "change", key.pk)).content.decode()
    assert secret not in desk.get(_page(ApiKey, "changelist")).content.decode()


def test_a_key_is_rotated_and_revoked_by_actions(desk: Client, brand: Brand) -> None:
    old = OBJECTS["api-key"](brand)

    said = _act(desk, old, "rotate")
    _act(desk, old, "revoke")

    old.refresh_from_db()
    assert "cak_" in said[0]
    assert old.revoked_at is not None
    assert ApiKey.objects.get(replaces=old).expires_at is None
    assert "already" in _act(desk, old, "rotate")[0]


def test_the_last_manager_stays(desk: Client, brand: Brand) -> None:
    member = MemberFactory(brand=brand, role=Role.MANAGER)

    refused = _act(desk, member, "remove")

    assert "A brand needs a manager" in refused[0]
    assert Member.objects.filter(pk=member.pk).exists()


def test_who_makes_a_brand_manages_it(desk: Client, root: User) -> None:
    page = _page(Brand, "add")

    response = desk.post(page, _filled(desk, page) | {"slug": "tapuz", "name": "תפוז"})

    assert response.status_code == 302
    member = Member.objects.get()
    assert (member.user, member.role, member.brand.slug) == (root, Role.MANAGER, "tapuz")


@pytest.mark.parametrize("languages", ["hebrew", "he,x", "HE"])
def test_a_language_has_two_letters(desk: Client, brand: Brand, languages: str) -> None:
    response = _edit(desk, brand, languages=languages)

    assert "languages" in response.context["adminform"].form.errors


def test_a_person_is_switched_off_not_deleted(desk: Client, viewer: User) -> None:
    response = _edit(desk, viewer, is_active="")

    viewer.refresh_from_db()
    assert response.status_code == 302
    assert not viewer.is_active


def test_the_admin_is_for_staff(client: Client, viewer: User) -> None:
    client.force_login(viewer)

    assert client.get("/admin/").status_code == 302


def test_changes_go_through_services_everywhere() -> None:
    """An admin either changes nothing or is one of ours that calls services."""
    careless = {
        _name(model)
        for model in MODELS
        if not isinstance(admin.site._registry[model], ServiceAdmin)
        and type(admin.site._registry[model]).save_model is admin.ModelAdmin.save_model
        and type(admin.site._registry[model]).has_change_permission
        is admin.ModelAdmin.has_change_permission
    }

    assert careless - {"accounts.User"} == set()


def test_an_overdue_goal_may_be_renamed(desk: Client) -> None:
    goal = GoalFactory(deadline=timezone.now() - timedelta(days=1))

    assert _edit(desk, goal, title="Renamed").status_code == 302
