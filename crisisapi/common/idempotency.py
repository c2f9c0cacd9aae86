"""Idempotency-Key: the same POST twice does one thing and gets one answer."""

import hashlib
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.common.errors import DomainError, InvalidInput, Refusal
from crisisapi.common.models import IdempotentAnswer

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
KEY_LENGTH = 255
_KEPT_HEADERS = ("ETag", "Location")


class KeyReused(DomainError):
    """The key was used for another request."""

    code = "idempotency_key_reused"
    refusal = Refusal.CONFLICT
    detail = _("This Idempotency-Key was used for a different request.")


class Repeated(Exception):
    """The request was answered before; carries that answer."""

    def __init__(self, answer: IdempotentAnswer) -> None:
        self.answer = answer
        super().__init__("repeated")


def claim(request: Request, *, caller: str, body: bytes) -> IdempotentAnswer:
    """Claim the key for this transaction, waiting for another that holds it.

    Raises `Repeated` with the kept answer, or `KeyReused` when the request differs.
    """
    key = request.headers[HEADER]
    if not 1 <= len(key) <= KEY_LENGTH:
        raise InvalidInput(errors={HEADER: [_("Give 1 to 255 characters.")]})
    said = "\n".join([request.method or "", request.get_full_path(), ""]).encode() + body
    fields = {
        "caller": caller,
        "key_hash": hashlib.sha256(key.encode()).hexdigest(),
        "request_hash": hashlib.sha256(said).hexdigest(),
    }
    try:
        with transaction.atomic():
            return IdempotentAnswer.objects.create(**fields)
    except IntegrityError:
        earlier = IdempotentAnswer.objects.get(caller=caller, key_hash=fields["key_hash"])
    if earlier.request_hash != fields["request_hash"]:
        raise KeyReused
    raise Repeated(earlier)


def keep(claimed: IdempotentAnswer, response: Response) -> None:
    """Keep the rendered answer beside the effects, in the same transaction."""
    claimed.status = response.status_code
    claimed.headers = {name: response[name] for name in _KEPT_HEADERS if response.has_header(name)}
    claimed.body = response.rendered_content.decode()
    claimed.save(update_fields=["status", "headers", "body"])


def purge_answers() -> int:
    """Delete answers past their time; returns how many."""
    deleted, _per_model = IdempotentAnswer.objects.filter(
        created_at__lt=timezone.now() - KEPT_FOR
    ).delete()
    return deleted
