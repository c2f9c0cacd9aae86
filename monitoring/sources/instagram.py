"""Instagram accounts: comments under their posts, and where they are mentioned or tagged."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy

from crisisapi.common.setup import Field, Problem
from monitoring.rules.incoming import Batch
from monitoring.rules.instagram import read_instagram
from monitoring.rules.meta import Asked, wrapped
from monitoring.sources.base import Account
from monitoring.sources.graph import Graph
from monitoring.sources.http import Calls
from monitoring.sources.meta import MetaProvider
from monitoring.sources.meta_setup import SETTINGS, check_numbers, places_of, require_token

_PLAIN = "id,text,timestamp,username,from,like_count,parent_id"
_COMMENT = f"{_PLAIN},replies.limit(50){{{_PLAIN}}}"
_POST = "id,caption,timestamp,username,permalink,like_count,comments_count"


class InstagramProvider(MetaProvider):
    """Takes what Meta pushes of an account, looks up mentions, and walks over its posts."""

    kind = "instagram"
    label = gettext_lazy("Instagram account")
    about = gettext_lazy(
        "Takes comments and mentions that Meta pushes of your account, and asks for them as well."
    )
    platform = "instagram"
    settings = (
        Field(
            "ig_user_id",
            gettext_lazy("id of the account"),
            required=True,
            check=check_numbers,
            help_text=gettext_lazy("Of several accounts behind one app, with commas between them."),
        ),
        Field(
            "username",
            gettext_lazy("name of the account"),
            help_text=gettext_lazy("Comments under this name are your own and are passed over."),
        ),
        *SETTINGS,
    )
    place_field = "ig_user_id"
    roots = ("media", "tags")
    optional = frozenset({"tags"})
    fields: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "media": {"fields": f"{_POST},comments.limit(50){{{_COMMENT}}}", "limit": "25"},
        "tags": {"fields": _POST, "limit": "25"},
        "comments": {"fields": _COMMENT, "limit": "50"},
    }

    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read a push or an answer."""
        return read_instagram(
            body,
            accounts=frozenset(places_of(account, "ig_user_id")),
            usernames=frozenset(_names(account)),
            now=now,
        )

    def resolve(self, account: Account, reference: Mapping[str, str], calls: Calls) -> bytes:
        """Ask for the comment or post that mentions the account."""
        require_token(account)
        comment, media = reference.get("comment_id", ""), reference.get("media_id", "")
        asked = f"mentioned_media.media_id({media}){{{_POST}}}"
        if comment:
            media_fields = "media{id,permalink}"
            fields = f"id,text,timestamp,like_count,username,from,{media_fields}"
            asked = f"mentioned_comment.comment_id({comment}){{{fields}}}"
        place = reference.get("place", "")
        answer = Graph(account, calls).get(place, {"fields": asked})
        return wrapped(Asked(place, "mention"), answer.body)

    def problems_of(self, graph: Graph, place: str) -> list[Problem]:
        """Ask for the account and its posts."""
        graph.read(place, fields="id,username")
        graph.read(f"{place}/media", fields="id", limit="1")
        return []


def _names(account: Account) -> list[str]:
    said = account.settings.get("username", "").lower().split(",")
    return [one.strip().removeprefix("@") for one in said if one.strip().removeprefix("@")]


PROVIDER = InstagramProvider()
