"""What the log tells the floors above."""

from django.dispatch import Signal

# Sent inside the transaction of the change: event.
event_recorded = Signal()
