"""Blocks: texts that stand in for `{block:name}`, in bodies and in other blocks."""

from collections.abc import Iterator, Mapping, Sequence

from messaging.rules.placeholders import CHOSEN, Part, parts_of

# A block in a block in a block: deeper, nobody sees what a template says.
DEPTH = 3
CHOSEN_MOST = 20
_PARAGRAPH = "\n\n"


class BadBlock(ValueError):
    """A block that cannot stand where it is named; `code`: unknown, circular or too_deep."""

    def __init__(self, code: str, name: str) -> None:
        self.code = code
        self.name = name
        super().__init__(f"{code}: {name}")


def blocks_in(body: str) -> list[str]:
    """Return the names of the blocks a body names itself, each once; raises `BadBody`."""
    named = (part.block for part in parts_of(body) if part.block)
    return [name for name in dict.fromkeys(named) if name != CHOSEN]


def blocks_used(body: str, bodies: Mapping[str, str], chosen: Sequence[str] = ()) -> list[str]:
    """Return every block that comes into a body, the ones in blocks too, each once."""
    used: dict[str, None] = {}
    waiting = [*blocks_in(body), *chosen]
    while waiting:
        name = waiting.pop(0)
        if name not in used and name in bodies:
            used[name] = None
            waiting += blocks_in(bodies[name])
    return list(used)


def expanded(body: str, bodies: Mapping[str, str], chosen: Sequence[str] = ()) -> list[Part]:
    """Return a body in parts, each block replaced by its own; raises `BadBody`, `BadBlock`.

    The chosen blocks stand, a paragraph each, at `{block:*}`, or behind the body without one.
    """
    own = parts_of(body)
    if chosen and all(part.block != CHOSEN for part in own):
        own = [*own, Part(_PARAGRAPH, block=CHOSEN)]
    return list(_expanded(own, bodies, tuple(chosen), ()))


def _expanded(
    parts: Sequence[Part], bodies: Mapping[str, str], chosen: tuple[str, ...], path: tuple[str, ...]
) -> Iterator[Part]:
    for part in parts:
        if not part.block:
            yield part
            continue
        yield Part(part.text)
        names = chosen if part.block == CHOSEN else (part.block,)
        for place, name in enumerate(names):
            if place:
                yield Part(_PARAGRAPH)
            yield from _expanded(_own_parts(name, bodies, path), bodies, (), (*path, name))


def _own_parts(name: str, bodies: Mapping[str, str], path: tuple[str, ...]) -> list[Part]:
    if name in path:
        raise BadBlock("circular", name)
    if len(path) >= DEPTH:
        raise BadBlock("too_deep", name)
    if name not in bodies:
        raise BadBlock("unknown", name)
    return parts_of(bodies[name])
