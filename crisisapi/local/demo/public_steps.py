"""The steps of what everybody reads: the page of the brand, the incident on it, its updates."""

from collections.abc import Iterator
from typing import Any

from crisisapi.local.demo.message_steps import request_step
from crisisapi.local.demo.step import (
    APPROVER,
    MANAGER,
    Step,
    constant,
    new,
    says,
)

_PAGE, _INCIDENT, _CHANNEL = "public-page", "public-incident", "public-channel"


def public_steps(story: dict[str, Any]) -> Iterator[Step]:
    """Yield how the page is opened, the incident made public, and updates put up, in no order."""
    public, brand = story["public"], story["brand"]["slug"]
    yield from _page(public["page"], brand)
    yield _channel(public["page"], brand)
    yield from _incident(public["incident"])
    yield from (_update(update) for update in public["updates"])
    yield _subscriber(public["subscriber"], public["page"]["slug"])


def _page(page: dict[str, Any], brand: str) -> Iterator[Step]:
    fields = {name: page[name] for name in ("slug", "languages", "titles", "intros", "contact_url")}
    yield Step(
        minute=page["minute"],
        who=MANAGER,
        verb="publicpage.added",
        subject=_PAGE,
        path="/public-pages/",
        body=constant(brand=brand, **fields),
        makes=True,
        told=page["titles"],
    )
    yield Step(
        minute=page["opened_minute"],
        who=MANAGER,
        verb="publicpage.opened",
        subject=_PAGE,
        path="/public-pages/{" + _PAGE + "}/open/",
        told=page["titles"],
    )


def _channel(page: dict[str, Any], brand: str) -> Step:
    name = page["channel"]
    return Step(
        minute=page["opened_minute"],
        who=MANAGER,
        verb="channel.added",
        subject=_CHANNEL,
        path="/channels/",
        body=constant(brand=brand, name=name, platform="website", kind="page"),
        sign=says(name=name),
        makes=True,
        told={"en": name, "he": name},
    )


def _incident(incident: dict[str, Any]) -> Iterator[Step]:
    """Word the incident for the public; somebody else lets everybody read it."""
    words = {name: incident[name] for name in ("titles", "summaries")}
    told = incident["titles"]
    yield new(
        incident,
        verb="publicincident.worded",
        subject=_INCIDENT,
        path="/public-incidents/",
        body=lambda known: words | {"incident": known.ids["incident"]},
        within="incident",
        told=told,
    )
    yield Step(
        minute=incident["approved_minute"],
        who=APPROVER,
        verb="publicincident.made_public",
        subject=_INCIDENT,
        path="/public-incidents/{" + _INCIDENT + "}/approve/",
        body=constant(revision=1),
        told=told,
    )


def _subscriber(subscriber: dict[str, Any], slug: str) -> Step:
    """Somebody asks for updates by mail, and confirms with the link that comes."""
    return Step(
        minute=subscriber["minute"],
        who=MANAGER,
        verb="subscriber.confirmed",
        subject="subscriber",
        path=f"/public/{slug}/subscribers/",
        body=constant(address=subscriber["address"], language=subscriber["language"]),
        sign=says(language=subscriber["language"]),
        makes=True,
        told=subscriber["told"],
        is_mailed=True,
        is_scene=True,
    )


def _update(update: dict[str, Any]) -> Step:
    """Publish an approved message to the page; the workers put it up."""
    return request_step(update, update["told"], channel=_CHANNEL)
