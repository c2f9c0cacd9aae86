"""Making the migrated database while the pytest processes still collect: nobody waits for it."""

import django

from tests import templates


def main() -> None:
    """Make the template, unless there is one."""
    django.setup()
    with templates.one_at_a_time():
        if not templates.has_template():
            templates.make_template()


if __name__ == "__main__":
    main()
