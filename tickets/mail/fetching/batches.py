"""Portions of a long list: bounded in number and in bytes, so that memory is."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

MOST_MAILS = 50
MOST_BYTES = 8 * 1024 * 1024


def chunks(items: Sequence[T], length: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), length):
        yield items[start : start + length]


def by_size(
    items: Iterable[tuple[T, int]], *, most_bytes: int = MOST_BYTES, most_items: int = MOST_MAILS
) -> Iterator[list[T]]:
    """Group (item, bytes) in order; one that is larger than the limit goes alone."""
    batch: list[T] = []
    total = 0
    for item, size in items:
        if batch and (total + size > most_bytes or len(batch) >= most_items):
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += size
    if batch:
        yield batch
