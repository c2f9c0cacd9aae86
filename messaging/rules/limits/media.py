"""How many pictures and films a platform takes, of which kinds, sizes and shapes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from messaging.rules.limits.base import Medium, Post, Problem


@dataclass(frozen=True)
class MediaRule:
    """What a platform takes: largest sizes in bytes by media type, shapes as width / height.

    What is in `alone` goes with nothing else. `needs` says what there must be: "", "any" or "film".
    """

    pictures: Mapping[str, int] = field(default_factory=dict)
    films: Mapping[str, int] = field(default_factory=dict)
    most_pictures: int = 1
    most_films: int = 1
    most: int | None = None
    alone: frozenset[str] = frozenset()
    shape: tuple[float, float] | None = None
    needs: str = ""

    def check(self, post: Post) -> Iterator[Problem]:
        """Find what the platform would refuse, and pictures that not everybody can read."""
        yield from self._check_number(post)
        for place, medium in enumerate(post.media):
            for problem in self._check_one(medium):
                yield Problem(
                    problem.code, problem.severity, "media", place, place + 1, problem.params
                )

    def _check_number(self, post: Post) -> Iterator[Problem]:
        films = sum(medium.is_video for medium in post.media)
        pictures = len(post.media) - films
        if self.needs == "any" and not post.media:
            yield Problem("media_needed", part="media")
        if self.needs == "film" and not films:
            yield Problem("film_needed", part="media")
        most = self.most or self.most_pictures + self.most_films
        if pictures > self.most_pictures or films > self.most_films or len(post.media) > most:
            params = {"pictures": self.most_pictures, "films": self.most_films}
            yield Problem("too_many_media", part="media", params=params)
        elif len(post.media) > 1 and any(one.mime_type in self.alone for one in post.media):
            yield Problem("media_goes_alone", part="media")

    def _check_one(self, medium: Medium) -> Iterator[Problem]:
        accepted = self.films if medium.is_video else self.pictures
        largest = accepted.get(medium.mime_type)
        if largest is None:
            known = ", ".join(sorted(kind.partition("/")[2].upper() for kind in self._known()))
            yield Problem("media_kind", params={"kind": medium.mime_type, "accepted": known})
        elif medium.size > largest:
            yield Problem("media_too_large", params={"size": medium.size, "limit": largest})
        if self.shape and not medium.is_video and medium.width and medium.height:
            low, high = self.shape
            if not low <= medium.width / medium.height <= high:
                said = {"width": medium.width, "height": medium.height, "low": low, "high": high}
                yield Problem("media_shape", params=said)
        if not medium.is_video and not medium.has_alt_text:
            yield Problem("alt_text_missing", "warning")

    def _known(self) -> list[str]:
        return [*self.pictures, *self.films]


def no_more_than(unit: str, limit: int) -> Callable[[Post], Iterator[Problem]]:
    """Return a check of the length of titles, in characters or bytes."""

    def check(post: Post) -> Iterator[Problem]:
        length = len(post.title.encode()) if unit == "bytes" else len(post.title)
        if length > limit:
            params = {"length": length, "limit": limit, "over": length - limit, "unit": unit}
            yield Problem("title_too_long", part="title", start=limit, end=length, params=params)

    return check
