"""What this floor tells the ones above."""

from django.dispatch import Signal

# Sent inside the transaction of a change: brand, verb, instance, actor, now, data.
account_changed = Signal()
