"""Failed sign-ins, so that guessing is slow."""

from django.db import models
from django.utils import timezone


class SignInAttempt(models.Model):
    """One failed attempt at a username (kept as a hash)."""

    username_hash = models.CharField(max_length=64)
    attempted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["username_hash", "attempted_at"], name="accounts_attempt_recent")
        ]

    def __str__(self) -> str:
        return self.username_hash[:8]
