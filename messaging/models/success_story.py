"""Success stories: what we did well before, to be cited in messages."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel, VersionedModel
from incidents.models.incident import Kind
from messaging.models.template import LANGUAGE
from messaging.rules.story_words import asked, indexed

if TYPE_CHECKING:
    from datetime import date

    from incidents.models import Incident


class SuccessStoryQuerySet(OwnedQuerySet["SuccessStory"]):
    """Chainable filters."""

    subject = "incident_id"

    def citable(self, day: "date") -> "SuccessStoryQuerySet":
        """Only those that messages may cite on a day."""
        lasting = models.Q(expires_on=None) | models.Q(expires_on__gte=day)
        return self.filter(lasting, is_citable=True)

    def saying(self, text: str) -> "SuccessStoryQuerySet":
        """Only those in which every word of the text occurs, in some form or as a beginning."""
        words = [_any_of(forms, beginning=True) for forms in asked(text)]
        return self.filter(search=_Words(" & ".join(words))) if words else self

    def fitting(self, incident: "Incident", day: "date") -> "SuccessStoryQuerySet":
        """Only citable ones of the incident's kind, or with a tag or word of its title."""
        # Words of a letter or two are in every story.
        words = [[one for one in forms if len(one) > 2] for forms in asked(incident.title)]
        said = [_any_of(forms, beginning=False) for forms in words if forms]
        alike = models.Q(kind=incident.kind)
        if said:
            alike |= models.Q(search=_Words(" | ".join(said)))
        return self.citable(day).filter(alike).exclude(incident=incident)


class _Words(SearchQuery):
    """A query in PostgreSQL's own notation: words as they are, read by no parser."""

    template = "%(expressions)s::tsquery"


def _any_of(forms: list[str], *, beginning: bool) -> str:
    # The forms are letters, digits and _ alone: nothing in them ends the quotation.
    ending = ":*" if beginning else ""
    return "(" + " | ".join(f"'{form}'{ending}" for form in forms) + ")"


class SuccessStory(VersionedModel):
    """A situation, what we did, and what came of it, with what shows it."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand whose story it is."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="success_stories",
        verbose_name=_("incident"),
        help_text=_("The incident it comes from, if from one of ours."),
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("One line."))
    language = models.CharField(
        _("language"), max_length=2, validators=[LANGUAGE], help_text=_("ISO 639-1, e.g. he or en.")
    )
    kind = models.CharField(
        _("kind of incident"),
        max_length=20,
        choices=Kind.choices,
        blank=True,
        help_text=_("The sort of crisis it helps in; empty: any."),
    )
    tags = models.JSONField(
        _("tags"), default=list, blank=True, help_text=_("Words to find it by.")
    )
    situation = models.TextField(
        _("situation"), max_length=5_000, help_text=_("What people were up against.")
    )
    deed = models.TextField(_("what we did"), max_length=5_000, help_text=_("What we did."))
    outcome = models.TextField(
        _("outcome"), max_length=5_000, blank=True, help_text=_("What came of it, in words.")
    )
    figures = models.JSONField(
        _("figures"),
        default=list,
        blank=True,
        help_text=_("What came of it in numbers: label, value and source of each."),
    )
    evidence_url = models.URLField(
        _("evidence"), max_length=500, blank=True, help_text=_("Where anybody can check it.")
    )
    quote = models.TextField(
        _("quote"), max_length=1_000, blank=True, help_text=_("What somebody said of it.")
    )
    quoted = models.CharField(
        _("who said it"), max_length=200, blank=True, help_text=_("Whose words the quote is.")
    )
    names_people = models.BooleanField(
        _("names people"), default=False, help_text=_("Whether people can be recognised in it.")
    )
    permission = models.TextField(
        _("permission"),
        max_length=1_000,
        blank=True,
        help_text=_("Who agreed to be quoted or named, when and how."),
    )
    happened_on = models.DateField(
        _("happened on"), null=True, blank=True, help_text=_("The day, if it has one.")
    )
    expires_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("The last day it may be cited on.")
    )
    is_citable = models.BooleanField(
        _("citable"), default=False, editable=False, help_text=_("Whether messages may cite it.")
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("released by"),
        help_text=_("Who released its present wording."),
    )
    released_at = models.DateTimeField(
        _("released at"), null=True, editable=False, help_text=_("When it was released.")
    )
    status_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it was taken back.")
    )
    search = SearchVectorField(null=True, editable=False)

    objects = SuccessStoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("success story")
        verbose_name_plural = _("success stories")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["", *Kind.values]), name="messaging_story_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(is_citable=False)
                | models.Q(quote="", names_people=False)
                | ~models.Q(permission=""),
                name="messaging_story_permission",
            ),
            models.CheckConstraint(
                condition=models.Q(is_citable=False) | models.Q(released_at__isnull=False),
                name="messaging_story_released",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="messaging_story_search"),
            GinIndex(fields=["tags"], name="messaging_story_tags"),
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_story_recent"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_citable_on(self, day: "date") -> bool:
        """Whether messages may cite it on a day."""
        return self.is_citable and (self.expires_on is None or day <= self.expires_on)

    def words(self) -> str:
        """Return what it is found by, as PostgreSQL reads a vector."""
        texts = [self.title, self.situation, self.deed, self.outcome, self.quote, *self.tags]
        return " ".join(indexed(texts))


class Citation(IdentifiedModel):
    """A story in a message, in the version it was cited in."""

    message = models.ForeignKey(
        "messaging.Message",
        on_delete=models.CASCADE,
        related_name="citations",
        verbose_name=_("message"),
        help_text=_("The message that cites it."),
    )
    story = models.ForeignKey(
        SuccessStory,
        on_delete=models.PROTECT,
        related_name="citations",
        verbose_name=_("success story"),
        help_text=_("The story."),
    )
    story_version = models.PositiveIntegerField(
        _("version"), help_text=_("The version of the story that was cited.")
    )

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        constraints = [
            models.UniqueConstraint(fields=["message", "story"], name="messaging_cited_once")
        ]

    def __str__(self) -> str:
        return f"{self.story_id} {self.story_version}"
