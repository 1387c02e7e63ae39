"""What a person sees of `manage.py up`: one line a step, with the time it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(line: str) -> None:
    """One whole line, at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def step(label: str) -> Iterator[list[str]]:
    """`label … 1.2 s`; what is appended to the yielded list is said between the two.

    On a terminal the label stands there while the step runs; a failing step ends its line, so that the error has one
    of its own.
    """
    notes: list[str] = []
    started = time.monotonic()
    if sys.stdout.isatty():
        sys.stdout.write(f"  {label} … ")
        sys.stdout.flush()
    else:
        sys.stdout.write(f"  {label} … ")
    try:
        yield notes
    except BaseException:
        say("failed")
        raise
    words = "".join(f"{note}, " for note in notes)
    say(f"{words}{time.monotonic() - started:.1f} s")
