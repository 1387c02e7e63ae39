"""What administrators decided about roles (`RoleRule`), as this process knows it.

Asking what a role may do never costs a statement of its own: the version of the rules comes along with the statement
that reads who is acting (`version_of_rules`), and the rules are read anew only where it differs. Whoever acts without
such a statement, a worker for instance, looks again when its copy is older than `FRESH_SECONDS`.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Func, Sum, Value
from django.db.models.functions import Coalesce

FRESH_SECONDS = 2.5


@dataclass(frozen=True, slots=True)
class Rule:
    """What was decided about one role; `capabilities` is None where nothing was, and the program's own hold."""

    capabilities: frozenset[str] | None
    requires_mfa: bool


@dataclass(frozen=True, slots=True)
class _Copy:
    """The rules by role; version 0 is an installation where nobody ever decided anything."""

    version: int = 0
    rules: Mapping[str, Rule] = field(default_factory=dict)


_copy = _Copy()
_seen_at = float("-inf")


def rule_of(role: str) -> Rule | None:
    """What was decided about the role; None for nothing. At most one statement, and that only for an old copy."""
    if time.monotonic() - _seen_at > FRESH_SECONDS:
        read()
    return _copy.rules.get(role)


def note(version: int) -> None:
    """This is the version of the rules now: read them where the copy is another one's."""
    global _seen_at
    if version == _copy.version:
        _seen_at = time.monotonic()
    else:
        read()


def read() -> None:
    """Read the rules, one statement."""
    global _copy, _seen_at
    seen_at = time.monotonic()
    rows = _rules().order_by("pk").values_list("role", "capabilities", "requires_mfa", "version")
    version, rules = 0, {}
    for role, capabilities, requires_mfa, own_version in rows:
        rules[role] = Rule(None if capabilities is None else frozenset(capabilities), requires_mfa)
        version += own_version
    _copy, _seen_at = _Copy(version, rules), seen_at


def begin_anew() -> None:
    """As a process that has just begun on an installation where nobody decided anything, and need not look."""
    global _copy, _seen_at
    _copy, _seen_at = _Copy(), time.monotonic()


def version_of_rules() -> Any:
    """The version as a column of another statement; each decision makes it another one."""
    total = _rules().order_by().annotate(one=Value(1)).values("one").annotate(total=Sum("version")).values("total")
    return Coalesce(Func(total, template="(%(expressions)s)"), 0)


def _rules() -> Any:
    return apps.get_model("accounts", "RoleRule")._default_manager.all()
