"""What the worker does before its first mention."""

from celery.signals import worker_process_init

from monitoring.rules.language_model import language_model


def test_a_worker_process_loads_the_language_model_when_it_starts() -> None:
    language_model.cache_clear()

    worker_process_init.send(sender=None)

    assert language_model.cache_info().currsize == 1
