"""What the brand says itself: its publications, and whatever comes from its accounts."""

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from django.db.models import Q

from messaging.models import Channel, Publication, PublicationPart
from monitoring.rules.forgetting import plain_handle


class _Post(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def brand_id(self) -> UUID: ...
    @property
    def platform(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def author_handle(self) -> str: ...


def own_posts(posts: Sequence[_Post]) -> set[UUID]:
    """Return the ids of those posts that the brand published, or that an account of it wrote.

    An account is known by the `handle` in the settings of a channel, a publication by its address
    or by what its platform calls it.
    """
    if not posts:
        return set()
    handles, places = _accounts(posts), _published(posts)
    return {
        post.id
        for post in posts
        if (post.brand_id, post.platform, plain_handle(post.author_handle)) in handles
        or (post.brand_id, post.platform, post.external_id) in places
        or (post.brand_id, "", _address(post.url)) in places
    }


def _accounts(posts: Iterable[_Post]) -> set[tuple[UUID, str, str]]:
    channels = Channel.objects.filter(
        brand_id__in={post.brand_id for post in posts}, settings__has_key="handle"
    )
    rows = channels.values_list("brand_id", "platform", "settings__handle")
    return {(brand_id, platform, plain_handle(str(handle))) for brand_id, platform, handle in rows}


def _published(posts: Sequence[_Post]) -> set[tuple[UUID, str, str]]:
    """Return what is published under an id or an address of the posts: by platform, or by none."""
    brands = {post.brand_id for post in posts}
    ids = {post.external_id for post in posts} - {""}
    urls = {
        form
        for post in posts
        if post.url
        for form in (_address(post.url), _address(post.url) + "/")
    }
    named = Q(external_id__in=ids) | Q(url__in=urls)
    whole = Publication.objects.filter(named, brand_id__in=brands)
    parts = PublicationPart.objects.filter(named, publication__brand_id__in=brands)
    rows = [
        *whole.values_list("brand_id", "channel__platform", "external_id", "url"),
        *parts.values_list(
            "publication__brand_id", "publication__channel__platform", "external_id", "url"
        ),
    ]
    by_id = {(brand_id, platform, name) for brand_id, platform, name, _url in rows if name}
    return by_id | {
        (brand_id, "", _address(url)) for brand_id, _platform, _name, url in rows if url
    }


def _address(url: str) -> str:
    return url.rstrip("/")
