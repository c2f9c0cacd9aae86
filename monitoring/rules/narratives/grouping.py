"""Posts put together as they come: near-duplicates into wordings, wordings into narratives.

One pass, as in topic detection and tracking (Allan, Carbonell, Doddington, Yamron and Yang 1998;
for posts Becker, Naaman and Gravano 2011): a post that repeats a wording joins it; another wording
joins the narrative whose words are most like its own, when they are alike enough; those that are
like nothing stay loose until enough of them are like each other. The same posts in the same order
and batches are grouped in the same way.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from monitoring.rules.narratives.likeness import APART, JOINS, SHARED, Likeness, Narrative
from monitoring.rules.narratives.prints import SAME, Fingerprint, alike
from monitoring.rules.narratives.terms import Background

# How alike (cosine) the words of two wordings are at least to begin a narrative.
BEGINS = 0.2
# So many mentions make a narrative.
FOUNDERS = 3
# Until then a narrative may be like something that was like nothing before.
YOUNG_WORDINGS = 30
# Loose wordings are looked up by so many of their words, the most telling ones.
TELLING = 6
# What is left of a wording that was forgotten.
NOTHING = Fingerprint(0, (), b"")


@dataclass(eq=False)
class Wording:
    """Posts that say the same in nearly the same words."""

    id: UUID
    print: Fingerprint
    terms: tuple[int, ...]
    first_at: datetime
    last_at: datetime
    narrative_id: UUID | None = None
    mentions: int = 0

    def is_near(self, at: datetime) -> bool:
        """Whether what is said then may still be a repetition."""
        return self.first_at - APART <= at <= self.last_at + APART

    def likeness(self, print_: Fingerprint) -> float:
        """Return how alike a post is, 0 to 1."""
        return 1.0 if print_.exact == self.print.exact else alike(self.print.minima, print_.minima)


class Post(NamedTuple):
    """A post that is to be placed, with the words it is compared by."""

    id: UUID
    at: datetime
    print: Fingerprint
    terms: tuple[int, ...]


class Grouper:
    """What is known of a brand's wordings and narratives, as far as a batch may meet them."""

    def __init__(
        self,
        background: Background,
        *,
        wordings: Iterable[Wording] = (),
        narratives: Iterable[Narrative] = (),
        make_id: Callable[[Post, str], UUID],
    ) -> None:
        """Take what is stored; `make_id` names what a post begins, the same at each repetition."""
        self.background = background
        self._likeness = Likeness(background)
        self.wordings: dict[UUID, Wording] = {}
        self.narratives: dict[UUID, Narrative] = {}
        self.changed_wordings: set[UUID] = set()
        self.changed_narratives: set[UUID] = set()
        self._make_id = make_id
        self._by_key: dict[int, list[Wording]] = defaultdict(list)
        self._loose: dict[int, set[Wording]] = defaultdict(set)
        self._by_term: dict[int, list[Narrative]] = defaultdict(list)
        for wording in wordings:
            self._learn(wording)
        for narrative in narratives:
            self.narratives[narrative.id] = narrative
            self._index(narrative, narrative.terms)

    def place(self, post: Post, *, before: UUID | None = None) -> Wording:
        """Return the wording a post belongs to; the one it had `before` where it still fits."""
        left = self._take_out(before)
        wording = self._same(post, left) or self._begin(post)
        wording.mentions += 1
        wording.first_at = min(wording.first_at, post.at)
        wording.last_at = max(wording.last_at, post.at)
        self.changed_wordings.add(wording.id)
        if wording.narrative_id is None:
            self._found(wording, post)
        self._stretch(wording)
        self._drop_if_empty(left)
        return wording

    def leave(self, wording_id: UUID) -> None:
        """Take a post out of its wording: it says nothing that could be compared."""
        self._drop_if_empty(self._take_out(wording_id))

    def forget(self, wording_id: UUID) -> None:
        """Forget what a wording says: nobody's words are left in it. It still counts."""
        wording = self.wordings[wording_id]
        self._leave_narrative(wording)
        wording.print, wording.terms = NOTHING, ()
        self.changed_wordings.add(wording_id)

    def _take_out(self, wording_id: UUID | None) -> Wording | None:
        if wording_id is None:
            return None
        wording = self.wordings[wording_id]
        wording.mentions -= 1
        self.changed_wordings.add(wording_id)
        return wording

    def _drop_if_empty(self, wording: Wording | None) -> None:
        if wording is not None and not wording.mentions:
            self._leave_narrative(wording)

    def _leave_narrative(self, wording: Wording) -> None:
        narrative = self.narratives.get(wording.narrative_id) if wording.narrative_id else None
        if narrative is None or wording.print == NOTHING:
            return
        narrative.wordings -= 1
        narrative.terms.subtract(wording.terms)
        self._likeness.forget(narrative)
        self.changed_narratives.add(narrative.id)

    def centre(self, narrative: Narrative) -> list[tuple[int, int]]:
        """Return the words that tell most of a narrative, each with its wordings."""
        return self._likeness.centre(narrative)

    def _same(self, post: Post, own: Wording | None) -> Wording | None:
        if own is not None and own.likeness(post.print) >= SAME:
            return own
        keys = (post.print.exact, *post.print.bands)
        met = {one.id: one for key in keys for one in self._by_key.get(key, ())}
        near = [one for one in met.values() if one.is_near(post.at)]
        told = [(one.likeness(post.print), one) for one in near]
        alike_ = [(likeness, one) for likeness, one in told if likeness >= SAME]
        # The older one of two that are equally alike.
        return max(alike_, key=lambda one: (one[0], -one[1].id.int))[1] if alike_ else None

    def _begin(self, post: Post) -> Wording:
        wording = Wording(self._make_id(post, "wording"), post.print, post.terms, post.at, post.at)
        narrative = self._nearest(post)
        self._learn(wording)
        if narrative is not None:
            self._join(wording, narrative)
            self._take_in(wording, narrative)
        return wording

    def _learn(self, wording: Wording) -> None:
        self.wordings[wording.id] = wording
        for key in (wording.print.exact, *wording.print.bands):
            self._by_key[key].append(wording)
        if wording.narrative_id is None:
            for term in wording.terms:
                self._loose[term].add(wording)

    def _nearest(self, post: Post) -> Narrative | None:
        shared = Counter(
            narrative for term in post.terms for narrative in self._by_term.get(term, ())
        )
        told = [
            (self._likeness.belongs(post.terms, one), -one.id.int, one)
            for one, count in shared.items()
            if one.is_near(post.at) and self._likeness.is_worth_comparing(count, post.terms, one)
        ]
        best = max(told, key=lambda one: one[:2], default=None)
        return best[2] if best is not None and best[0] >= JOINS else None

    def _join(self, wording: Wording, narrative: Narrative) -> None:
        wording.narrative_id = narrative.id
        fresh = [term for term in wording.terms if narrative.terms[term] <= 0]
        narrative.terms.update(wording.terms)
        narrative.wordings += 1
        self._index(narrative, fresh)
        for term in wording.terms:
            self._loose[term].discard(wording)
        self._likeness.forget(narrative)
        self.changed_wordings.add(wording.id)
        self.changed_narratives.add(narrative.id)

    def _index(self, narrative: Narrative, terms: Iterable[int]) -> None:
        for term in terms:
            self._by_term[term].append(narrative)

    def _stretch(self, wording: Wording) -> None:
        narrative = self.narratives.get(wording.narrative_id) if wording.narrative_id else None
        if narrative is None:
            return
        narrative.first_at = min(narrative.first_at, wording.first_at)
        narrative.last_at = max(narrative.last_at, wording.last_at)
        self.changed_narratives.add(narrative.id)

    def _found(self, wording: Wording, post: Post) -> None:
        """Begin a narrative where enough is said that is alike."""
        founders = [wording, *self._alike(wording)]
        if sum(one.mentions for one in founders) < FOUNDERS:
            return
        # One that has begun meanwhile may be about the same.
        narrative = self._nearest(post) or self._new(founders, post)
        for one in founders:
            self._join(one, narrative)
            self._stretch(one)
        self._take_in(wording, narrative)

    def _new(self, founders: list[Wording], post: Post) -> Narrative:
        first = min(one.first_at for one in founders)
        last = max(one.last_at for one in founders)
        made = Narrative(self._make_id(post, "narrative"), Counter(), 0, first, last)
        return self.narratives.setdefault(made.id, made)

    def _take_in(self, wording: Wording, narrative: Narrative) -> None:
        """Let loose wordings join that a young narrative has come near to by its latest wording."""
        if narrative.wordings > YOUNG_WORDINGS:
            return
        shared = Counter(one for term in wording.terms for one in self._loose.get(term, ()))
        for one, count in sorted(shared.items(), key=lambda told: told[0].id):
            if (
                one.mentions > 0
                and narrative.is_near(one.last_at)
                and self._likeness.is_worth_comparing(count, one.terms, narrative)
                and self._likeness.belongs(one.terms, narrative) >= JOINS
            ):
                self._join(one, narrative)
                narrative.first_at = min(narrative.first_at, one.first_at)
                narrative.last_at = max(narrative.last_at, one.last_at)

    def _alike(self, wording: Wording) -> list[Wording]:
        shared = Counter(one for term in wording.terms for one in self._loose.get(term, ()))
        return sorted(
            (
                one
                for one, count in shared.items()
                if one is not wording
                and count >= SHARED
                and one.mentions > 0
                and one.is_near(wording.last_at)
                and self._likeness.of_pair(wording.terms, one.terms) >= BEGINS
            ),
            key=lambda one: one.id,
        )
