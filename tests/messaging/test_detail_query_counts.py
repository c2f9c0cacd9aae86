"""What is read of one object costs the same whether one thing hangs on it or thirty."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from incidents.models import Incident
from messaging.models import (
    LanguagePack,
    LanguagePackRevision,
    Message,
    MessageRevision,
    PublicationPart,
    Template,
    TemplateRevision,
)
from messaging.models.poll import Ballot
from tests.checks import queries_of
from tests.factories.accounts import UserFactory
from tests.factories.audience import (
    AnnouncedSessionFactory,
    OpenPollFactory,
    QuestionFactory,
    QuestionVoteFactory,
    QueuedQuestionFactory,
)
from tests.factories.incidents import FactFactory, IncidentFactory, TaskFactory
from tests.factories.messaging import (
    ChannelFactory,
    KeyMessageFactory,
    MessageFactory,
    PublicationFactory,
    VariantFactory,
)
from tests.factories.public import (
    PublicIncidentFactory,
    PublicNumberFactory,
    PublicPageFactory,
    PublicUpdateFactory,
    SubscriberFactory,
)
from tests.hostile import routes_of
from tests.messaging.rows import ROWS, cite, decide, show
from tests.messaging.test_query_counts import API, NOUNS

pytestmark = pytest.mark.django_db

Growing = tuple[Callable[[Incident], Any], Callable[[Any], Any]]


def _row(noun: str) -> Callable[[Incident], Any]:
    def make(incident: Incident) -> Any:
        reader: Any = incident.lead
        return ROWS[noun](incident, reader)

    return make


def _stop(held: Any) -> None:
    held.channels.add(ChannelFactory(brand=held.brand))


def _rest(key_message: Any) -> None:
    key_message.facts.add(FactFactory(incident=key_message.incident))


def _carry(message: Message) -> None:
    message.facts.add(FactFactory(incident=message.incident))
    message.key_messages.add(KeyMessageFactory(incident=message.incident))
    cite(message)


def _find(message: Message) -> None:
    VariantFactory(message=message, text="We are sorry, but you used it wrongly.")
    MessageFactory(incident=message.incident, status="published")
    _carry(message)


def _reword(message: Message) -> None:
    number = message.revisions.count() + 1
    MessageRevision.objects.create(
        message=message, number=number, title="T", body="B", language="en", wording_hash="f" * 64
    )


def _reword_template(template: Template) -> None:
    number = template.revisions.count() + 1
    TemplateRevision.objects.create(template=template, number=number, title="T", body="B")


def _change_pack(pack: LanguagePack) -> None:
    number = pack.revisions.count() + 1
    LanguagePackRevision.objects.create(pack=pack, number=number, name="Ours", is_active=True)


def _part(publication: Any) -> None:
    number = publication.parts.count() + 1
    PublicationPart.objects.create(
        publication=publication, number=number, title="T", text="B", language="en", digest="f" * 64
    )


def _vote(poll: Any) -> None:
    Ballot.objects.create(poll=poll, choices=[1], voter_hash=f"{poll.ballots.count():064d}")


def _same(question: Any) -> None:
    QuestionVoteFactory(question=question)
    QuestionFactory(brand=question.brand, incident=question.incident, text=question.text)


def _public(incident: Incident) -> Any:
    return PublicIncidentFactory(incident=incident)


def _tell(public: Any) -> None:
    incident = public.incident
    promised = {"promise": "Soon", "promised_at": timezone.now(), "due_at": timezone.now()}
    PublicUpdateFactory(message__incident=incident)
    PublicNumberFactory(incident=incident)
    TaskFactory(incident=incident, kind="commitment", is_public=True, **promised)


def _tell_more(page: Any) -> None:
    _tell(PublicIncidentFactory(incident__brand=page.brand))


def _answer(page: Any) -> None:
    incident = PublicIncidentFactory(incident__brand=page.brand).incident
    message = MessageFactory(incident=incident, purpose="faq", status="published", language="he")
    message.published_at = timezone.now()
    message.save()
    PublicationFactory(message=message, status="published")
    asked = {"brand": page.brand, "incident": incident, "language": "he"}
    QuestionFactory(**asked, answer=message, status="answered")
    QuestionVoteFactory(question=QuestionFactory(**asked, is_public=True))


def _ask(page: Any) -> None:
    _vote(OpenPollFactory(brand=page.brand, incident=None))


def _queue(session: Any) -> None:
    asked = {"brand": session.brand, "incident": session.incident, "is_public": True}
    question = QuestionFactory(**asked)
    QuestionVoteFactory(question=question)
    QueuedQuestionFactory(session=session, question=question)


def _announced(incident: Incident) -> Any:
    _public(incident)
    return AnnouncedSessionFactory(brand=incident.brand, incident=incident)


def _page(incident: Incident) -> Any:
    return PublicPageFactory(brand=incident.brand, takes_questions=True)


GROWING: dict[str, Growing] = {
    "hold-rules/{pk}/": (_row("hold-rules"), _stop),
    "holds/{pk}/": (_row("holds"), _stop),
    "key-messages/{pk}/": (_row("key-messages"), _rest),
    "language-packs/{pk}/revisions/": (_row("language-packs"), _change_pack),
    "live-sessions/{pk}/": (_row("live-sessions"), lambda made: made.hosts.add(UserFactory())),
    "live-sessions/{pk}/queue/": (_row("live-sessions"), _queue),
    "messages/{pk}/": (_row("messages"), _carry),
    "messages/{pk}/decisions/": (_row("messages"), decide),
    "messages/{pk}/findings/": (_row("messages"), _find),
    "messages/{pk}/revisions/": (_row("messages"), _reword),
    "polls/{pk}/tally/": (_row("polls"), _vote),
    "public-pages/{pk}/subscribers/": (_page, lambda page: SubscriberFactory(page=page)),
    "public/{slug}/": (_page, _tell_more),
    "public/{slug}/live-sessions/": (
        _page,
        lambda page: AnnouncedSessionFactory(brand=page.brand, incident=None),
    ),
    "public/{slug}/live-sessions/{pk}/": (_announced, _queue),
    "public/{slug}/polls/": (_page, _ask),
    "public/{slug}/questions/": (_page, _answer),
    "publications/{pk}/": (_row("publications"), _part),
    "questions/{pk}/": (_row("questions"), _same),
    "questions/{pk}/similar/": (_row("questions"), _same),
    "review-rounds/{pk}/": (
        _row("review-rounds"),
        lambda made: decide(made.message, round=made),
    ),
    "templates/{pk}/revisions/": (_row("templates"), _reword_template),
    "variants/{pk}/": (_row("variants"), show),
    # The page of its brand is there as well.
    "public/{slug}/incidents/{pk}/": (_public, _tell),
}

# Nothing hangs on these that could become more.
ALONE = {
    "blocks/{pk}/",
    "channels/{pk}/",
    "comments/{pk}/",
    "language-packs/{pk}/",
    "media-assets/{pk}/",
    "media-assets/{pk}/file/",
    "notification-targets/{pk}/",
    "polls/{pk}/",
    "public-incidents/{pk}/",
    "public-media/{pk}/",
    "public-numbers/{pk}/",
    "public-pages/{pk}/",
    "public-updates/{pk}/",
    "review-policies/{pk}/",
    "success-stories/{pk}/",
    "team-notification-targets/{pk}/",
    "templates/{pk}/",
}


def test_every_object_of_the_floor_is_counted_here() -> None:
    details = {route.path for route in routes_of(NOUNS, "get") if route.has_object}
    plain = {_plain(path) for path in details}

    assert plain == set(GROWING) | ALONE


@pytest.mark.parametrize("path", GROWING)
def test_what_is_read_of_one_object_costs_the_same_for_one_and_thirty(
    client_of: Any, brand: Brand, manager: User, path: str
) -> None:
    incident = IncidentFactory(brand=brand, lead=manager)
    PublicPageFactory(brand=brand, slug="rimon", takes_questions=True)
    client = APIClient() if path.startswith("public/") else client_of(manager)
    make, more = GROWING[path]
    thing = make(incident)
    more(thing)
    address = f"{API}{path.format(slug='rimon', pk=thing.pk)}"
    few, short = len(queries_of(client, address)), len(client.get(address).content)

    for _ in range(29):
        more(thing)

    assert len(queries_of(client, address)) == few
    assert len(client.get(address).content) > short


def _plain(path: str) -> str:
    said = path.removeprefix(API).replace("<slug:slug>", "{slug}")
    return said.replace("<uuid:pk>", "{pk}")
