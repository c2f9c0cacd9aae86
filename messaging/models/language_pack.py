"""Language packs: what a brand adds to the built-in language checks, or takes away."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel, VersionedModel

RULES_LENGTH = 200_000


class PackLanguage(models.TextChoices):
    """The languages that are checked."""

    HEBREW = "he", _("Hebrew")
    ENGLISH = "en", _("English")


class LanguagePackQuerySet(OwnedQuerySet["LanguagePack"]):
    """Chainable filters."""

    def active(self) -> "LanguagePackQuerySet":
        """In force, the oldest first: a later pack has the last word."""
        return self.filter(is_active=True).order_by("created_at", "id")


class LanguagePack(VersionedModel):
    """Rules of a brand for texts in one language, beside the built-in ones."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="language_packs",
        verbose_name=_("brand"),
        help_text=_("The brand whose texts are checked."),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=PackLanguage.choices,
        help_text=_("The language it is for: he or en."),
    )
    name = models.CharField(
        _("name"),
        max_length=120,
        help_text=_("Name people know it by; unique in the brand for each language."),
    )
    rules = models.TextField(
        _("rules"),
        blank=True,
        max_length=RULES_LENGTH,
        help_text=_("Rules in TOML with their examples, as the documentation says; may be empty."),
    )
    disabled = models.JSONField(
        _("rules left out"),
        default=list,
        blank=True,
        help_text=_("Ids of rules that are not applied; the one for placeholders always is."),
    )
    severities = models.JSONField(
        _("severities"),
        default=dict,
        blank=True,
        help_text=_("By id of a rule: error, warning or hint instead of its own."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Only active packs are applied.")
    )

    objects = LanguagePackQuerySet.as_manager()

    class Meta:
        verbose_name = _("language pack")
        verbose_name_plural = _("language packs")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "language", "name"], name="messaging_langpack_once"
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=PackLanguage.values),
                name="messaging_langpack_language",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"


class LanguagePackRevision(IdentifiedModel):
    """One version of a language pack, kept as it was."""

    pack = models.ForeignKey(
        "messaging.LanguagePack",
        on_delete=models.PROTECT,
        related_name="revisions",
        verbose_name=_("language pack"),
        help_text=_("The pack."),
    )
    number = models.PositiveIntegerField(
        _("number"), help_text=_("The version of the pack, from 1, without gaps.")
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("What it was called."))
    rules = models.TextField(_("rules"), blank=True, help_text=_("Its rules in TOML."))
    disabled = models.JSONField(
        _("rules left out"), default=list, help_text=_("Ids of rules that were not applied.")
    )
    severities = models.JSONField(
        _("severities"), default=dict, help_text=_("Severities by id of a rule.")
    )
    is_active = models.BooleanField(_("active"), help_text=_("Whether it was applied."))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Who made this version; null when no person did."),
    )

    class Meta:
        verbose_name = _("revision of a language pack")
        verbose_name_plural = _("revisions of language packs")
        constraints = [
            models.UniqueConstraint(fields=["pack", "number"], name="messaging_langpack_rev_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.name}"
