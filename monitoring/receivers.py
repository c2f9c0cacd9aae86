"""What this floor hears."""

from celery.signals import worker_process_init

from monitoring.rules.analysis import analyse


@worker_process_init.connect(dispatch_uid="monitoring.load_analyser")
def load_analyser(**_signal: object) -> None:
    """Load the language model and the lexicons before the first mention has to wait for them."""
    for text in ("Bonjour tout le monde, la bouilloire est cassée", "הקומקום נשבר"):
        analyse(text)
