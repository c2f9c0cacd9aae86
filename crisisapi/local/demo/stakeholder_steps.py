"""The steps for those concerned: who they are, their part in it, and when they were spoken to."""

from collections.abc import Iterator
from typing import Any

from crisisapi.local.demo.step import RESPONDER, Step, new, says
from crisisapi.local.demo.story import Known, Text, both


def stakeholder_steps(story: dict[str, Any]) -> Iterator[Step]:
    """Yield how stakeholders are written down, involved and spoken to, in no order."""
    brand = story["brand"]["slug"]
    for stakeholder in story["stakeholders"]:
        yield _written_down(stakeholder, brand)
        yield _involved(stakeholder)
    names = {one["kind"]: one["name"] for one in story["stakeholders"]}
    for contact in story["contacts"]:
        yield _spoken_to(contact, names[contact["stakeholder"]])


def _written_down(stakeholder: dict[str, Any], brand: str) -> Step:
    name = both(stakeholder["name"])
    said = ("kind", "influence", "interest", "stance")
    fields = {
        "brand": brand,
        "name": name,
        "languages": [stakeholder["language"]],
        **{part: stakeholder[part] for part in said},
    }
    return new(
        stakeholder,
        verb="stakeholder.added",
        subject=_named(stakeholder["kind"]),
        path="/stakeholders/",
        body=lambda known: fields | {"owner": known.ids[RESPONDER]},
        sign=says(name=name),
        told=stakeholder["name"],
    )


def _involved(stakeholder: dict[str, Any]) -> Step:
    who = _named(stakeholder["kind"])
    fields = {
        "part": both(stakeholder["part"]),
        "needs": both(stakeholder["needs"], "\n\n"),
        "contact_every_hours": stakeholder.get("contact_every_hours"),
    }
    return new(
        stakeholder,
        verb="involvement.begun",
        subject=f"involvement-{stakeholder['kind']}",
        path="/involvements/",
        body=lambda known: (
            fields | {"stakeholder": known.ids[who], "incident": known.ids["incident"]}
        ),
        sign=lambda known, data: data["stakeholder"] == known.ids.get(who),
        within="incident",
        told=stakeholder["name"],
    )


def _spoken_to(contact: dict[str, Any], name: Text) -> Step:
    who = _named(contact["stakeholder"])
    fields = {
        "channel": contact["channel"],
        "direction": contact["direction"],
        "summary": both(contact["summary"], "\n\n"),
    }

    def body(known: Known) -> dict[str, Any]:
        named = {"stakeholder": known.ids[who], "incident": known.ids["incident"]}
        return fields | named | {"at": known.at(contact["minute"])}

    return new(
        contact,
        verb="contact.logged",
        subject=f"contact-{contact['stakeholder']}",
        path="/contact-entries/",
        body=body,
        sign=lambda known, data: data["stakeholder"] == known.ids.get(who),
        within="incident",
        told=name,
    )


def _named(kind: str) -> str:
    return f"stakeholder-{kind}"
