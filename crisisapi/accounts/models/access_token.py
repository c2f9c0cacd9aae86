"""Bearer tokens of people who signed in without a cookie."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.common.models import IdentifiedModel


class AccessToken(IdentifiedModel):
    """A token of one person; stored as a hash, dies at `expires_at`."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="access_tokens",
        verbose_name=_("user"),
    )
    prefix = models.CharField(max_length=16, editable=False, help_text=_("Its first characters."))
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(help_text=_("When it stops working."))

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        indexes = [models.Index(fields=["expires_at"], name="accounts_token_expiry")]

    def __str__(self) -> str:
        return f"{self.prefix}…"
