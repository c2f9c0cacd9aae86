"""Echoes: mentions that repeat a key message, and how many there are (docs/pull-through.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.models.belonging import OfQuery
from monitoring.models.bucket import Width


class EchoWay(models.TextChoices):
    """How a key message is repeated."""

    SAID = "said", _("said")
    BARE = "bare", _("passed on without a word")
    DENIED = "denied", _("denied")


class Echo(models.Model):
    """A mention that repeats a key message; follows from `echoes` of the mention.

    Neither of them is ever deleted, and constraints would be checked for each row.
    """

    key_message = models.ForeignKey(
        "messaging.KeyMessage",
        on_delete=models.PROTECT,
        related_name="echoes",
        db_index=False,
        db_constraint=False,
        help_text=_("What is repeated."),
    )
    mention = models.ForeignKey(
        "monitoring.Mention",
        on_delete=models.PROTECT,
        related_name="repeated",
        db_constraint=False,
        help_text=_("Who repeats it."),
    )
    published_at = models.DateTimeField(help_text=_("When it was said."))
    score = models.FloatField(help_text=_("The share of the message's words, 0 to 1."))
    way = models.CharField(max_length=6, choices=EchoWay.choices, help_text=_("How."))
    version = models.PositiveIntegerField(
        help_text=_("The version of the key message it was compared with.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key_message", "published_at", "mention"], name="monitoring_echo_once"
            ),
            models.CheckConstraint(
                condition=models.Q(way__in=EchoWay.values), name="monitoring_echo_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_message_id} {self.mention_id}"


class EchoCounts(OfQuery):
    """What is counted of those who repeat a key message; without a query, of the whole brand."""

    key_message = models.ForeignKey(
        "messaging.KeyMessage",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    platform = models.TextField()
    language = models.TextField(db_default="")
    started_at = models.DateTimeField()
    mentions = models.BigIntegerField(db_default=0)
    agrees = models.BigIntegerField(db_default=0)
    disputes = models.BigIntegerField(db_default=0)
    likes = models.BigIntegerField(db_default=0)
    comments = models.BigIntegerField(db_default=0)
    shares = models.BigIntegerField(db_default=0)
    reach = models.BigIntegerField(db_default=0)

    class Meta:
        abstract = True


class EchoBucket(EchoCounts):
    """The folded counts of one stretch of time."""

    width = models.PositiveIntegerField(choices=Width.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key_message", "query", "width", "started_at", "platform", "language"],
                name="monitoring_echobucket_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.key_message_id} {self.started_at:%Y-%m-%d %H:%M} {self.width}s"


class EchoDelta(EchoCounts):
    """A change of five-minute counts that is not folded yet."""

    class Meta:
        indexes = [
            models.Index(
                fields=["key_message", "query", "started_at"], name="monitoring_echodelta_window"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key_message_id} {self.started_at:%Y-%m-%d %H:%M}"
