import base64
import json
from datetime import UTC, datetime
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from crisisapi.local.demo.mailbox import Mailbox, mailbox_of
from crisisapi.local.demo.pace import Pace, share_before
from crisisapi.local.demo.screen import Screen, clock
from crisisapi.local.demo.service import RefusedByService, Service
from crisisapi.local.demo.story import Known, batches, beginning, crisis

NOW = datetime(2026, 3, 4, 9, 17, 31, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


class Server:
    """Answers what it is told, and remembers what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def service_of(server: Server, pauses: list[float]) -> Service:
    client = httpx.Client(base_url="http://service", transport=httpx.MockTransport(server))
    return Service(client, tokens={"noa": "cat_noa"}, pause=pauses.append)


@pytest.mark.parametrize(
    "trouble", [httpx.ConnectError("refused"), httpx.ReadTimeout("silent"), httpx.Response(503)]
)
def test_what_got_no_answer_is_sent_again_with_the_same_key(
    trouble: httpx.Response | Exception,
) -> None:
    server = Server(trouble, httpx.Response(201, json={"id": "1"}))

    answer = service_of(server, []).post("noa", "/facts/", {"statement": "x"}, key="k")

    assert answer == {"id": "1"}
    assert {request.headers["Idempotency-Key"] for request in server.asked} == {"k"}
    assert len(server.asked) == 2


def test_the_service_says_how_long_to_wait() -> None:
    pauses: list[float] = []
    server = Server(httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(200, json={}))

    service_of(server, pauses).get("noa", "/me/")

    assert pauses == [7.0]


def test_a_refusal_is_not_tried_again_and_says_why() -> None:
    server = Server(httpx.Response(409, json={"code": "wrong_status"}))

    with pytest.raises(RefusedByService, match=r"/incidents/1/learn/ .* 409: .*wrong_status"):
        service_of(server, []).post("noa", "/incidents/1/learn/", {}, key="k")

    assert len(server.asked) == 1


def test_what_has_to_be_refused_is_answered_with_why() -> None:
    server = Server(httpx.Response(409, json={"code": "findings_stand", "detail": "Why."}))

    problem = service_of(server, []).refused(
        "noa", "/messages/1/submit/", {}, code="findings_stand"
    )

    assert problem["detail"] == "Why."


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(200, json={}), httpx.Response(409, json={"code": "wrong_status"})],
)
def test_what_has_to_be_refused_is_not_let_through_nor_refused_for_another_reason(
    answer: httpx.Response,
) -> None:
    with pytest.raises(RefusedByService):
        service_of(Server(answer), []).refused("noa", "/x/", {}, code="findings_stand")


def test_a_list_is_read_to_its_last_page() -> None:
    following = "http://service/api/v1/events/?cursor=abc"
    server = Server(
        httpx.Response(200, json={"next": following, "results": [{"id": "2"}]}),
        httpx.Response(200, json={"next": None, "results": [{"id": "1"}]}),
    )

    rows = list(service_of(server, []).rows("noa", "/events/", brand="rimon-home"))

    assert [row["id"] for row in rows] == ["2", "1"]
    assert str(server.asked[1].url) == following


def test_batches_hold_every_mention_once_and_end_after_it() -> None:
    found = batches()

    ids = [mention["id"] for batch in found for mention in batch.mentions]
    assert len(set(ids)) == len(ids) == 420
    assert all(
        batch.minute - 60 <= mention["minute"] < batch.minute
        for batch in found
        for mention in batch.mentions
    )


def test_a_batch_has_the_same_bytes_whenever_it_is_sent() -> None:
    batch = batches()[0]
    known = Known(beginning(NOW))

    first, second = batch.body(known), batch.body(known)

    assert first == second
    assert json.loads(first)["mentions"][0]["published_at"] == "2026-03-03T14:25:00Z"


def test_the_story_ends_now_on_the_edge_of_a_bucket() -> None:
    assert beginning(NOW) == datetime(2026, 3, 4, 2, 15, tzinfo=UTC)


def test_the_story_takes_its_seconds_and_hurries_through_the_quiet_hours() -> None:
    assert (share_before(-720), share_before(420)) == (0, 1)
    assert share_before(0) == pytest.approx(0.1)


def test_a_story_taken_up_later_waits_only_for_what_is_left() -> None:
    pauses: list[float] = []
    pace = Pace(100, pause=pauses.append)

    pace.wait_for(210)
    pace.wait_for(420)

    assert pauses == [pytest.approx(45, abs=1)]


@pytest.mark.parametrize(("minute", "shown"), [(-65, "-01:05"), (0, "+00:00"), (150.0, "+02:30")])
def test_the_clock_counts_from_the_beginning(minute: float, shown: str) -> None:
    assert clock(minute) == shown


def kept(folder: Path, name: str, *mails: EmailMessage) -> None:
    """Keep mails as Django's file backend does."""
    ends = [mail.as_bytes() + b"\n" + b"-" * 79 + b"\n" for mail in mails]
    (folder / name).write_bytes(b"".join(ends))


def mail_to(address: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["To"], mail["Subject"] = address, "נא לאשר"
    mail.set_content(text)
    mail.add_alternative("<p>html</p>", subtype="html")
    return mail


def test_a_link_is_found_in_the_mail_of_its_reader(tmp_path: Path) -> None:
    others = mail_to("other@example.org", "http://h/p/x/confirm/theirs/")
    mine = mail_to("dana@example.org", "שלום,\n\nhttp://h:1/p/x/\nhttp://h:1/p/x/confirm/mine/\n")
    kept(tmp_path, "1.log", mine, others)

    found = Mailbox(tmp_path).link_to("dana@example.org", "/confirm/")

    assert found == "/p/x/confirm/mine/"


def test_without_a_mail_there_is_no_link(tmp_path: Path) -> None:
    assert Mailbox(tmp_path).link_to("dana@example.org", "/confirm/") == ""


def test_mails_are_read_only_where_they_are_kept_as_files() -> None:
    kept_as_files = mailbox_of({"EMAIL_URL": "file:///the%20mails"})

    assert kept_as_files is not None
    assert kept_as_files.folder == Path("/the mails")
    assert mailbox_of({"EMAIL_URL": "smtp://user@host"}) is None
    assert mailbox_of({}) is None


def screen_on(output: StringIO, **options: Any) -> Screen:
    console = Console(file=output, width=100, **options)
    return Screen(console, phases=crisis()["phases"], total=420)


def test_without_a_terminal_only_the_phases_are_told() -> None:
    output = StringIO()

    with screen_on(output) as screen:
        screen.come_to(-715)
        screen.hear(batches()[0].mentions)
        screen.come_to(-700)
        screen.come_to(0)

    assert output.getvalue().splitlines() == [
        "  -12:00  An ordinary day · יום רגיל",
        "  +00:00  The first cracked handles · הידיות הראשונות שנסדקו",
    ]


def test_a_scene_is_told_in_both_languages_with_what_the_service_said() -> None:
    output = StringIO()

    with screen_on(output) as screen:
        screen.scene(26, {"en": "The brake", "he": "הבלם"}, "Because\nof it.")

    assert output.getvalue().splitlines() == [
        "  +00:26    The brake · הבלם",
        "            Because of it.",
    ]


def test_a_terminal_shows_what_is_said_and_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "he_IL.UTF-8")
    output = StringIO()

    with screen_on(output, force_terminal=True) as screen:
        screen.hear(batches()[0].mentions)
        screen.show("noa", "incident.opened", {"en": "Handles crack", "he": "ידיות נסדקות"})

    shown = output.getvalue()
    assert "noa → incident.opened: ידיות נסדקות" in shown
    assert f"{len(batches()[0].mentions)}/420" in shown
