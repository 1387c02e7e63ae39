"""What a provider said of somebody, in one form for both languages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MOST_GROUPS = 500


@dataclass(frozen=True, slots=True)
class Said:
    """`is_proved`: the provider itself says that the address is theirs. `has_second`: it asked for a second factor."""

    subject: str
    address: str = ""
    is_proved: bool = False
    name: str = ""
    language: str = ""
    groups: list[str] = field(default_factory=list)
    has_second: bool = False

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def texts(value: Any) -> list[str]:
    """A claim or attribute as texts, however many it holds."""
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, Iterable) and not isinstance(value, dict | bytes):
        return [str(each) for each in value if isinstance(each, str | int)][:MOST_GROUPS]
    return []
