import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import crisisapi.local
import incidents
from messaging.services.starter_templates import starters
from monitoring.rules.analysis import analyse
from monitoring.services.demo import STARTER, WRITTEN_IN_PLAY

FOLDER = Path(crisisapi.local.__file__).parent / "example"
MENTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (FOLDER / "mentions.jsonl").read_text("utf-8").splitlines()
]
CRISIS: dict[str, Any] = json.loads((FOLDER / "crisis.json").read_text("utf-8"))
PLAYBOOKS = Path(incidents.__file__).parent / "playbooks"
PLATFORMS = {"x", "facebook", "instagram", "news", "forum", "tiktok", "blog"}
FICTIONAL_HOST = re.compile(r"(?:[a-z0-9-]+\.)*example\.(?:org|com|net)")


def per_hour() -> Counter[int]:
    return Counter(mention["minute"] // 60 for mention in MENTIONS)


def playbook() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PLAYBOOKS / "product-danger.he.json").read_text("utf-8"))
    return found


def dictionaries(node: Any) -> list[dict[str, Any]]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    inner = [found for child in children for found in dictionaries(child)]
    return [node, *inner] if isinstance(node, dict) else inner


def test_every_mention_has_the_fields_the_player_sends() -> None:
    for mention in MENTIONS:
        assert mention["platform"] in PLATFORMS
        assert mention["text"].strip()
        assert mention["author"].keys() == {"handle", "name", "followers"}
        assert all(mention[count] >= 0 for count in ("likes", "comments", "shares", "reach"))


def test_mentions_stand_in_order_within_the_story() -> None:
    minutes = [mention["minute"] for mention in MENTIONS]

    assert minutes == sorted(minutes)
    assert -720 <= minutes[0] < minutes[-1] <= 420


def test_ids_are_unique_and_texts_differ() -> None:
    assert len({mention["id"] for mention in MENTIONS}) == len(MENTIONS) >= 400
    assert len({mention["text"] for mention in MENTIONS}) >= 300


def test_an_author_has_one_name_and_one_audience() -> None:
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for mention in MENTIONS:
        key = (mention["platform"], mention["author"]["handle"])

        assert seen.setdefault(key, mention["author"]) == mention["author"]


def test_the_public_speaks_hebrew_english_and_a_little_else() -> None:
    languages = Counter(
        analyse(mention["text"], mention.get("language", "")).language for mention in MENTIONS
    )
    share = {code: count / len(MENTIONS) for code, count in languages.items()}

    assert 0.5 <= share["he"] <= 0.6
    assert 0.35 <= share["en"] <= 0.45
    assert languages.keys() == {"he", "en", "ar", "ru", "fr"}


def test_the_volume_is_calm_then_a_storm_then_calmer() -> None:
    hours = per_hour()

    assert all(4 <= hours[hour] <= 8 for hour in range(-12, 0))
    assert 30 <= hours[0] < 90 <= hours[1]
    assert hours[2] > hours[3] > hours[4] > hours[5] > hours[6]


@pytest.mark.parametrize("name", ["mentions.jsonl", "crisis.json"])
def test_no_host_is_real(name: str) -> None:
    hosts = re.findall(r"https?://([^/\s\"]+)", (FOLDER / name).read_text("utf-8"))

    assert hosts
    assert all(FICTIONAL_HOST.fullmatch(host) for host in hosts)


def test_the_story_has_all_its_parts() -> None:
    assert [move["move"] for move in CRISIS["status_moves"]] == [
        "respond", "monitor", "recover", "learn",
    ]  # fmt: skip
    assert {fact["status"] for fact in CRISIS["facts"]} == {"confirmed", "unconfirmed", "false"}
    assert {stakeholder["kind"] for stakeholder in CRISIS["stakeholders"]} == {
        "customers", "regulator", "media", "employees",
    }  # fmt: skip
    assert (len(CRISIS["goals"]), len(CRISIS["lessons"])) == (2, 3)
    assert CRISIS["review"].keys() >= {"summary", "went_well", "went_badly", "recommendations"}


