"""The bell: how many unread notices somebody has."""

COUNTED = 100
"""Counted up to here, and then said as `99+`."""


def shown(count: int) -> str:
    """What stands beside the bell; "" for nothing."""
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count or "")
