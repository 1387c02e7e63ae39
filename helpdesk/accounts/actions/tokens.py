"""API tokens. The token is shown once; only its SHA-256 is kept."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts import policy
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import ApiToken, Grant, User
from helpdesk.accounts.scopes import FOR_CUSTOMERS, Scope
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.prepared import Prepared
from helpdesk.journal.actions import record

PREFIX = "hd_"
SHORTEST = 32
MOST_OWN = 50
"""Working tokens that a person issues for themselves."""


def is_one(secret: str) -> bool:
    """Whether this looks like a token of ours, of which the database can be asked."""
    return len(secret) >= SHORTEST and secret.startswith(PREFIX)


def digest_of(secret: str) -> str:
    """SHA-256 suffices: what it hides has 256 bits of chance in it."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue(
    *,
    user: User,
    by: User | None,
    name: str,
    scopes: list[str] | None = None,
    expires_at: datetime | None = None,
) -> str:
    """A new token acting as `user`; returns it in clear, the only time it can be read."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name[:100],
        digest=digest_of(secret),
        hint=secret[:8],
        scopes=scopes or [Scope.READ, Scope.WRITE],
        expires_at=expires_at,
    )
    record(verb="token_issued", subject=user, by=by, token=token.pk, name=token.name, scopes=token.scopes)
    return secret


def find(secret: str) -> ApiToken | None:
    """The live token of an active person; None for anything else."""
    found = next(iter(_working(digest=digest_of(secret))), None) if is_one(secret) else None
    if found is not None:
        policy.note(found.version_of_rules)  # type: ignore[attr-defined]
        found.user.granted_then = tuple(found.teams_granted)  # type: ignore[attr-defined]
    return found


def _build_working(*, digest: str) -> "models.QuerySet[ApiToken]":
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
    found = ApiToken.objects.filter(live, digest=digest, revoked_at__isnull=True, user__is_active=True)
    granted = Grant.objects.live().teams_of(OuterRef("user"))
    found = found.annotate(version_of_rules=policy.version_of_rules(), teams_granted=granted)
    return found.select_related("user").order_by("pk")


_working: Prepared[ApiToken] = Prepared(_build_working)


@transaction.atomic
def issue_own(*, by: User, name: str, scopes: Collection[str], days: int) -> str:
    """A token of one's own, good for so many days; returns it in clear, once. Raises Refused."""
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    ensure(person.is_active)
    name = name.strip()
    if not name:
        raise Refused(_("Give the token a name that says which program has it."))
    offered = scopes_offered(person)
    chosen = [scope for scope in Scope.values if scope in scopes]
    if not chosen or not set(scopes) <= set(offered):
        raise Refused(_("Choose what the token is for."))
    if not 1 <= days <= settings.API_TOKEN_MAX_DAYS:
        raise Refused(_("A token is good for %(days)s days at most.") % {"days": settings.API_TOKEN_MAX_DAYS})
    if ApiToken.objects.working().filter(user=person).count() >= MOST_OWN:
        raise Refused(_("You have %(limit)s tokens: revoke those that are no longer used.") % {"limit": MOST_OWN})
    return issue(user=person, by=by, name=name, scopes=chosen, expires_at=timezone.now() + timedelta(days=days))


def scopes_offered(person: User) -> list[str]:
    """What a token of this person can be for."""
    if person.is_customer:
        return [scope for scope in Scope.values if scope in FOR_CUSTOMERS]
    return [scope for scope in Scope.values if scope != Scope.WEBHOOKS_MANAGE or person.can(Capability.CONFIGURE)]


@transaction.atomic
def revoke_own(*, key: int, by: User) -> None:
    """End a token of one's own; one that has ended stays so."""
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("user").filter(pk=key, user=by).first()
    if token is not None:
        revoke(token=token, by=by)


@transaction.atomic
def revoke(*, token: ApiToken, by: User) -> None:
    """Ends the token at once."""
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record(verb="token_revoked", subject=token.user, by=by, token=token.pk, name=token.name)
