"""What is done with a question at the desk: passed on, joined, answered, shown, turned down."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Department, Member, User
from crisisapi.common.admin import ReasonActionForm, service_action
from crisisapi.common.errors import InvalidInput
from messaging.models import Message, MessageStatus, Purpose, Question, QuestionStatus
from messaging.selectors.audience import similar_questions
from messaging.services import question_steps
from messaging.services import questions as services
from messaging.services.answering import answer_question

_NOTHING = ("", "---------")
_UNTOUCHED = ["route", "answer_with", "merge_into", "reject_question"]
_OFFERED: dict[str, list[str]] = {
    QuestionStatus.NEW: _UNTOUCHED,
    QuestionStatus.ROUTED: _UNTOUCHED,
    QuestionStatus.REJECTED: ["reopen_question"],
    QuestionStatus.DUPLICATE: ["reopen_question"],
}


class QuestionActionForm(ReasonActionForm):
    """Room for a reason, whom it is passed to, and what it is joined with or answered by."""

    department = forms.CharField(
        required=False,
        label=_("Department:"),
        widget=forms.Select(choices=[_NOTHING, *Department.choices]),
    )
    person = forms.CharField(
        required=False, label=_("Person:"), widget=forms.Select(choices=[_NOTHING])
    )
    into = forms.CharField(
        required=False, label=_("Same question:"), widget=forms.Select(choices=[_NOTHING])
    )
    message = forms.CharField(
        required=False, label=_("Answer:"), widget=forms.Select(choices=[_NOTHING])
    )

    def choose_for(self, question: Question) -> None:
        """Offer the members of its brand, the questions like it, and answers in its language."""
        people = Member.objects.filter(brand_id=question.brand_id).select_related("user")
        among = Question.objects.filter(brand_id=question.brand_id)
        answers = Message.objects.filter(
            brand_id=question.brand_id, purpose=Purpose.FAQ, language=question.language
        ).exclude(status__in=[MessageStatus.WITHDRAWN, MessageStatus.SUPERSEDED])
        if question.incident_id is not None:
            answers = answers.filter(incident_id=question.incident_id)
        self._offer("person", [member.user for member in people.order_by("user__username")])
        self._offer("into", [one.question for one in similar_questions(question, among)])
        self._offer("message", list(answers.order_by("-created_at")[:50]))

    def _offer(self, name: str, things: list[Any]) -> None:
        choices = [(str(thing.pk), str(thing)) for thing in things]
        self.fields[name].widget.choices = [_NOTHING, *choices]


def offered_for(question: Question) -> Collection[str]:
    """Return the names of the actions that the status of a question allows."""
    names = list(_OFFERED.get(question.status, []))
    if question.is_public:
        return [*names, "hide_question"]
    return [*names, "show_question"] if question.is_open else names


def route(*, department: str, person: str, **said: Any) -> Question:
    """Pass it to a department or a person."""
    who = _named(User, person, field="person") if person else None
    known = department if department in Department.values else None
    return services.route_question(department=known, person=who, **said)


def merge_into(*, into: str, **said: Any) -> Question:
    """Say that another question asks the same."""
    return services.merge_question(into=_named(Question, into, field="into"), **said)


def answer_with(*, message: str, **said: Any) -> Question:
    """Say that a message answers it; refuses where none is chosen."""
    return answer_question(message=_named(Message, message, field="message"), **said)


def _named(model: type[Model], pk: str, *, field: str) -> Any:
    try:
        found = model._default_manager.filter(pk=UUID(pk)).first()
    except ValueError:
        found = None
    if found is None:
        raise InvalidInput(errors={field: [_("Open the question and choose one there.")]})
    return found


QUESTION_ACTIONS = [
    service_action(
        route,
        "question",
        _("Pass it on (choose a department or a person)"),
        gives=["department", "person"],
    ),
    service_action(
        answer_with, "question", _("It is answered by a message (choose it)"), gives=["message"]
    ),
    service_action(
        merge_into, "question", _("It was asked already (choose the same question)"), gives=["into"]
    ),
    service_action(question_steps.show_question, "question", _("Show its words to everybody")),
    service_action(question_steps.hide_question, "question", _("Show its words to nobody")),
    service_action(
        services.reject_question, "question", _("Reject (give a reason)"), gives_reason=True
    ),
    service_action(services.reopen_question, "question", _("Reopen")),
]
