"""Questions on the page, as people and programs meet them."""

import re
from typing import Any

import pytest
from django.test import Client

from messaging.models import PublicIncident, PublicPage, Question
from tests.factories.audience import QuestionFactory
from tests.factories.public import PublicPageFactory

pytestmark = pytest.mark.django_db

HERE = "/p/rimon/en/questions/"


def ask(client: Client, text: str = "Is the small kettle safe?", **more: Any) -> Any:
    return client.post(HERE, {"text": text, **more})


def test_a_question_is_taken_without_a_cookie_and_answered_elsewhere(page: PublicPage) -> None:
    client = Client(enforce_csrf_checks=True)

    response = ask(client)

    assert (response.status_code, response["Location"]) == (303, f"{HERE}asked/")
    assert not response.cookies
    assert Question.objects.get().language == "en"
    assert "We have your question" in client.get(response["Location"]).content.decode()


def test_who_asks_may_give_a_name_that_the_team_alone_reads(
    client: Client, page: PublicPage
) -> None:
    ask(client, name=" <i>Noa</i> ")

    question = Question.objects.get()
    question.is_public = True
    question.save()
    assert question.asked_by == "<i>Noa</i>"
    assert "Noa" not in client.get(HERE).content.decode()


def test_the_answer_is_the_same_for_a_program_that_fills_in_everything(
    client: Client, page: PublicPage
) -> None:
    trapped = ask(client, website="https://spam.example")

    assert trapped["Location"] == ask(client)["Location"]
    assert Question.objects.count() == 1


def test_a_mistake_is_told_with_what_was_typed(client: Client, page: PublicPage) -> None:
    response = ask(client, "<b>?", name="Noa")

    text = response.content.decode()
    assert response.status_code == 400
    assert "Write what you want to know." in text
    assert "&lt;b&gt;?" in text
    assert 'value="Noa"' in text
    assert 'aria-invalid="true"' in text


def test_who_asks_too_often_is_told_when_to_come_back(client: Client, page: PublicPage) -> None:
    for _ in range(5):
        ask(client)

    response = ask(client)

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3_601


def test_what_a_moderator_showed_can_be_joined_once(client: Client, page: PublicPage) -> None:
    question = QuestionFactory(brand=page.brand, incident=None, is_public=True, text="Why <i>?")
    text = client.get(HERE).content.decode()
    [token] = re.findall(r'name="form" value="([^"]+)"', text)
    assert "Why &lt;i&gt;?" in text

    answers = [client.post(f"{HERE}{question.pk}/votes/", {"form": token}) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [f"{HERE}joined/"] * 2
    assert question.question_votes.count() == 1


def test_a_form_too_old_says_so(client: Client, page: PublicPage) -> None:
    question = QuestionFactory(brand=page.brand, incident=None, is_public=True)

    response = client.post(f"{HERE}{question.pk}/votes/", {"form": "x"})

    assert response.status_code == 400
    assert "too old" in response.content.decode()


def test_what_nobody_showed_is_not_on_the_page(client: Client, page: PublicPage) -> None:
    QuestionFactory(brand=page.brand, incident=None, text="A secret")

    assert "A secret" not in client.get(HERE).content.decode()


def test_the_list_is_kept_by_nobody_and_the_page_by_everybody(
    client: Client, page: PublicPage, public: PublicIncident
) -> None:
    assert client.get(HERE)["Cache-Control"] == "no-store"
    assert "public" in client.get("/p/rimon/en/")["Cache-Control"]
    assert HERE in client.get("/p/rimon/en/").content.decode()


def test_it_is_asked_in_hebrew_from_right_to_left(client: Client, page: PublicPage) -> None:
    text = client.get("/p/rimon/questions/").content.decode()

    assert '<html lang="he" dir="rtl">' in text
    assert client.post("/p/rimon/questions/", {"text": "האם הקטן בטוח?"}).status_code == 303
    assert Question.objects.get().language == "he"


def test_a_page_that_takes_none_has_no_form(client: Client, page: PublicPage) -> None:
    PublicPage.objects.update(takes_questions=False)

    assert "<textarea" not in client.get(HERE).content.decode()
    assert ask(client).status_code == 404


def test_a_page_that_is_closed_is_absent(client: Client) -> None:
    PublicPageFactory(slug="rimon", is_published=False, takes_questions=True)

    assert client.get(HERE).status_code == 404
