"""Django's `migrate`, in two thirds of the time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate

YOUNG, MIDDLE, OLD = 100_000, 50, 50
"""Objects before the collector looks at the young ones; its rounds before it looks at the older."""


@contextmanager
def patient_collector() -> Iterator[None]:
    """Django makes every model anew after each operation, twelve thousand of them on an empty database: objects by the
    million, of which the collector finds next to nothing to free and for which it took a third of the time. It looks
    more rarely inside the block; the process grows by some sixty megabytes."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with patient_collector():
            super().handle(*args, **options)
