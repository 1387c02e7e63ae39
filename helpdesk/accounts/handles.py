"""By what colleagues are called in texts."""

from typing import Any

from django.db.models import Case, CharField, Exists, F, Func, OuterRef, Value, When

from helpdesk.accounts.capabilities import Capability, role_has
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User, UserQuerySet


def roles_with(capability: Capability) -> list[str]:
    """The roles that may do this now."""
    return [role for role in Role.values if role_has(role, capability)]


def staff_with_handles() -> UserQuerySet:
    """Everybody at the desk with their `handle`: what stands before the @ of the address with which they sign in, or
    where two share that, the whole address; `short` is always the former."""
    short: Any = Func(F("email"), Value("@"), Value(1), function="split_part", output_field=CharField())
    desk = User.objects.active().filter(role__in=roles_with(Capability.ENTER_DESK), email__isnull=False)
    named = desk.annotate(short=short)
    twins = named.filter(short=OuterRef("short")).exclude(pk=OuterRef("pk"))
    handle = Case(When(Exists(twins), then=F("email")), default=F("short"), output_field=CharField())
    found: UserQuerySet = named.annotate(handle=handle)
    return found
