"""Forgetting a person: who wrote what, what stays of it, and names that tell no name."""

import hashlib
import hmac
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.incoming import (
    Batch,
    IncomingAuthor,
    IncomingMention,
    Unreadable,
    sift,
)
from monitoring.rules.windows import FIVE_MINUTES, bucket_start

MARK = "erased:"
# Bytes that hold a secret of a brand; HMAC-SHA256 wants no more.
KEY_BYTES = 32


class _Rewritten(msgspec.Struct):
    mentions: list[msgspec.Raw]


_rewritten = msgspec.json.Decoder(_Rewritten)
_item = msgspec.json.Decoder(IncomingMention)


def plain_handle(handle: str) -> str:
    """Return the name of an account as it is compared: without its @, in lower case."""
    return handle.strip().removeprefix("@").lower()


def keyed_hash(key: str, *parts: str) -> str:
    """Return 64 hex digits that nobody can compute without the key (HMAC-SHA256, RFC 2104)."""
    said = json.dumps(parts, ensure_ascii=True).encode()
    return hmac.new(key.encode(), said, hashlib.sha256).hexdigest()


def erased_id(key: str, external_id: str) -> str:
    """Return what a forgotten post is called instead of its id; one that is forgotten stays so."""
    if external_id.startswith(MARK):
        return external_id
    return MARK + keyed_hash(key, "post", external_id)


@dataclass(frozen=True)
class Person:
    """An account of a platform: whoever has one of `ids` or `handles`.

    `aliases` are further names of the account; others may have them today, so that they count
    only where no id is told. All names are plain.
    """

    platform: str
    ids: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()

    def wrote(self, mention: IncomingMention, platform: str) -> bool:
        """Say whether a mention is theirs; `platform` is where it was said if it does not say."""
        if (mention.platform or platform) != self.platform:
            return False
        author, handle = mention.author, plain_handle(mention.author.handle)
        if author.id in self.ids or handle in self.handles:
            return True
        return not author.id and handle in self.aliases

    def is_named_in(self, body: bytes) -> bool:
        """Say whether bytes hold one of the names as a word, in JSON's escapes too."""
        text = body.decode("utf-8", "replace").lower()
        return any(pattern.search(text) for pattern in self._patterns())

    def hashes(self, key: str) -> set[str]:
        """Return what the person is known by to whoever has the key, and to nobody else."""
        return {keyed_hash(key, kind, self.platform, name) for kind, name in self._names()}

    def _names(self) -> Iterator[tuple[str, str]]:
        yield from (("id", name) for name in self.ids)
        yield from (("handle", name) for name in self.handles)
        yield from (("alias", name) for name in self.aliases)

    def _patterns(self) -> Iterator[re.Pattern[str]]:
        for _kind, name in self._names():
            for written in {name, json.dumps(name)[1:-1].lower()}:
                yield re.compile(rf"(?<!\w){re.escape(written)}(?!\w)")


def names_of(mention: IncomingMention, platform: str, key: str) -> set[str]:
    """Return the hashes under which the author of a mention would be known."""
    place, author = mention.platform or platform, mention.author
    found = set()
    if author.id:
        found.add(keyed_hash(key, "id", place, author.id))
    if handle := plain_handle(author.handle):
        found.add(keyed_hash(key, "handle", place, handle))
        if not author.id:
            found.add(keyed_hash(key, "alias", place, handle))
    return found


def forgotten(mention: IncomingMention, key: str) -> IncomingMention:
    """Return what stays of a mention: that it was, where, in which five minutes, its counts."""
    when = mention.published_at
    return msgspec.structs.replace(
        mention,
        id=erased_id(key, mention.id),
        text="",
        url="",
        parent_id="",
        author=IncomingAuthor(),
        published_at=when and bucket_start(when, FIVE_MINUTES),
    )


def forget_in(batch: Batch, ids: Collection[str], key: str) -> None:
    """Put what stays in the place of the mentions with these ids; they are sorted anew."""
    kept = [forgotten(one, key) if one.id in ids else one for one in batch.mentions]
    batch.mentions = sorted(kept, key=lambda one: one.id)


def rewritten(batch: Batch) -> bytes:
    """Return the mentions of a batch as bytes that `parse_rewritten` reads, and nothing else."""
    return msgspec.json.encode({"mentions": batch.mentions})


def parse_rewritten(body: bytes, *, now: datetime) -> Batch:
    """Read what `rewritten` wrote; raises `Unreadable` when nothing was left."""
    if not body:
        raise Unreadable("erased", _("It was erased; nothing is left to be read."))
    return sift(_rewritten.decode(body).mentions, _item.decode, now=now)
