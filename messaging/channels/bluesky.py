"""Posts on Bluesky, as records in the account's repository (AT Protocol).

docs.bsky.app/docs/advanced-guides/posts. The key of the record is made of our own, so that a second
create cannot make a second post. A server says so badly: today with 500 (atproto#3718), later with
an error of its own (atproto#4728). What stands at the key tells more than any answer.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext_lazy

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, Problem, check_address
from messaging.channels import bluesky_session
from messaging.channels.base import Account, Attachment, BaseWay, Outcome, Piece
from messaging.channels.bearer import Bearer
from messaging.channels.http import Answer, CallFailed
from messaging.channels.platform import (
    Ended,
    absent,
    cannot_tell,
    checked,
    ends,
    failed,
    gone,
    preparing,
    problems,
    repeatable,
    unreadable,
)
from messaging.channels.uploads import content_of, is_video, require_pictures_or_one_film
from messaging.rules.facets import Facet, facets_of
from messaging.rules.record_keys import tid_of

COLLECTION = "app.bsky.feed.post"
MAX_PICTURES = 4
MAX_LANGUAGES = 3


class BlueskyWay(BaseWay):
    """Publishes posts and threads, with pictures or a film."""

    kind: ClassVar[str] = "bluesky"
    about = gettext_lazy("Posts to an account of Bluesky.")
    platforms: ClassVar[frozenset[str]] = frozenset({"bluesky"})
    settings: ClassVar[tuple[Field, ...]] = (
        Field("handle", gettext_lazy("handle"), required=True, help_text="name.bsky.social"),
        Field("api_base", gettext_lazy("address of the server"), check=check_address),
    )
    credentials: ClassVar[tuple[Field, ...]] = (
        Field("app_password", gettext_lazy("app password"), required=True, is_secret=True),
        Field("access_token", gettext_lazy("access token"), is_secret=True),
        Field("refresh_token", gettext_lazy("refresh token"), is_secret=True),
        Field("did", gettext_lazy("DID of the account")),
    )

    @ends
    def publish(self, account: Account, piece: Piece) -> Outcome:
        """Create the record; a refusal for which the record itself may be the reason is checked."""
        session = bluesky_session.of(account)
        record = _record_of(session, piece)
        asked = {
            "repo": session.credentials.get("did", ""),
            "collection": COLLECTION,
            "rkey": tid_of(piece.key, piece.number),
            "record": record,
        }
        try:
            answer = session.call("POST", "/xrpc/com.atproto.repo.createRecord", json=asked)
            return _published(account, _uri_in(checked(answer, bluesky_session.refusal)))
        except CallFailed as error:
            return self._explain(session, account, piece, error)

    @cannot_tell
    def find(self, account: Account, piece: Piece, *, since: datetime) -> Outcome | None:
        """Ask for the record; where there is none, sending it again cannot double it."""
        session = bluesky_session.of(account)
        stands = _record_at(session, piece)
        if stands is None:
            return absent()
        return _as_found(account, piece, stands)

    @repeatable
    def withdraw(self, account: Account, external_id: str) -> Outcome:
        """Delete the record; deleting one that is gone does nothing."""
        session = bluesky_session.of(account)
        asked = {
            "repo": session.credentials.get("did", ""),
            "collection": COLLECTION,
            "rkey": external_id.rpartition("/")[2],
        }
        answer = session.call("POST", "/xrpc/com.atproto.repo.deleteRecord", json=asked)
        checked(answer, bluesky_session.refusal)
        return gone(external_id)

    @problems
    def test(self, account: Account) -> list[Problem]:
        """Ask who the account is, and whether it is in good standing."""
        session = bluesky_session.of(account)
        answer = session.call("GET", "/xrpc/com.atproto.server.getSession")
        said = checked(answer, bluesky_session.refusal).data()
        found = []
        handle, wanted = str(said.get("handle", "")), _handle(account)
        if handle.lower() != wanted.lower():
            sentence = _("The account is called @%(name)s now.") % {"name": handle}
            found.append(Problem("other_account", sentence, "settings.handle"))
        if said.get("active") is False:
            found.append(Problem("suspended", _("The account is not active.")))
        return found

    def _explain(
        self, session: Bearer, account: Account, piece: Piece, error: CallFailed
    ) -> Outcome:
        if error.outcome.code in {"rate_limited", "credentials_refused", "not_reached"}:
            return error.outcome
        try:
            stands = _record_at(session, piece)
        except CallFailed:
            return error.outcome
        return error.outcome if stands is None else _as_found(account, piece, stands)


def _handle(account: Account) -> str:
    return account.settings.get("handle", "").removeprefix("@")


def _uri_in(answer: Answer) -> str:
    uri = str(answer.data().get("uri") or "")
    if not uri.startswith("at://"):
        raise Ended(unreadable())
    return uri


def _published(account: Account, uri: str) -> Outcome:
    key = quote(uri.rpartition("/")[2], safe="")
    url = f"https://bsky.app/profile/{_handle(account)}/post/{key}"
    return Outcome("published", external_id=uri, url=url)


def _as_found(account: Account, piece: Piece, stands: Mapping[str, Any]) -> Outcome:
    if (stands.get("value") or {}).get("text") != piece.text:
        return failed("key_taken", _("Another post stands under the key of this one."))
    return _published(account, str(stands.get("uri") or ""))


def _record_at(session: Bearer, piece: Piece) -> dict[str, Any] | None:
    return _record(session, session.credentials.get("did", ""), tid_of(piece.key, piece.number))


def _record(session: Bearer, repo: str, key: str) -> dict[str, Any] | None:
    asked = {"repo": repo, "collection": COLLECTION, "rkey": key}
    answer = session.call("GET", "/xrpc/com.atproto.repo.getRecord", params=asked)
    if answer.status in (400, 404) and answer.data().get("error") == "RecordNotFound":
        return None
    said = checked(answer, bluesky_session.refusal).data()
    if not said.get("uri"):
        raise Ended(unreadable())
    return said


def _record_of(session: Bearer, piece: Piece) -> dict[str, Any]:
    require_pictures_or_one_film(piece.attachments, pictures=MAX_PICTURES)
    record: dict[str, Any] = {
        "$type": COLLECTION,
        "text": piece.text,
        "createdAt": timezone.now().astimezone(UTC).isoformat(timespec="milliseconds"),
    }
    languages = piece.options.get("langs") or [piece.language]
    if any(languages):
        record["langs"] = list(languages)[:MAX_LANGUAGES]
    with preparing():
        if facets := _facets(session, piece.text):
            record["facets"] = facets
        if piece.reply_to:
            record["reply"] = _reply(session, piece)
        if piece.attachments:
            record["embed"] = _embed(session, piece)
    return record


def _reply(session: Bearer, piece: Piece) -> dict[str, Any]:
    parent = _reference(session, piece.reply_to)
    if piece.root in ("", piece.reply_to):
        return {"root": parent, "parent": parent}
    return {"root": _reference(session, piece.root), "parent": parent}


def _reference(session: Bearer, uri: str) -> dict[str, str]:
    repo, _collection, key = uri.removeprefix("at://").split("/", 2)
    stands = _record(session, repo, key)
    if stands is None:
        raise Ended(failed("parent_gone", _("The post it answers is gone.")))
    return {"uri": uri, "cid": str(stands.get("cid", ""))}


def _facets(session: Bearer, text: str) -> list[dict[str, Any]]:
    facets = []
    for facet in facets_of(text):
        feature = _feature(session, facet)
        if feature:
            index = {"byteStart": facet.start, "byteEnd": facet.end}
            facets.append({"index": index, "features": [feature]})
    return facets


def _feature(session: Bearer, facet: Facet) -> dict[str, str] | None:
    if facet.kind == "link":
        return {"$type": "app.bsky.richtext.facet#link", "uri": facet.value}
    if facet.kind == "tag":
        return {"$type": "app.bsky.richtext.facet#tag", "tag": facet.value}
    asked = {"handle": facet.value}
    answer = session.call("GET", "/xrpc/com.atproto.identity.resolveHandle", params=asked)
    # A name that nobody has stays text, as in Bluesky's own apps.
    did = answer.data().get("did") if answer.is_ok else None
    return {"$type": "app.bsky.richtext.facet#mention", "did": str(did)} if did else None


def _embed(session: Bearer, piece: Piece) -> dict[str, Any]:
    blobs = [_blob(session, attachment) for attachment in piece.attachments]
    first = piece.attachments[0]
    if is_video(first):
        return {"$type": "app.bsky.embed.video", "video": blobs[0], "alt": first.alt_text}
    images = [
        {"image": blob, "alt": attachment.alt_text}
        for blob, attachment in zip(blobs, piece.attachments, strict=True)
    ]
    return {"$type": "app.bsky.embed.images", "images": images}


def _blob(session: Bearer, attachment: Attachment) -> dict[str, Any]:
    answer = session.call(
        "POST",
        "/xrpc/com.atproto.repo.uploadBlob",
        content=content_of(attachment),
        headers={"Content-Type": attachment.mime_type},
    )
    blob = checked(answer, bluesky_session.refusal).data().get("blob")
    if not isinstance(blob, dict):
        raise Ended(unreadable())
    return blob
