"""Rules of a brand: checked before they are kept, applied at once, every version kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from messaging.models import LanguagePack
from messaging.services.language_packs import (
    LanguagePackExists,
    TooManyLanguagePacks,
    add_language_pack,
    change_language_pack,
)
from tests.checks import problem_of, queries_of
from tests.factories.messaging import LanguagePackFactory
from tests.messaging.conftest import NOW, patch, post

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
ClientOf = Callable[[User], APIClient]
RULES = """
id = "rimon"
version = "1"
language = "he"

[[rule]]
id = "rimon.device"
category = "jargon"
severity = "warning"
patterns = ["יחידת הרתחה"]
reason.en = "Customers call it a kettle."
reason.he = "הלקוחות קוראים לזה קומקום."
suggestion.en = "Write: קומקום."
suggestion.he = "כדאי לכתוב: קומקום."
fires = ["יחידת הרתחה מהסדרה עלולה להיסדק."]
silent = ["קומקום מהסדרה עלול להיסדק."]
"""
TEXT = "החזירו את יחידת הרתחה לסניף."


def added(brand: Brand, actor: dict[str, Any], **fields: Any) -> LanguagePack:
    fields = {"language": "he", "name": "Ours", "rules": RULES, **fields}
    return add_language_pack(brand=brand, actor=actor["actor"], now=NOW, **fields)


def errors_of(brand: Brand, actor: dict[str, Any], **fields: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as refused:
        added(brand, actor, **fields)
    return {name: [str(text) for text in texts] for name, texts in refused.value.errors.items()}


def found(client: APIClient, text: str = TEXT) -> dict[str, str]:
    answer = post(client, "language-checks/", text=text, purpose="update").json()
    return {one["rule"]: one["severity"] for one in answer["findings"]}


def test_rules_of_a_brand_apply_at_once_and_only_there(
    api: APIClient, brand: Brand, manager: User, stranger: User, client_of: ClientOf, by: By
) -> None:
    added(brand, by(manager))

    assert found(api)["rimon.device"] == "warning"
    assert "rimon.device" not in found(client_of(stranger))


def test_a_change_applies_at_once_and_is_a_version_that_is_kept(
    api: APIClient, brand: Brand, manager: User, by: By
) -> None:
    pack = added(brand, by(manager))

    changed = change_language_pack(
        pack=pack, severities={"rimon.device": "error"}, **by(manager, expected_version=1)
    )

    assert found(api)["rimon.device"] == "error"
    assert changed.version == 2
    numbers = list(changed.revisions.order_by("number").values_list("number", "severities"))
    assert numbers == [(1, {}), (2, {"rimon.device": "error"})]
    assert Event.objects.get(verb="languagepack.changed").data == {"fields": ["severities"]}


def test_a_change_of_nothing_leaves_no_trace(brand: Brand, manager: User, by: By) -> None:
    pack = added(brand, by(manager))

    change_language_pack(pack=pack, name="Ours", **by(manager))

    assert (pack.revisions.count(), Event.objects.count()) == (1, 1)


def test_an_inactive_pack_applies_no_more(
    api: APIClient, brand: Brand, manager: User, by: By
) -> None:
    pack = added(brand, by(manager))

    change_language_pack(pack=pack, is_active=False, **by(manager))

    assert "rimon.device" not in found(api)


def test_built_in_and_computed_rules_are_left_out_or_lightened(
    api: APIClient, brand: Brand, manager: User, by: By
) -> None:
    text = "הלקוחות היו צריכים לקרוא. אנחנו מתנצלים, אבל הדברים הוצאו מהקשרם."
    before = found(api, text)

    added(
        brand,
        by(manager),
        rules="",
        disabled=["posture.mixed"],
        severities={"blame.customer": "hint"},
    )

    after = found(api, text)
    assert (before["blame.customer"], after["blame.customer"]) == ("error", "hint")
    assert "posture.mixed" in before
    assert "posture.mixed" not in after


def test_a_rule_whose_example_does_not_fire_is_refused_and_named(
    brand: Brand, manager: User, by: By
) -> None:
    rules = RULES.replace('fires = ["יחידת', 'fires = ["אין כאן דבר.", "יחידת')

    errors = errors_of(brand, by(manager), rules=rules)

    assert errors == {
        "rules": ["rimon.device does not find anything in its example: “אין כאן דבר.”"]
    }


def test_a_rule_that_fires_where_it_should_not_is_refused_and_named(
    brand: Brand, manager: User, by: By
) -> None:
    rules = RULES.replace("קומקום מהסדרה עלול", "יחידת הרתחה לא כאן, עלול")

    (sentence,) = errors_of(brand, by(manager), rules=rules)["rules"]

    assert sentence.startswith("rimon.device finds something where it should not")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"rules": "id = "}, "rules"),
        ({"rules": RULES.replace("severity", "gravity")}, "rules"),
        ({"rules": RULES.replace('language = "he"', 'language = "en"')}, "rules"),
        ({"disabled": ["no.such"]}, "disabled"),
        ({"disabled": "blame.customer"}, "disabled"),
        ({"severities": {"no.such": "hint"}}, "severities.no.such"),
        ({"severities": {"blame.customer": "grave"}}, "severities.blame.customer"),
        ({"severities": ["hint"]}, "severities"),
        ({"disabled": ["placeholder.unfilled"]}, "disabled"),
        (
            {"severities": {"placeholder.unfilled": "hint"}},
            "severities.placeholder.unfilled",
        ),
        ({"rules": RULES.replace("rimon.device", "placeholder.unfilled")}, "rules"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    brand: Brand, manager: User, by: By, fields: dict[str, Any], field: str
) -> None:
    assert list(errors_of(brand, by(manager), **fields)) == [field]
    assert not LanguagePack.objects.exists()


def test_a_name_taken_and_too_many_packs_are_refused(brand: Brand, manager: User, by: By) -> None:
    added(brand, by(manager))
    with pytest.raises(LanguagePackExists):
        added(brand, by(manager))
    LanguagePackFactory.create_batch(19, brand=brand)

    with pytest.raises(TooManyLanguagePacks):
        added(brand, by(manager), name="One more")


def test_the_database_keeps_versions_as_they_were(brand: Brand, manager: User, by: By) -> None:
    pack = added(brand, by(manager))

    with pytest.raises(DatabaseError), transaction.atomic():
        pack.revisions.update(rules="")


def test_a_manager_adds_and_changes_by_version(client_of: ClientOf, manager: User) -> None:
    client = client_of(manager)

    made = post(client, "language-packs/", language="he", name="Ours", rules=RULES)
    path = f"language-packs/{made.json()['id']}/"
    stale = patch(client, path, version=7, name="Others")
    renamed = patch(client, path, version=1, name="Others")

    assert made.status_code == 201, made.content
    problem_of(stale, 412, "stale_version")
    assert (renamed.json()["name"], renamed.json()["version"]) == ("Others", 2)
    revisions = client.get(f"/api/v1/{path}revisions/").json()["results"]
    assert [one["number"] for one in revisions] == [2, 1]


def test_others_only_read(
    api: APIClient, client_of: ClientOf, approver: User, brand: Brand
) -> None:
    pack = LanguagePackFactory(brand=brand)

    assert api.get(f"/api/v1/language-packs/{pack.pk}/").status_code == 200
    problem_of(post(client_of(approver), "language-packs/", language="he", name="x"), 403)
    problem_of(patch(client_of(approver), f"language-packs/{pack.pk}/", name="x"), 403)


def test_rules_that_no_longer_load_do_not_stop_the_others(api: APIClient, brand: Brand) -> None:
    LanguagePackFactory(
        brand=brand, rules="written for an older version", severities={"blame.customer": "hint"}
    )

    assert found(api, "הלקוחות היו צריכים לקרוא את ההוראות.")["blame.customer"] == "hint"


def test_the_list_takes_as_many_queries_for_many(api: APIClient, brand: Brand) -> None:
    LanguagePackFactory(brand=brand)
    one = queries_of(api, "/api/v1/language-packs/")
    LanguagePackFactory.create_batch(15, brand=brand)

    assert len(queries_of(api, "/api/v1/language-packs/")) == len(one)


def test_the_rules_in_force_say_where_they_come_from(
    api: APIClient, brand: Brand, manager: User, by: By
) -> None:
    pack = added(brand, by(manager), severities={"blame.customer": "warning"})

    rows = api.get("/api/v1/language-rules/?language=he").json()["results"]

    by_id = {row["id"]: row for row in rows}
    assert by_id["rimon.device"]["pack"] == str(pack.pk)
    assert by_id["rimon.device"]["fires"] == ["יחידת הרתחה מהסדרה עלולה להיסדק."]
    assert (by_id["blame.customer"]["pack"], by_id["blame.customer"]["severity"]) == (
        "he",
        "warning",
    )
    assert by_id["consistency.number"]["pack"] == "incident"
    assert {row["language"] for row in rows} == {"he"}


def test_an_unknown_parameter_of_the_rules_is_refused(api: APIClient) -> None:
    problem_of(api.get("/api/v1/language-rules/?colour=red"), 400)
    problem_of(api.get("/api/v1/language-rules/?language=fr"), 400)
