"""Anyone with a webhook: our own shape, signed after Standard Webhooks."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from monitoring.rules.incoming import Batch, parse_body
from monitoring.rules.signature import verify
from monitoring.sources.base import Account, BaseProvider, Push


class WebhookProvider(BaseProvider):
    """Takes what integrators push."""

    kind = "webhook"
    label = _("signed webhook")
    about = _("Any tool of your own pushes to an address here, and signs what it sends.")
    accepted_status = 202
    is_pushed = True
    has_own_secret = True

    def verify(self, account: Account, push: Push, *, now: datetime) -> str:
        """Check the signature over `id.timestamp.body`; returns the webhook-id."""
        message_id = push.headers.get("webhook-id", "")
        verify(
            usable_secrets=account.secrets,
            message_id=message_id,
            timestamp=push.headers.get("webhook-timestamp", ""),
            signatures=push.headers.get("webhook-signature", ""),
            body=push.body,
            now=now,
        )
        return message_id

    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read `{"mentions": […]}`."""
        return parse_body(body, now=now)


PROVIDER = WebhookProvider()
