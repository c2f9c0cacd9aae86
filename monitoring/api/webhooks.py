"""The webhook of each source: signed pushes, and the handshakes of platforms."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.common.errors import DomainError, Refusal
from crisisapi.common.nudges import nudge
from crisisapi.common.problems import problem
from crisisapi.common.sentences import cleaned
from monitoring.api.deliveries import OutcomeSerializer, outcome_of
from monitoring.api.incoming import WebhookBodySerializer
from monitoring.models import Delivery, DeliveryStatus, Source
from monitoring.rules.signature import BadSignature
from monitoring.selectors.sources import find_source
from monitoring.services.accounts import account_of
from monitoring.services.deliveries import take_delivery
from monitoring.services.intakes import note_push
from monitoring.services.overload import GATE, bounded_statements, refuse_when_behind
from monitoring.services.refusals import tally_refusal
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account, Push, Reply
from monitoring.sources.http import SourceFault
from monitoring.tasks import analyse_mentions


class UnsignedDelivery(DomainError):
    """The signature headers do not fit the bytes."""

    refusal = Refusal.UNSIGNED

    def __init__(self, fault: BadSignature) -> None:
        super().__init__(cleaned(fault.sentence))
        self.code = fault.code


_HEADERS = [
    OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True, description=description)
    for name, description in (
        ("webhook-id", "Your id of this delivery; the same one again is answered as before."),
        ("webhook-timestamp", "Unix seconds; at most five minutes off."),
        ("webhook-signature", "`v1,` + base64 of HMAC-SHA256 over `id.timestamp.body`."),
    )
]


class NoHandshake(DomainError):
    """Nothing was asked that a platform asks when a webhook is set up."""

    code = "handshake_invalid"
    refusal = Refusal.UNSIGNED
    detail = _("This is not the handshake of the platform, or its token is another one.")


class WebhookViewSet(BrandViewSet):
    """The part of a source that platforms and integrators call."""

    @extend_schema(
        request=WebhookBodySerializer,
        responses={202: OutcomeSerializer},
        parameters=_HEADERS,
        operation_id="pushMentions",
        summary="Push mentions",
    )
    @action(
        detail=True,
        methods=["post"],
        authentication_classes=[],
        permission_classes=[AllowAny],
        idempotent=False,
        # Platforms ask with parameters of their own, and add to them.
        filters_query=True,
    )
    def webhook(self, request: Request, pk: Any) -> HttpResponse:
        """Push mentions, signed after Standard Webhooks, or as the platform of the source signs.

        The delivery is stored before it is answered. The same webhook-id with the same bytes
        gets the same answer and changes nothing; with other bytes it is a conflict. What
        platforms push is named by its bytes, and always answered as received once it is stored.
        Above capacity it is answered 429 or 503 with Retry-After, and nothing was stored.
        """
        now = self.now()
        push = _push_of(request)
        # A source that is not there has no secret, so that nothing it signs can be right.
        source = find_source(pk) or Source(kind="webhook")
        provider, account = PROVIDERS[source.kind], account_of(source, now=now)
        if pong := provider.ping(account, push):
            return _http(pong)
        delivery = _taken(source, account, push, now)
        if delivery.status == DeliveryStatus.FAILED and source.kind == "webhook":
            return Response(
                problem(400, code=delivery.error_code, detail=delivery.error_detail)
                | {"delivery": delivery.pk},
                status=400,
                content_type="application/problem+json",
            )
        nudge(analyse_mentions)
        if answer := provider.answer(account, push):
            return _http(answer)
        return Response(outcome_of(delivery), status=provider.accepted_status)

    @extend_schema(
        responses={(200, "text/plain"): OpenApiTypes.STR},
        operation_id="answerHandshake",
        summary="Answer the handshake of a platform",
    )
    @webhook.mapping.get
    def handshake(self, request: Request, pk: Any) -> HttpResponse:
        """Prove to a platform that this address is ours, as it asks when a webhook is set up."""
        source = find_source(pk) or Source(kind="webhook")
        account = account_of(source, now=self.now())
        reply = PROVIDERS[source.kind].handshake(account, _push_of(request))
        if reply is None:
            raise NoHandshake
        return _http(reply)


def _taken(source: Source, account: Account, push: Push, now: datetime) -> Delivery:
    with GATE.passed():
        external_id = _signed(source, account, push, now)
        # Platforms do not repeat for long what was refused; integrators do, and are told when.
        if PROVIDERS[source.kind].has_own_secret:
            refuse_when_behind(now=now)
        with bounded_statements():
            delivery, again = take_delivery(
                source=source,
                external_id=external_id,
                body=push.body,
                headers=push.headers,
                now=now,
            )
        if not again:
            note_push(source, _fault_of(delivery), now=now, newest_at=delivery.newest_at)
    return delivery


def _signed(source: Source, account: Account, push: Push, now: datetime) -> str:
    try:
        return PROVIDERS[source.kind].verify(account, push, now=now)
    except BadSignature as fault:
        if source.is_active and not source._state.adding:
            tally_refusal(source.pk, fault.code, now=now)
        raise UnsignedDelivery(fault) from fault


def _http(reply: Reply) -> HttpResponse:
    return HttpResponse(reply.body, status=reply.status, content_type=reply.content_type)


def _push_of(request: Request) -> Push:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Push(headers, request.query_params.dict(), request._request.body)


def _fault_of(delivery: Delivery) -> SourceFault | None:
    if delivery.status == DeliveryStatus.FAILED:
        return SourceFault(delivery.error_code, delivery.error_detail)
    return None
