"""What the worker does before its first mention."""

from celery.signals import worker_process_init

from monitoring.rules.language import _identifier


def test_a_worker_process_loads_the_language_model_when_it_starts() -> None:
    _identifier.cache_clear()

    worker_process_init.send(sender=None)

    assert _identifier.cache_info().currsize == 1
