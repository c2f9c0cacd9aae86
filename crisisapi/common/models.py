"""What every stored object has: an identity, its times, a version."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crisisapi.common.ids import uuid7
from crisisapi.common.secrets import EncryptedTextField


class IdentifiedModel(models.Model):
    """An object with a UUIDv7 and the time it was made."""

    id = models.UUIDField(
        _("id"), primary_key=True, default=uuid7, editable=False, help_text=_("Identifier.")
    )
    created_at = models.DateTimeField(
        _("created at"), default=timezone.now, editable=False, help_text=_("When it was made.")
    )

    class Meta:
        abstract = True


class VersionedModel(IdentifiedModel):
    """An object people edit: its version is its ETag and rises by one with each change."""

    updated_at = models.DateTimeField(
        _("updated at"), default=timezone.now, editable=False, help_text=_("When it last changed.")
    )
    version = models.PositiveIntegerField(
        _("version"), default=1, editable=False, help_text=_("Rises by one with each change.")
    )

    class Meta:
        abstract = True


class IdempotentAnswer(models.Model):
    """The answer once given to a POST with an Idempotency-Key, given again when it is repeated."""

    caller = models.CharField(max_length=64)
    key_hash = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = EncryptedTextField(default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key_hash"], name="common_idempotent_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="common_idempotent_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key_hash[:8]}"
