"""What a source of X asks for from time to time."""

from crisisapi.common.sentences import sentence as _
from monitoring.rules.x_posts import id_of, mapping_of
from monitoring.sources.http import SourceFault
from monitoring.sources.x_calls import Session, said_in
from monitoring.sources.x_search import Search, joined, mentions_of, recent
from monitoring.sources.x_setup import asks_for_mentions, lines_of, missing, username_of


def searches_of(session: Session) -> list[Search]:
    """Return what is asked for, nothing where X only pushes; raises `SourceFault`."""
    if session.account.settings.get("mode") == "search":
        queries = joined(lines_of(session.account))
        if not queries:
            raise missing("query")
        return [recent(query) for query in queries]
    return [mentions_of(user_id_of(session))] if asks_for_mentions(session.account) else []


def user_id_of(session: Session) -> str:
    """Return the id of the account whose mentions are asked for; asked once, then kept."""
    if kept := session.account.tokens.get("user_id"):
        return kept
    name = username_of(session.account)
    if not name:
        raise missing("username")
    said = said_in(session.get(f"/2/users/by/username/{name}"))
    user_id = id_of(mapping_of(said.get("data")).get("id"))
    if not (user_id.isascii() and user_id.isdigit()):
        sentence = _("X has no account @%(name)s.") % {"name": name}
        raise SourceFault("account_unknown", sentence, needs_person=True)
    session.account.keep({"user_id": user_id})
    return user_id
