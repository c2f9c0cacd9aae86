"""The steps on the floor of messages: channels, templates, drafts, reviews, publications."""

from collections.abc import Iterator
from typing import Any

from crisisapi.local.demo.step import (
    APPROVER,
    MANAGER,
    RESPONDER,
    Step,
    constant,
    new,
    run_step,
    says,
)
from crisisapi.local.demo.story import Known, Text, both

_LINK = "https://example.org/k2"


def message_steps(story: dict[str, Any]) -> Iterator[Step]:
    """Yield what is said, from the template to the link of the post, in no order."""
    brand = story["brand"]["slug"]
    yield from (_channel(channel, brand) for channel in story["channels"])
    for template in story["templates"]:
        yield from (_template(template, code, brand) for code in template["text"])
    titles = {template["name"]: template["title"] for template in story["templates"]}
    for message in story["messages"]:
        if message.get("from_template"):
            yield from _draft_and_rewording(message, story["product"], titles)
        else:
            yield _draft(message)
        yield from _review(message)
    for publication in story["publications"]:
        yield from _publication(publication)


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
        subject=_template_name(template["name"], language),
        path="/templates/",
        body=constant(**fields),
        sign=says(name=template["name"], language=language),
        makes=True,
        told=template["title"],
    )


def _draft_and_rewording(
    message: dict[str, Any], product: Text, titles: dict[str, Text]
) -> Iterator[Step]:
    language = message["language"]
    values = {"product": product[language], "link": _LINK}
    if "from_step" in message:
        yield _draft_of_step(message, values, titles[message["from_template"]][language])
    else:
        yield _draft_of_template(message, values)
    yield Step(
        minute=message["worded_minute"],
        who=RESPONDER,
        verb="message.changed",
        subject=message["key"],
        path="/messages/{" + message["key"] + "}/",
        method="PATCH",
        body=lambda known: _wording(message, known) | {"reason": "The facts are known now."},
        told=_told(message),
    )


def _draft_of_step(message: dict[str, Any], values: dict[str, str], title: str) -> Step:
    """The playbook asked for the message and waits for the words its template leaves open."""
    return new(
        message,
        verb="message.written",
        subject=message["key"],
        path="/run-steps/{" + run_step(message["from_step"]) + "}/supply/",
        body=constant(values=values),
        sign=says(title=title),
        within="incident",
        told=_told(message),
    )


def _draft_of_template(message: dict[str, Any], values: dict[str, str]) -> Step:
    template = _template_name(message["from_template"], message["language"])
    return new(
        message,
        verb="message.written",
        subject=message["key"],
        path="/templates/{" + template + "}/draft/",
        body=lambda known: {
            "incident": known.ids["incident"],
            "title": message["title"],
            "values": values,
        },
        sign=says(title=message["title"]),
        told=_told(message),
    )


def _draft(message: dict[str, Any]) -> Step:
    return Step(
        minute=message["minute"],
        who=RESPONDER,
        verb="message.written",
        subject=message["key"],
        path="/messages/",
        body=lambda known: (
            _wording(message, known)
            | {"incident": known.ids["incident"], "language": message["language"]}
        ),
        sign=says(title=message["title"]),
        makes=True,
        told=_told(message),
    )


def _wording(message: dict[str, Any], known: Known) -> dict[str, Any]:
    return {
        "title": message["title"],
        "purpose": message["purpose"],
        "audience": message["audience"][message["language"]],
        "body": message["text"],
        "facts": [known.ids[fact] for fact in message["facts"]],
    }


def _review(message: dict[str, Any]) -> Iterator[Step]:
    path = "/messages/{" + message["key"] + "}/"
    yield Step(
        minute=message["submitted_minute"],
        who=RESPONDER,
        verb="message.submitted",
        subject=message["key"],
        path=path + "submit/",
        told=_told(message),
    )
    yield Step(
        minute=message["approved_minute"],
        who=APPROVER,
        verb="message.approved",
        subject=message["key"],
        path=path + "approve/",
        # The wording over the template's is the second one.
        body=constant(revision=2 if message.get("from_template") else 1),
        told=_told(message),
    )


def _publication(publication: dict[str, Any]) -> Iterator[Step]:
    message, channel = publication["message"], publication["channel"]
    subject = f"{message}-{channel}"
    told = {"en": publication["url"], "he": publication["url"]}

    def is_it(known: Known, data: dict[str, Any]) -> bool:
        return (data["message"], data["channel"]) == (known.ids[message], known.ids[channel])

    yield Step(
        minute=publication["minute"],
        who=APPROVER,
        verb="publication.requested",
        subject=subject,
        path="/messages/{" + message + "}/publish/",
        body=lambda known: {"channels": [known.ids[channel]]},
        sign=is_it,
        makes=True,
        told=told,
    )
    yield Step(
        minute=publication["minute"],
        who=RESPONDER,
        verb="publication.published",
        subject=subject,
        path="/publications/{" + subject + "}/record/",
        body=lambda known: {
            "url": publication["url"],
            "posted_at": known.at(publication["minute"]),
        },
        waits_for="awaiting_person",
        told=told,
    )


def _template_name(name: str, language: str) -> str:
    return f"template-{name}-{language}"


def _told(message: dict[str, Any]) -> Text:
    return {"en": message["title"], "he": message["title"]}
