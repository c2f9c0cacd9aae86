"""The steps on the floor of messages: channels, templates, drafts, reviews, publications."""

from collections.abc import Iterator
from typing import Any

from crisisapi.local.demo.drafting_steps import (
    drafting_steps,
    revision_of,
    starter_steps,
    template_name,
    told_of,
)
from crisisapi.local.demo.step import (
    APPROVER,
    MANAGER,
    NOTHING,
    RESPONDER,
    Body,
    Step,
    constant,
    says,
)
from crisisapi.local.demo.story import Known, Text, both


def message_steps(story: dict[str, Any]) -> Iterator[Step]:
    """Yield what is said, from the template to the link of the post, in no order."""
    brand = story["brand"]["slug"]
    yield from (_channel(channel, brand) for channel in story["channels"])
    for template in story["templates"]:
        yield from (_template(template, code, brand) for code in template["text"])
    titles = {template["name"]: template["title"] for template in story["templates"]}
    for message in story["messages"]:
        yield from drafting_steps(message, story["product"], titles)
        yield from review_steps(message)
    yield from starter_steps(story["starter"])
    for message in story["starter"]["messages"]:
        yield from review_steps(message)
    for publication in story["publications"]:
        yield from publication_steps(publication)


def _channel(channel: dict[str, Any], brand: str) -> Step:
    name = both(channel["name"])
    return Step(
        minute=channel["minute"],
        who=MANAGER,
        verb="channel.added",
        subject=channel["key"],
        path="/channels/",
        body=constant(brand=brand, name=name, platform=channel["platform"], kind=channel["kind"]),
        sign=says(name=name),
        makes=True,
        told=channel["name"],
    )


def _template(template: dict[str, Any], language: str, brand: str) -> Step:
    fields = {
        "brand": brand,
        "name": template["name"],
        "title": template["title"][language],
        "purpose": template["purpose"],
        "kind": template["kind"],
        "language": language,
        "body": template["text"][language],
        "placeholders": template["placeholders"],
    }
    return Step(
        minute=template["minute"],
        who=APPROVER,
        verb="template.added",
        subject=template_name(template["name"], language),
        path="/templates/",
        body=constant(**fields),
        sign=says(name=template["name"], language=language),
        makes=True,
        told=template["title"],
    )


def review_steps(message: dict[str, Any]) -> Iterator[Step]:
    """Yield how a message is handed in, and approved by somebody else."""
    path = "/messages/{" + message["key"] + "}/"
    yield Step(
        minute=message["submitted_minute"],
        who=RESPONDER,
        verb="message.submitted",
        subject=message["key"],
        path=path + "submit/",
        told=told_of(message),
    )
    yield Step(
        minute=message["approved_minute"],
        who=APPROVER,
        verb="message.approved",
        subject=message["key"],
        path=path + "approve/",
        body=constant(revision=revision_of(message)),
        told=told_of(message),
    )


def publication_steps(publication: dict[str, Any]) -> Iterator[Step]:
    """Yield how a message is sent to a channel, and how a person posts it there."""
    told = publication.get("told") or {"en": publication["url"], "he": publication["url"]}
    request = request_step(publication, told)
    yield request
    yield Step(
        minute=publication["minute"],
        who=RESPONDER,
        verb="publication.published",
        subject=request.subject,
        path="/publications/{" + request.subject + "}/record/",
        body=lambda known: {
            "url": publication["url"],
            "posted_at": known.at(publication["minute"]),
        },
        waits_for="awaiting_person",
        told=told,
        is_scene="told" in publication,
    )


def request_step(
    publication: dict[str, Any], told: Text, *, more: Body = NOTHING, channel: str = ""
) -> Step:
    """Return how an approved message is sent to a channel; `more` says when it leaves."""
    message, to = publication["message"], channel or publication["channel"]

    def is_it(known: Known, data: dict[str, Any]) -> bool:
        return (data["message"], data["channel"]) == (known.ids.get(message), known.ids.get(to))

    return Step(
        minute=publication["minute"],
        who=APPROVER,
        verb="publication.requested",
        subject=f"{message}-{to}",
        path="/messages/{" + message + "}/publish/",
        body=lambda known: {"channels": [known.ids[to]]} | more(known),
        sign=is_it,
        makes=True,
        told=told,
    )
