"""The steps of wording: drafts of people, playbooks and templates, refused, reworded, cut up."""

from collections.abc import Iterator
from typing import Any

from crisisapi.local.demo.step import RESPONDER, Step, constant, new, run_step, says
from crisisapi.local.demo.story import Known, Text

_LINK = "https://example.org/k2"


def drafting_steps(
    message: dict[str, Any], product: Text, titles: dict[str, Text]
) -> Iterator[Step]:
    """Yield how a message is written, in no order; `titles` are those of the templates."""
    values = {"product": product[message["language"]], "link": _LINK}
    if "from_step" in message:
        title = titles[message["from_template"]][message["language"]]
        yield _draft_of_step(message, values, title)
    elif "from_template" in message:
        yield _draft_of_template(message, values)
    else:
        yield _draft(message)
    if "refused" in message:
        yield _refusal(message)
    if "worded_minute" in message:
        yield _rewording(message)
    if "thread" in message:
        yield _thread(message)


def starter_steps(starter: dict[str, Any]) -> Iterator[Step]:
    """Yield how a template that comes with the service is drafted in all of its languages."""
    for message in starter["messages"]:
        yield new(
            {**starter, "title": told_of(message)},
            verb="message.written",
            subject=message["key"],
            path="/templates/{starter}/drafts/",
            body=lambda known: _starter_body(starter, known),
            sign=says(title=message["title"]),
            within="incident",
            request=f"starter:{starter['minute']}",
            is_scene=message is starter["messages"][0],
        )


def revision_of(message: dict[str, Any]) -> int:
    """Return how many wordings a message had when it was handed in."""
    return 1 + ("worded_minute" in message) + ("thread" in message)


def template_name(name: str, language: str) -> str:
    """Return how a template of the story is called among the known ids."""
    return f"template-{name}-{language}"


def told_of(message: dict[str, Any]) -> Text:
    """Return the title of a message as what is told of it."""
    return {"en": message["title"], "he": message["title"]}


def _starter_body(starter: dict[str, Any], known: Known) -> dict[str, Any]:
    common = {"next_update": known.at(starter["next_update_minute"])}
    return {
        "incident": known.ids["incident"],
        "audience": starter["audience"],
        "values": common | starter["values"],
        "values_by_language": {
            code: {name: said[code] for name, said in starter["worded"].items()}
            for code in ("he", "en")
        },
    }


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
        told=told_of(message),
    )


def _draft_of_template(message: dict[str, Any], values: dict[str, str]) -> Step:
    template = template_name(message["from_template"], message["language"])
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
        told=told_of(message),
    )


def _draft(message: dict[str, Any]) -> Step:
    incident = message.get("incident", "incident")
    body = message.get("refused", message)["text"]
    return new(
        message,
        verb="message.written",
        subject=message["key"],
        path="/messages/",
        body=lambda known: (
            _wording(message, known)
            | {"incident": known.ids[incident], "language": message["language"], "body": body}
        ),
        sign=says(title=message["title"]),
        told=told_of(message),
    )


def _refusal(message: dict[str, Any]) -> Step:
    """The first wording is handed in; the language checks do not let it through."""
    return Step(
        minute=message["refused"]["minute"],
        who=RESPONDER,
        verb="message.changed",
        subject=message["key"],
        path="/messages/{" + message["key"] + "}/submit/",
        refusal="findings_stand",
        told=message["refused"]["told"],
        is_scene=True,
    )


def _rewording(message: dict[str, Any]) -> Step:
    return Step(
        minute=message["worded_minute"],
        who=RESPONDER,
        verb="message.changed",
        subject=message["key"],
        path="/messages/{" + message["key"] + "}/",
        method="PATCH",
        body=lambda known: _wording(message, known) | {"reason": "The facts are known now."},
        told=message.get("worded_told") or told_of(message),
        is_scene="worded_told" in message,
    )


def _thread(message: dict[str, Any]) -> Step:
    """What is too long for a channel is cut into posts that follow each other."""
    thread = message["thread"]
    channel = thread["channel"]
    return new(
        thread,
        verb="variant.written",
        subject=f"variant-{message['key']}-{channel}",
        path="/variants/",
        body=lambda known: {
            "message": known.ids[message["key"]],
            "channel": known.ids[channel],
            "is_thread": True,
            "is_numbered": True,
        },
        sign=lambda known, data: data["message"] == known.ids.get(message["key"]),
        is_scene=True,
    )


def _wording(message: dict[str, Any], known: Known) -> dict[str, Any]:
    return {
        "title": message["title"],
        "purpose": message["purpose"],
        "audience": message["audience"][message["language"]],
        "body": message["text"],
        "facts": [known.ids[fact] for fact in message["facts"]],
    }
