"""The way of every channel in a drill: all as in earnest, but nothing leaves the house."""

from datetime import datetime
from typing import ClassVar

from messaging.channels.base import Account, BaseWay, Outcome, Piece
from messaging.models import Platform


class DrillWay(BaseWay):
    """Publishes to nobody."""

    kind: ClassVar[str] = "drill"
    platforms: ClassVar[frozenset[str]] = frozenset(Platform.values)

    def publish(self, account: Account, piece: Piece) -> Outcome:
        """Say that it is out."""
        return Outcome("published", external_id=f"drill-{piece.key}")

    def find(self, account: Account, piece: Piece, *, since: datetime) -> Outcome | None:
        """Say that it is not there: nothing ever is."""
        return Outcome("failed")

    def follow(self, account: Account, external_id: str) -> Outcome:
        """Say that it is out."""
        return Outcome("published", external_id=external_id)

    def withdraw(self, account: Account, external_id: str) -> Outcome:
        """Say that it is gone."""
        return Outcome("published", external_id=external_id)
