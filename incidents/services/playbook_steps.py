"""Steps of a playbook as people write them: checked, and said in sentences what is wrong."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from crisisapi.common.errors import InvalidInput
from incidents.rules.playbook_steps import Problem, complete, problems_of

# What would be right, by the code of a problem.
_SENTENCES = {
    "not_a_list": _("Give a list of steps, each an object."),
    "how_many": _("Give 1 to %(most)d steps."),
    "key": _("Give lower case letters, digits and hyphens, at most %(most)d."),
    "choice": _("Give one of: %(known)s."),
    "unknown_field": _("A step of this kind has only: %(known)s."),
    "needed": _("A step of this kind needs this."),
    "text": _("Give a text of 1 to %(most)d characters."),
    "minutes": _("Give whole minutes, 1 to %(most)d."),
    "template_name": _("Give the name of a template: lower case letters, digits and hyphens."),
    "language": _("Give two lower case letters, ISO 639-1."),
    "keys": _("Give a list of keys of other steps."),
    "keys_repeated": _("Name each step once."),
    "texts": _("Give an object whose names and values are texts that are not empty."),
    "options": _("Give 2 to 6 different options of at most 60 characters."),
    "recipients": _("Name at least one of the roles (%(roles)s) or departments (%(departments)s)."),
    "key_taken": _("Step %(step)d has this key already. Give another."),
    "no_such_step": _("There is no step “%(key)s”. The steps are: %(known)s."),
    "circle": _("The steps wait for each other: %(way)s. Leave one of these out."),
    "no_message_before": _("Name a message step that comes before this one: %(known)s."),
    "no_decision_before": _("Name a decision step that comes before this one: %(known)s."),
    "no_such_option": _("The options of “%(key)s” are: %(known)s."),
}


def checked_steps(steps: Any, *, field: str = "steps") -> list[dict[str, Any]]:
    """Return the steps in full; refuses mistakes, each at its place, e.g. `steps.2.after`."""
    problems = problems_of(steps)
    if problems:
        raise InvalidInput(errors=_told(problems, field))
    return complete(steps)


def _told(problems: Sequence[Problem], field: str) -> dict[str, list[object]]:
    errors: dict[str, list[object]] = {}
    for problem in problems:
        path = f"{field}.{problem.path}" if problem.path else field
        errors.setdefault(path, []).append(_SENTENCES[problem.code] % problem.values)
    return errors
