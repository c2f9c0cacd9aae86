"""People who sign in."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.common.ids import uuid7


class User(AbstractUser):
    """A person; what they may see and do follows from their memberships."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=settings.LANGUAGES,
        default="en",
        help_text=_("Language of e-mails and of pages that do not ask the browser."),
    )

    @property
    def display_name(self) -> str:
        """The name others see."""
        return self.get_full_name() or self.username
