"""Counting the statements of a request; when a count is wrong, the statements are listed."""

from contextlib import contextmanager

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext


class Statements(CaptureQueriesContext):
    """What ran inside the block; the marks of a test's nested transaction are not statements of ours, nor is what a
    process asks once and remembers: the types of things."""

    def __enter__(self):
        ContentType.objects.get_for_models(*apps.get_models(), for_concrete_models=False)
        return super().__enter__()

    @property
    def texts(self):
        return [each["sql"] for each in self.captured_queries if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]

    @property
    def count(self):
        return len(self.texts)

    def __str__(self):
        return "\n".join(f"{index}. {text[:300]}" for index, text in enumerate(self.texts, 1))


@contextmanager
def at_most(number):
    """The block runs at most `number` statements."""
    with Statements(connection) as ran:
        yield ran
    assert ran.count <= number, f"{ran.count} statements, at most {number} expected:\n{ran}"


def count_of(call):
    """How many statements `call` runs, and them as text."""
    with Statements(connection) as ran:
        call()
    return ran.count, str(ran)
