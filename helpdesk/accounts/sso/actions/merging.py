"""What of single sign-on changes hands when two people are one: what outside providers know them by. Visits stay: they
are sessions of somebody who can no longer sign in."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import User
from helpdesk.accounts.registries import MergerPart, merger_parts
from helpdesk.accounts.sso.models import OutsideIdentity


def register() -> None:
    """Make it known; called once when the program starts."""
    merger_parts.register("identities", MergerPart(_("Accounts elsewhere"), _count, _move, _give_back))


def _count(person: User) -> int:
    return OutsideIdentity.objects.filter(user=person).count()


def _move(merged: User, survivor: User) -> list[int]:
    """The keys of the identities that changed hands."""
    return _hand_over(OutsideIdentity.objects.filter(user=merged), survivor)


def _give_back(merged: User, survivor: User, moved: Any) -> None:
    _hand_over(OutsideIdentity.objects.filter(pk__in=moved, user=survivor), merged)


def _hand_over(rows: Any, to: User) -> list[int]:
    keys = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    OutsideIdentity.objects.filter(pk__in=keys).update(user=to)
    return keys
