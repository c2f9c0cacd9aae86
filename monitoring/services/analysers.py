"""Which analysers read the mentions of this installation: one all of them, one some again."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from monitoring.rules.analysis import DEFAULT_ANALYSER, Analyser
from monitoring.rules.transformer import (
    BadTransformer,
    Folder,
    Transformer,
    TransformerAnalyser,
    read_folder,
)

# Between the names of who read a mention first, and who judged its sentiment again.
AND = " + "


@cache
def chosen_analyser() -> Analyser:
    """The analyser named in ANALYSER as `module:Class`, or the one that ships; once a process.

    Refuses a name that cannot be imported.
    """
    named: str = settings.ANALYSER
    if not named:
        return DEFAULT_ANALYSER
    try:
        analyser: Analyser = import_string(named.replace(":", "."))()
    except ImportError as error:
        raise ImproperlyConfigured(f"ANALYSER {named!r} cannot be loaded: {error}") from error
    return analyser


class SlowAnalyser(TransformerAnalyser):
    """What ANALYSER names where the transformer is to judge every mention."""

    def __init__(self) -> None:
        """Load the model of TRANSFORMER_MODEL; raises `BadTransformer` where there is none."""
        transformer = load_transformer(settings.TRANSFORMER_MODEL)
        super().__init__(DEFAULT_ANALYSER, transformer, languages=settings.TRANSFORMER_LANGUAGES)


def load_transformer(path: str | Path) -> Transformer:
    """Load the model in a folder, with the threads of the settings; raises `BadTransformer`."""
    if not path:
        raise BadTransformer("TRANSFORMER_MODEL names no folder.")
    return Transformer(read_folder(Path(path)), threads=settings.TRANSFORMER_THREADS)


def analyser_name() -> str:
    """What is stored with the results of the chosen analyser: its name and its version."""
    analyser = chosen_analyser()
    return f"{analyser.name}/{analyser.version}"


def looks_twice() -> bool:
    """Whether a model judges some mentions again; not where it has judged all of them."""
    return bool(settings.TRANSFORMER_MODEL) and not isinstance(chosen_analyser(), SlowAnalyser)


@cache
def second_folder() -> Folder:
    """The folder of the model that looks again; raises `BadTransformer`. Kept for its hash."""
    return read_folder(Path(settings.TRANSFORMER_MODEL))


@cache
def second_analyser() -> Transformer:
    """The model that looks again, loaded once a process; raises `BadTransformer`."""
    return Transformer(second_folder(), threads=settings.TRANSFORMER_THREADS)


def second_name() -> str:
    """Name and version of the model that looks again; reads all its files, once a process."""
    folder = second_folder()
    return f"{folder.name}/{folder.version}"


def is_present(analyser: str) -> bool:
    """Whether a mention was read by the analysers in force, the second of them where it looked."""
    first, looked, second = analyser.partition(AND)
    if not looked or not looks_twice():
        return analyser == analyser_name()
    return first == analyser_name() and second == second_name()


def was_looked_at_by_present(analyser: str) -> bool:
    """Whether the sentiment of a mention is the word of the model that looks again now."""
    return is_second(analyser.partition(AND)[2])


def is_second(analyser: str) -> bool:
    """Whether this is the model that looks again now."""
    return bool(analyser) and looks_twice() and analyser == second_name()
