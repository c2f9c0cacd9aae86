"""Questions of the audience, and how many want to know the same."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Department
from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel, VersionedModel
from crisisapi.common.secrets import EncryptedTextField
from messaging.models.template import LANGUAGE
from messaging.rules.mail_addresses import masked

QUESTION_LENGTH = 1_000


class QuestionStatus(models.TextChoices):
    """Where the question stands."""

    NEW = "new", _("new")
    ROUTED = "routed", _("routed")
    ANSWERING = "answering", _("answer being written")
    ANSWERED = "answered", _("answered")
    SPOKEN = "spoken", _("answered live")
    REJECTED = "rejected", _("rejected")
    DUPLICATE = "duplicate", _("asked already")


# Somebody still waits for an answer.
OPEN_QUESTIONS = [QuestionStatus.NEW, QuestionStatus.ROUTED, QuestionStatus.ANSWERING]


class QuestionOrigin(models.TextChoices):
    """How it reached us."""

    PAGE = "page", _("the public page")
    MENTION = "mention", _("a mention")
    MANUAL = "manual", _("written down by the team")


class QuestionQuerySet(OwnedQuerySet["Question"]):
    """Chainable filters."""

    subject = "incident_id"

    def waiting(self) -> "QuestionQuerySet":
        """Not answered yet, nor turned down, nor asked already."""
        return self.filter(status__in=OPEN_QUESTIONS)

    def counted(self) -> "QuestionQuerySet":
        """With `votes`: how many people said that they want to know it too."""
        votes = QuestionVote.objects.filter(question=models.OuterRef("pk")).order_by()
        number = votes.values("question").annotate(n=models.Count("pk")).values("n")
        return self.annotate(votes=Coalesce(models.Subquery(number), 0))


class Question(VersionedModel):
    """One thing somebody wants to know; its own words are public only once a person said so."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand that is asked."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="questions",
        verbose_name=_("incident"),
        help_text=_("The incident it is about; null while nobody said."),
    )
    text = models.TextField(
        _("question"), max_length=QUESTION_LENGTH, help_text=_("What is asked, as it was asked.")
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        validators=[LANGUAGE],
        help_text=_("Language it was asked in, ISO 639-1, e.g. he or en."),
    )
    origin = models.CharField(
        _("origin"),
        max_length=7,
        choices=QuestionOrigin.choices,
        default=QuestionOrigin.MANUAL,
        help_text=_("How it reached us."),
    )
    origin_url = models.CharField(
        _("address of the origin"),
        max_length=2_000,
        blank=True,
        help_text=_("Where it was asked: an address beginning with http: or https:."),
    )
    mention_id = models.UUIDField(
        _("mention"), null=True, blank=True, help_text=_("Id of the mention it was collected from.")
    )
    asked_by = models.CharField(
        _("asked by"),
        max_length=80,
        blank=True,
        help_text=_("The name they gave; never shown in public."),
    )
    contact = EncryptedTextField(
        _("contact"),
        blank=True,
        editable=False,
        help_text=_("Where the answer is mailed to; encrypted, empty once that is done."),
    )
    keeps_contact = models.BooleanField(
        _("keeps a contact"),
        default=False,
        editable=False,
        help_text=_("Whether there is a contact: what is encrypted cannot be asked for."),
    )
    flags = ArrayField(
        models.CharField(max_length=20),
        default=list,
        editable=False,
        verbose_name=_("flags"),
        help_text=_("What to look at twice: link, contact, blocked_word."),
    )
    status = models.CharField(
        _("status"),
        max_length=9,
        choices=QuestionStatus.choices,
        default=QuestionStatus.NEW,
        editable=False,
        help_text=_("Where it stands; changed by its actions only."),
    )
    status_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it was rejected, for the team.")
    )
    department = models.CharField(
        _("department"),
        max_length=10,
        choices=Department.choices,
        null=True,
        editable=False,
        help_text=_("The department that is to answer it."),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("person"),
        help_text=_("The person who is to answer it."),
    )
    is_public = models.BooleanField(
        _("public"),
        default=False,
        editable=False,
        help_text=_("Whether its own words stand on the public page, for others to join."),
    )
    duplicate_of = models.ForeignKey(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="duplicates",
        verbose_name=_("asked already as"),
        help_text=_("The question that asks the same."),
    )
    answer = models.ForeignKey(
        "messaging.Message",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="questions",
        verbose_name=_("answer"),
        help_text=_("The message that answers it; public once that is."),
    )
    answered_at = models.DateTimeField(
        _("answered at"), null=True, editable=False, help_text=_("When the answer became public.")
    )
    mail_due_at = models.DateTimeField(
        _("mail due at"),
        null=True,
        editable=False,
        help_text=_("When the answer is to be mailed to who asked; null when nothing is due."),
    )
    mail_attempts = models.PositiveSmallIntegerField(
        _("mail attempts"), default=0, editable=False, help_text=_("How often that was tried.")
    )
    mailed_at = models.DateTimeField(
        _("mailed at"), null=True, editable=False, help_text=_("When the answer was mailed.")
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=QuestionStatus.values),
                name="messaging_question_status",
            ),
            models.CheckConstraint(
                condition=models.Q(origin__in=QuestionOrigin.values),
                name="messaging_question_origin",
            ),
            models.CheckConstraint(
                condition=models.Q(department=None) | models.Q(department__in=Department.values),
                name="messaging_question_department",
            ),
            models.CheckConstraint(
                condition=models.Q(status=QuestionStatus.DUPLICATE, duplicate_of__isnull=False)
                | (~models.Q(status=QuestionStatus.DUPLICATE) & models.Q(duplicate_of=None)),
                name="messaging_question_duplicate",
            ),
            models.CheckConstraint(
                condition=~models.Q(duplicate_of=models.F("id")), name="messaging_question_itself"
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=[QuestionStatus.ANSWERING, QuestionStatus.ANSWERED])
                | models.Q(answer__isnull=False),
                name="messaging_question_answer",
            ),
            models.CheckConstraint(
                condition=~models.Q(is_public=True)
                | ~models.Q(status__in=[QuestionStatus.REJECTED, QuestionStatus.DUPLICATE]),
                name="messaging_question_public",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_question_recent"),
            models.Index(
                fields=["incident", "status"],
                condition=models.Q(status__in=OPEN_QUESTIONS),
                name="messaging_question_open",
            ),
            models.Index(
                fields=["mail_due_at"],
                condition=models.Q(mail_due_at__isnull=False),
                name="messaging_question_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def masked_contact(self) -> str:
        """The contact as the team sees it; empty without one."""
        return masked(self.contact)

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for an answer."""
        return self.status in OPEN_QUESTIONS


class QuestionVote(IdentifiedModel):
    """Somebody wants to know it too; who, nobody can tell."""

    question = models.ForeignKey(
        Question,
        on_delete=models.CASCADE,
        related_name="question_votes",
        help_text=_("What they want to know."),
    )
    voter_hash = models.CharField(
        max_length=64, help_text=_("Tells one voter from another, not who they are.")
    )

    class Meta:
        verbose_name = _("vote for a question")
        verbose_name_plural = _("votes for questions")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "voter_hash"], name="messaging_question_vote_once"
            )
        ]

    def __str__(self) -> str:
        return self.voter_hash[:8]
