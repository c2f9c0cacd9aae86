"""How a message is worded at the desk: by form, on the version that was read."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm
from crisisapi.common.errors import InvalidInput
from incidents.models import Fact
from messaging.models import KeyMessage, Message, Question, SuccessStory
from messaging.services.answering import answer_question
from messaging.services.messages import write_message

WORDED = ("title", "purpose", "audience", "language", "body")
CARRIED = ("facts", "key_messages", "cited_stories")


if TYPE_CHECKING:  # generic in the stubs only
    ManyField = forms.ModelMultipleChoiceField[Any]
else:
    ManyField = forms.ModelMultipleChoiceField


class _Choices(ManyField):
    """Boxes to tick, each with the words of what it stands for."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "carried"})

    def __init__(self, name: str, queryset: Any) -> None:
        field: Any = Message._meta.get_field(name)
        super().__init__(
            queryset=queryset,
            required=False,
            label=capfirst(field.verbose_name),
            help_text=field.help_text,
        )

    def label_from_instance(self, obj: Any) -> str:
        """Return its words; of a fact, whether it is known as well."""
        if isinstance(obj, Fact):
            return format_html("<bdi>{}</bdi> – {}", obj.statement, obj.get_status_display())
        return format_html("<bdi>{}</bdi>", obj)


class MessageForm(ModelForm):
    """Wording, and what it rests on; only what belongs to its incident can be ticked."""

    answers = forms.UUIDField(required=False, widget=forms.HiddenInput)
    read_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    facts = _Choices("facts", Fact.objects.none())
    key_messages = _Choices("key_messages", KeyMessage.objects.none())
    cited_stories = _Choices("cited_stories", SuccessStory.objects.none())
    reason = forms.CharField(
        required=False,
        max_length=2_000,
        label=_("Reason"),
        help_text=_("Why it is worded anew; it stands with the revision."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        widgets = {"body": forms.Textarea(attrs={"rows": 12, "cols": 80, "dir": "auto"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        message = self.instance
        self.initial["read_version"] = message.version
        incident = message.incident_id or self.data.get("incident") or self.initial.get("incident")
        found = _carriable(message, incident) if incident else {}
        for name, rows in found.items():
            if isinstance(field := self.fields.get(name), _Choices):
                field.queryset = rows


def _carriable(message: Message, incident: Any) -> dict[str, Any]:
    """Return what a message of an incident may carry, and what this one carries already."""
    facts, lines = (
        Fact.objects.filter(incident=incident),
        KeyMessage.objects.filter(incident=incident),
    )
    stories = SuccessStory.objects.filter(brand__incidents=incident).defer("search")
    known = message.pk is not None
    carried = message.facts.all() if known else Fact.objects.none()
    said = message.key_messages.all() if known else KeyMessage.objects.none()
    cited = message.cited_stories.all() if known else SuccessStory.objects.none()
    return {
        "facts": (facts.filter(superseded_by=None) | facts.filter(pk__in=carried)).order_by("pk"),
        "key_messages": (lines.standing() | lines.filter(pk__in=said)).order_by("position", "pk"),
        "cited_stories": (
            stories.citable(timezone.localdate()) | stories.filter(pk__in=cited)
        ).order_by("title"),
    }


def said_in(fields: dict[str, Any]) -> dict[str, Any]:
    """Return what a service takes of a checked form: lists for what was ticked."""
    return {name: list(value) if name in CARRIED else value for name, value in fields.items()}


def draft_of(fields: dict[str, Any]) -> Message:
    """Write what was filled in: a message, or the answer to the question it names."""
    said = said_in(fields)
    del said["read_version"]
    asked = said.pop("answers", None)
    if asked is None:
        return write_message(**said)
    question = Question.objects.filter(pk=asked).first()
    if question is None:
        raise InvalidInput(errors={"": [_("There is no such question any more.")]})
    told = {name: said[name] for name in ("actor", "now", "incident", "title", "body")}
    facts = said.get("facts", ())
    answered = answer_question(question=question, expected_version=None, facts=facts, **told)
    return Message.objects.get(pk=str(answered.answer_id))


def asked_for(request: HttpRequest) -> tuple[str, ...]:
    """Return what the form for a new message asks: of an answer, no more than its question needs.

    What it may carry can be ticked once it is known which incident it is about.
    """
    given = {name for name, value in [*request.GET.items(), *request.POST.items()] if value}
    if "answers" in given:
        return ("incident", "title", "purpose", "language", "body", "facts", "answers")
    return ("incident", *WORDED, *(CARRIED if "incident" in given else ()))
