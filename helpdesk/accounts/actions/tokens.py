"""API tokens. The token is shown once; only its SHA-256 is kept."""

import hashlib
import secrets
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import OuterRef, Q
from django.utils import timezone

from helpdesk.accounts import policy
from helpdesk.accounts.models import ApiToken, Grant, User
from helpdesk.journal.actions import record

PREFIX = "hd_"
SHORTEST = 32


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"


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
    if len(secret) < SHORTEST or not secret.startswith(PREFIX):
        return None
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    found = (
        ApiToken.objects.select_related("user")
        .annotate(
            version_of_rules=policy.version_of_rules(),
            teams_granted=Grant.objects.live().teams_of(OuterRef("user")),
        )
        .filter(live, digest=digest_of(secret), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if found is not None:
        policy.note(found.version_of_rules)
        found.user.granted_then = tuple(found.teams_granted)
    return found


@transaction.atomic
def revoke(*, token: ApiToken, by: User) -> None:
    """Ends the token at once."""
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record(verb="token_revoked", subject=token.user, by=by, token=token.pk, name=token.name)
