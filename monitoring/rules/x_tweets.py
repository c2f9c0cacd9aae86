"""Tweets of version 1.1, which the old Account Activity API sends, in the shape of version 2."""

from collections.abc import Mapping
from typing import Any

from monitoring.rules.x_posts import id_of, mapping_of, text_of


def modern(tweet: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a tweet of version 1.1 in the shape of version 2, and what it includes."""
    post, users = _modern_post(tweet)
    includes: dict[str, Any] = {"users": users, "tweets": []}
    repeated = tweet.get("retweeted_status")
    if isinstance(repeated, Mapping):
        inner, more = _modern_post(repeated)
        includes["tweets"].append(inner)
        users.extend(more)
        post["referenced_tweets"] = [{"type": "retweeted", "id": inner["id"]}]
    return post, includes


def _modern_post(tweet: Mapping[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    user, long = mapping_of(tweet.get("user")), mapping_of(tweet.get("extended_tweet"))
    whole = long if text_of(long.get("full_text")) else tweet
    user_id = _old_id(user, "id")
    post = {
        "id": _old_id(tweet, "id"),
        "text": whole.get("full_text", whole.get("text")),
        "author_id": user_id,
        "created_at": tweet.get("created_at"),
        "lang": tweet.get("lang"),
        "entities": whole.get("entities"),
        "edit_history_tweet_ids": mapping_of(tweet.get("edit_history")).get("edit_tweet_ids"),
        "referenced_tweets": [
            {"type": "replied_to", "id": _old_id(tweet, "in_reply_to_status_id")},
            {"type": "quoted", "id": _old_id(tweet, "quoted_status_id")},
        ],
        "public_metrics": {
            "retweet_count": tweet.get("retweet_count"),
            "reply_count": tweet.get("reply_count"),
            "like_count": tweet.get("favorite_count"),
            "quote_count": tweet.get("quote_count"),
        },
    }
    author = {
        "id": user_id,
        "username": user.get("screen_name"),
        "name": user.get("name"),
        "verified": user.get("verified"),
        "public_metrics": {"followers_count": user.get("followers_count")},
    }
    return post, [author]


def _old_id(holder: Mapping[str, Any], name: str) -> str:
    return id_of(holder.get(f"{name}_str")) or id_of(holder.get(name))
