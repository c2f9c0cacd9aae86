"""Addresses of recordings, and places in them."""

import pytest

from messaging.rules.recordings import clock_of, is_address, moment_in


@pytest.mark.parametrize(
    ("address", "moment"),
    [
        ("https://youtu.be/abc", "https://youtu.be/abc?t=65s"),
        (
            "https://www.youtube.com/watch?v=abc&t=3s",
            "https://www.youtube.com/watch?v=abc&t=65s",
        ),
        ("https://vimeo.com/1", "https://vimeo.com/1#t=65"),
        ("https://notyoutube.com/1?t=a#x", "https://notyoutube.com/1?t=a#t=65"),
    ],
)
def test_a_second_of_a_recording_has_an_address(address: str, moment: str) -> None:
    assert moment_in(address, 65) == moment


@pytest.mark.parametrize(
    "address",
    [
        "http://live.example.org",
        "javascript:alert(1)",
        "https://",
        "https://a b.example",
        "https://bank.example@evil.example/",
        "https://[",
        "https://live.example.org/\u202egro",
    ],
)
def test_what_people_are_not_sent_to_is_no_address(address: str) -> None:
    assert not is_address(address)


def test_an_address_of_the_web_is_one() -> None:
    assert is_address("https://live.example.org/rimon?x=1")


@pytest.mark.parametrize(("seconds", "clock"), [(0, "0:00"), (725, "12:05"), (3_725, "1:02:05")])
def test_a_place_reads_as_in_a_player(seconds: int, clock: str) -> None:
    assert clock_of(seconds) == clock
