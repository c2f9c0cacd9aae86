"""How often somebody asked or voted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.common.models import IdentifiedModel


class AudienceTurn(IdentifiedModel):
    """Somebody asked or voted, so that nobody does it too often; forgotten after a day."""

    key_hash = models.CharField(
        max_length=64,
        help_text=_("Tells one caller from another for a day, and nothing of who they are."),
    )

    class Meta:
        verbose_name = _("turn of the audience")
        verbose_name_plural = _("turns of the audience")
        indexes = [
            models.Index(fields=["key_hash", "created_at"], name="messaging_audience_turn"),
            models.Index(fields=["created_at"], name="messaging_audience_turn_age"),
        ]

    def __str__(self) -> str:
        return self.key_hash[:8]