@pytest.mark.parametrize(
    "part",
    [
        *("status_moves", "assessment_updates", "facts", "publications", "lessons", "messages"),
        *("roles", "run", "shift_notes", "commitments", "contacts"),
    ],
)
def test_each_part_of_the_story_is_in_order(part: str) -> None:
    minutes = [entry["minute"] for entry in CRISIS[part]]

    assert minutes == sorted(minutes)
    assert all(-720 <= minute <= 420 for minute in minutes)


def test_whatever_is_told_in_one_language_is_told_in_the_other() -> None:
    told = [entry for entry in dictionaries(CRISIS) if entry.keys() & {"he", "en"}]

    assert told
    for entry in told:
        assert entry.keys() == {"he", "en"}
        assert re.search("[א-ת]", entry["he"])


def test_the_honest_messages_rest_on_facts_confirmed_before_approval() -> None:
    confirmed = {f["key"]: f["minute"] for f in CRISIS["facts"] if f["status"] == "confirmed"}

    for message in CRISIS["messages"]:
        assert message["facts"]
        assert all(confirmed[key] < message["approved_minute"] for key in message["facts"])


def test_publications_name_existing_messages_and_channels() -> None:
    messages = {message["key"]: message["published_minute"] for message in CRISIS["messages"]}
    channels = {channel["key"] for channel in CRISIS["channels"]}

    first = {one["message"]: one["minute"] for one in reversed(CRISIS["publications"])}
    assert first.items() <= messages.items()
    assert {one["channel"] for one in CRISIS["publications"]} <= channels


def test_the_everyday_posts_are_held_released_and_dropped() -> None:
    everyday = CRISIS["everyday"]
    planned = {(one["message"], one["channel"]): one for one in everyday["planned"]}

    assert {one["act"] for one in everyday["decisions"]} == {"release", "drop"}
    for decision in everyday["decisions"]:
        asked = planned[decision["message"], decision["channel"]]["minute"]
        hold = everyday["hold"]
        assert asked < hold["minute"] < hold["lifted_minute"] < decision["minute"]


def test_the_starter_is_one_that_comes_with_the_service_in_its_own_words() -> None:
    for message in CRISIS["starter"]["messages"]:
        found = starters("templates", message["language"])
        [template] = [one for one in found if one["name"] == STARTER]
        assert template["title"] == message["title"]


def test_the_templates_of_the_play_are_left_to_the_play() -> None:
    assert {template["name"] for template in CRISIS["templates"]} == WRITTEN_IN_PLAY


def test_the_templates_have_their_placeholders_in_both_languages() -> None:
    for template in CRISIS["templates"]:
        for text in template["text"].values():
            assert set(re.findall(r"\{(\w+)\}", text)) == set(template["placeholders"])


def test_every_promise_was_made_in_the_words_of_its_message_and_kept_in_time() -> None:
    texts = {message["key"]: message["text"] for message in CRISIS["messages"]}
    published = {message["key"]: message["published_minute"] for message in CRISIS["messages"]}

    for promise in CRISIS["commitments"]:
        said = {code: promise["message"].replace("-he", f"-{code}") for code in ("he", "en")}

        assert all(promise["promise"][code] in texts[said[code]] for code in said)
        assert published[promise["message"]] < promise["minute"]
        if "kept_by" in promise:
            due = published[promise["message"]] + promise["hours"] * 60
            assert published[promise["kept_by"]] <= due
            assert published[promise["kept_by"]] < promise["kept_minute"]


def test_the_team_follows_the_playbook_that_comes_with_the_service() -> None:
    steps = {step["key"]: step for step in playbook()["steps"]}

    assert CRISIS["incident"]["kind"] in playbook()["kinds"]
    for part in CRISIS["run"]:
        step = steps[part["step"]]
        kinds = {"choose": "decision", "finish": "task", "skip": "wait"}
        assert step["kind"] == kinds[part["act"]]
        assert "option" not in part or part["option"] in step["options"]


def test_the_templates_are_those_the_playbooks_ask_for() -> None:
    names = {template["name"] for template in CRISIS["templates"]}

    asked_for = {
        step["template"]
        for path in PLAYBOOKS.glob("*.he.json")
        for step in json.loads(path.read_text("utf-8"))["steps"]
        if step["kind"] == "message"
    }

    assert names == asked_for
