"""The public page of a brand: where everybody may read what it says and does."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel

# Short names that would read like a part of an address of ours.
SLUG = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Lower case, digits, hyphens."))
CACHE_SECONDS = (0, 3_600)


class PublicPageQuerySet(OwnedQuerySet["PublicPage"]):
    """Chainable filters."""

    def published(self) -> "PublicPageQuerySet":
        """Only those that everybody may read."""
        return self.filter(is_published=True)


class PublicPage(VersionedModel):
    """What everybody may read of a brand, at an address of its own; nothing before it is opened."""

    brand = models.OneToOneField(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="public_page",
        verbose_name=_("brand"),
        help_text=_("The brand that speaks."),
    )
    slug = models.SlugField(
        _("name in the address"),
        max_length=50,
        unique=True,
        validators=[SLUG],
        help_text=_("Short name in the address of the page; unique everywhere."),
    )
    is_published = models.BooleanField(
        _("published"), default=False, help_text=_("Whether everybody may read it.")
    )
    languages = models.JSONField(
        _("languages"),
        default=list,
        help_text=_("Languages it is read in, he or en, the main one first."),
    )
    titles = models.JSONField(
        _("title"), default=dict, help_text=_("Its heading, by language; one line.")
    )
    intros = models.JSONField(
        _("introduction"),
        default=dict,
        blank=True,
        help_text=_("What stands at its top, by language."),
    )
    contact_url = models.CharField(
        _("contact"),
        max_length=500,
        blank=True,
        help_text=_("Where people reach the brand: https:, mailto: or tel:."),
    )
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#1f4e79",
        help_text=_("Colour of headings and links, e.g. #1f4e79; shaded until it can be read."),
    )
    cache_seconds = models.PositiveSmallIntegerField(
        _("cached for"),
        default=60,
        validators=[MinValueValidator(CACHE_SECONDS[0]), MaxValueValidator(CACHE_SECONDS[1])],
        help_text=_("Seconds that caches may keep it, 0 to 3600."),
    )
    takes_subscribers = models.BooleanField(
        _("takes subscribers"),
        default=True,
        help_text=_("Whether people may ask for updates by e-mail."),
    )
    takes_questions = models.BooleanField(
        _("takes questions"),
        default=False,
        help_text=_("Whether people may ask there; somebody has to read what they ask."),
    )
    blocked_words = models.JSONField(
        _("blocked words"),
        default=list,
        blank=True,
        help_text=_("Words that flag a question for its moderator, at most 200; shown to nobody."),
    )
    changed_at = models.DateTimeField(
        _("changed at"),
        editable=False,
        help_text=_("When anything shown on it last changed; what caches are told."),
    )

    objects = PublicPageQuerySet.as_manager()

    class Meta:
        verbose_name = _("public page")
        verbose_name_plural = _("public pages")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cache_seconds__range=CACHE_SECONDS), name="messaging_page_cache"
            ),
            models.CheckConstraint(
                condition=models.Q(colour__regex=r"^#[0-9a-f]{6}$"), name="messaging_page_colour"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def main_language(self) -> str:
        """The language it is read in when none is named."""
        return str(self.languages[0])

    def path_of(self, part: str, language: str = "", **named: object) -> str:
        """Return the path of a part on this host, as `messaging/pages/urls.py` names it."""
        said: dict[str, object] = {"slug": self.slug, **named}
        if language:
            said["language"] = language
        return reverse(f"public-{part}", kwargs=said)

    def address_of(self, part: str, language: str = "", **named: object) -> str:
        """Return where people reach a part, in full; without a language, in the main one."""
        return f"{settings.PUBLIC_URL}{self.path_of(part, language, **named)}"
