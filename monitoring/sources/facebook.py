"""Facebook Pages: what people post there, write under posts, and where they name the Page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils.translation import gettext_lazy

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, Problem
from monitoring.rules.facebook import read_facebook
from monitoring.rules.incoming import Batch
from monitoring.rules.meta import Asked, objects_of, wrapped
from monitoring.sources.base import Account
from monitoring.sources.graph import Graph
from monitoring.sources.http import Calls, SourceFault
from monitoring.sources.meta import MetaProvider
from monitoring.sources.meta_setup import SETTINGS, check_numbers, places_of, require_token

_COMMENT = "id,message,from,created_time,permalink_url,parent{id},like_count,comment_count"
_POST = "id,message,from,created_time,permalink_url,shares,reactions.limit(0).summary(total_count)"
_NEWEST = "filter(stream).order(reverse_chronological).limit(50).summary(total_count)"


class FacebookProvider(MetaProvider):
    """Takes what Meta pushes of a Page, and walks over its feed."""

    kind = "facebook"
    label = gettext_lazy("Facebook Page")
    about = gettext_lazy(
        "Takes what Meta pushes of your Pages, and asks for comments and posts from time to time."
    )
    platform = "facebook"
    settings = (
        Field(
            "page_id",
            gettext_lazy("id of the Page"),
            required=True,
            check=check_numbers,
            help_text=gettext_lazy("Of several Pages behind one app, with commas between them."),
        ),
        *SETTINGS,
    )
    place_field = "page_id"
    roots = ("feed", "tagged")
    optional = frozenset({"tagged"})
    fields: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "feed": {"fields": f"{_POST},comments.{_NEWEST}{{{_COMMENT}}}", "limit": "25"},
        "tagged": {"fields": f"{_POST},comments.limit(0).summary(total_count)", "limit": "25"},
        "comments": {
            "fields": _COMMENT,
            "filter": "stream",
            "order": "reverse_chronological",
            "limit": "100",
        },
    }

    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read a push or an answer."""
        pages = frozenset(places_of(account, "page_id"))
        return read_facebook(body, pages=pages, now=now)

    def resolve(self, account: Account, reference: Mapping[str, str], calls: Calls) -> bytes:
        """Ask for a post that names the Page."""
        require_token(account)
        post = reference.get("id", "")
        fields = _COMMENT if post.count("_") != 1 else _POST
        answer = Graph(account, calls).get(quote(post), {"fields": fields})
        return wrapped(Asked(reference.get("place", ""), "post"), answer.body)

    def problems_of(self, graph: Graph, place: str) -> list[Problem]:
        """Ask for the Page, and whether it pushes to an app."""
        graph.read(place, fields="id,name")
        graph.read(f"{place}/feed", fields="id", limit="1")
        try:
            apps = objects_of(graph.read(f"{place}/subscribed_apps"))
        except SourceFault as fault:
            if fault.code in ("rights_missing", "refused"):
                return []
            raise
        return [] if any(map(_pushes, apps)) else [_not_subscribed(place)]


def _pushes(app: Any) -> bool:
    named = app.get("subscribed_fields") if isinstance(app, Mapping) else None
    return not isinstance(named, list) or "feed" in named


def _not_subscribed(place: str) -> Problem:
    sentence = _(
        "The Page %(page)s pushes nothing yet: POST /%(page)s/subscribed_apps with"
        " subscribed_fields=feed,mention and a token of the Page."
    )
    return Problem("not_subscribed", sentence % {"page": place}, "settings.page_id")


PROVIDER = FacebookProvider()
