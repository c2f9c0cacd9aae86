"""How the time of a text grows with its length: hostile texts, and all platforms at once.

Tests count steps of Python and see nothing of what one step does in C, a slice or a pattern; this
sees it. A text four times as long takes about four times as long, whatever it is made of.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from rest_framework.test import APIClient

from benchmarks.scenery import Tenant, make_tenant
from benchmarks.stage import Stage, say
from messaging.models import Platform
from messaging.rules.facets import facets_of
from messaging.rules.measuring import PLATFORMS, Post, measure
from messaging.rules.threads import split
from monitoring.rules.analysis import DEFAULT_ANALYSER, analyse
from monitoring.rules.echoes import Echoes
from monitoring.rules.meaning import said_in
from monitoring.rules.queries import Document, Reading

_FAMILY = "👨\u200d👩\u200d👧\u200d👦"
_UNITS = [
    *["word ", "a.", "é.", "a.co?", "http://", "http://a.co/ ", '"a" ', "(a", ")"],
    *["#1", "#", " #a", "@a ", "@a.", "12,", "*2", "- ", "03-555", "\u0301", "\u05b8", "\ufb2c"],
    *["ש\u05b8\u05c1", "\u2066", "\u202e\u2067a\u2069", "a\u200b\u200d", _FAMILY],
    *["הלקוחות היו ", "15 customers were injured. "],
]
_BATCH = 500
_POSTS = {
    "he": "@rimon קניתי קומקום לפני שבוע והידית כבר נשברה, אף אחד לא עונה בשירות הלקוחות. בושה!",
    "en": "@rimon my new kettle cracked after one week and nobody answers the phone, what now?",
    "es": "@rimon se me ha roto la tetera nueva y nadie contesta al teléfono, qué vergüenza",
    "pl": "@rimon kupiłem czajnik tydzień temu i już przecieka, obsługa klienta nie odpowiada",
}
_MESSAGE = (
    "Stop using the kettle and unplug it now. Owners of series {} get a full refund in shops."
)
_BEGINNINGS = ["", "https://a/", "a"]


def main(_stage: Stage, options: list[str]) -> None:
    """Print for each act its slowest text, and the one whose time grows most."""
    parser = argparse.ArgumentParser(prog="text")
    parser.add_argument("--length", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3)
    terms = parser.parse_args(options)
    _read_batches(terms.times)
    _find_messages(terms.times)
    for what, act in _acts(make_tenant("rimon")).items():
        _measure(what, act, terms.length, terms.times)


def _read_batches(times: int) -> None:
    """Print how many posts of ordinary length the analyser reads in a second, by language."""
    for language, post in _POSTS.items():
        texts = [(f"{post} {number}", "") for number in range(_BATCH)]
        spent = _least(partial(DEFAULT_ANALYSER.analyse_all, texts), times + 1)
        say(f"analyse in batches, {language:3} {_BATCH / spent:8,.0f} texts a second on one core")


def _find_messages(times: int) -> None:
    """Print how the time of a page grows with key messages that say nearly the same."""
    page = " ".join([*_POSTS.values(), _MESSAGE.format(3)] * 20)
    alone = _least(partial(said_in, page), times + 1)
    for count in (1, 10, 100, 1_000):
        messages = Echoes({number: [_MESSAGE.format(number)] for number in range(count)})
        spent = _least(partial(messages.found_in, page), times + 1)
        say(
            f"{count:5} key messages alike, a page of {len(page):,} characters"
            f" {1000 * spent:8.1f} ms, {spent / alone:6.1f} x reading its words"
        )


def _acts(tenant: Tenant) -> dict[str, Callable[[str], object]]:
    """Return what is done with a text, by name."""
    client = APIClient(SERVER_NAME="localhost", headers={"authorization": f"Bearer {tenant.token}"})
    said = {"language": "he"}
    shown = {**said, "platforms": Platform.values, "is_thread": True}
    return {
        "analyse": analyse,
        "read for queries": lambda text: Reading(Document(text)),
        "count for X": lambda text: measure("x", Post(text)),
        "cut into posts of X": lambda text: split(text, PLATFORMS["x"].meters, {}),
        "facets for Bluesky": facets_of,
        "check the language": lambda text: _post(client, "language-checks", {**said, "text": text}),
        "preview on all": lambda text: _post(client, "previews", {**shown, "text": text}),
    }


def _post(client: APIClient, path: str, body: dict[str, Any]) -> None:
    response = client.post(f"/api/v1/{path}/", body, format="json")
    if response.status_code != 200:
        raise RuntimeError(response.content.decode()[:500])


def _measure(what: str, act: Callable[[str], object], length: int, times: int) -> None:
    """Print the longest time of all texts and the greatest growth from a quarter to the whole."""
    act("what is loaded once")
    slowest, steepest = (0.0, ""), (0.0, "")
    for beginning in _BEGINNINGS:
        for unit in _UNITS:
            text = (beginning + unit * (length // len(unit)))[:length]
            quarter = _least(partial(act, text[: length // 4]), times)
            whole = _least(partial(act, text), times)
            slowest = max(slowest, (whole, beginning + unit))
            # What takes no time at all has no growth either.
            steepest = max(steepest, (whole / max(quarter, 0.001), beginning + unit))
    say(
        f"{what:20} slowest {1000 * slowest[0]:6.0f} ms {slowest[1]!a:35}"
        f" grows {steepest[0]:5.1f} times {steepest[1]!a}"
    )


def _least(act: Callable[[], object], times: int) -> float:
    """Return the least processor time of an act in seconds."""
    spent = []
    for _ in range(times):
        began = time.process_time()
        act()
        spent.append(time.process_time() - began)
    return min(spent)
