"""What is wrong with a post, in words."""

from django.utils.translation import gettext_lazy as _

from crisisapi.common.sentences import cleaned
from messaging.rules.limits.base import Problem

UNITS = {
    "weighted": _("characters as X weighs them"),
    "characters": _("characters"),
    "graphemes": _("characters as people see them"),
    "bytes": _("bytes"),
    "utf16": _("characters (most emoji count two)"),
}

_SENTENCES = {
    "too_long": _("%(over)d too many: %(length)d of %(limit)d %(unit)s."),
    "too_many_bytes": _("%(over)d bytes too many: %(length)d of %(limit)d."),
    "too_long_when_sent": _(
        "Brackets, underscores and the like are sent with a backslash: %(length)d of %(limit)d."
    ),
    "title_too_long": _("The title is %(over)d too long: %(length)d of %(limit)d %(unit)s."),
    "nothing_said": _("There is nothing to post: neither text nor picture."),
    "invalid_character": _("The platform refuses the character %(character)s."),
    "character_not_allowed": _("The platform refuses the character %(character)s."),
    "too_many_cashtags": _("Only %(most)d cashtag is let through."),
    "too_many_languages": _("Name at most %(most)d languages."),
    "too_many_hashtags": _("%(count)d hashtags; at most %(most)d are taken."),
    "many_hashtags": _("%(count)d hashtags; more than %(most)d are not shown any more."),
    "one_topic_only": _("Only the first of %(count)d tags becomes a topic."),
    "too_many_mentions": _("%(count)d names are mentioned; at most %(most)d are taken."),
    "too_many_links": _("%(count)d different links; at most %(most)d are taken."),
    "tags_too_long": _("The tags have %(length)d characters together; at most %(limit)d."),
    "link_not_clickable": _("Nobody can click this link there."),
    "media_needed": _("A picture or film is needed there."),
    "film_needed": _("A film is needed there."),
    "too_many_media": _("At most %(pictures)d pictures or %(films)d films are taken."),
    "media_goes_alone": _("A film, or a moving picture, goes alone there."),
    "media_kind": _("%(kind)s is not taken there; %(accepted)s is."),
    "media_too_large": _("The file has %(size)d bytes; at most %(limit)d are taken."),
    "media_shape": _(
        "%(width)d × %(height)d pixels: width by height must be between %(low)s and %(high)s."
    ),
    "alt_text_missing": _("Say what the picture shows, for those who do not see it."),
    "direction_overridden": _("The invisible character %(character)s turns the text around."),
    "direction_unbalanced": _("An invisible mark of direction has no counterpart."),
}


def sentence_of(problem: Problem) -> str:
    """Return a sentence about a problem, in the reader's language."""
    return str(kept_sentence_of(problem))


def kept_sentence_of(problem: Problem) -> str:
    """Return a sentence about a problem, worded by whoever reads it, even when it was kept."""
    params = dict(problem.params)
    if "unit" in params:
        params["unit"] = UNITS[str(params["unit"])]
    return cleaned(_SENTENCES[problem.code]) % params
