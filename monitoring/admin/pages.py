"""Pages of lists that may have millions of rows."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

# Nobody leafs further; a filter or a search gets there.
COUNTED_ROWS = 10_000


class CappedPaginator(Paginator[Any]):
    """Counts no further than the pages anybody leafs through."""

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, or the cap when there are more."""
        rows: Any = self.object_list
        return int(rows.order_by()[:COUNTED_ROWS].count())
