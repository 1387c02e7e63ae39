"""What is kept of a token's use: when last, from which networks, and that one was tried which no longer works.

Nothing of that is written while a program waits: the cache says when it is time again, a worker writes.
"""

from datetime import timedelta
from typing import cast

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.actions.tokens import digest_of, is_one
from helpdesk.accounts.models import ApiToken
from helpdesk.core.cache import ForgivingRedisCache
from helpdesk.journal.actions import record

NOTED_EVERY = timedelta(minutes=10)
TOLD_EVERY = timedelta(hours=1)
MOST_NETWORKS = 20


def is_due(token: ApiToken, network: str) -> bool:
    """Whether this use is to be written down: the last time was some minutes ago."""
    key, seconds = f"token-used:{token.pk}:{network}", int(NOTED_EVERY.total_seconds())
    return cast(ForgivingRedisCache, cache).count(key, seconds=seconds) == 1


def tell_refused(secret: str, network: str) -> None:
    """One line an hour in the journal of whose token is tried that was revoked, ran out, or lost its owner."""
    if not is_one(secret):
        return
    digest = digest_of(secret)
    seconds = int(TOLD_EVERY.total_seconds())
    if cast(ForgivingRedisCache, cache).count(f"token-refused:{digest[:32]}", seconds=seconds) != 1:
        return
    token = ApiToken.objects.select_related("user").filter(digest=digest).first()
    if token is not None:
        record(verb="token_refused", subject=token.user, by=None, token=token.pk, name=token.name, network=network)


@transaction.atomic
def write_use(*, key: int, network: str) -> None:
    """The token with this key was used from this network now; one from which it never was makes a line in the journal.
    A token that is gone is nothing to write about."""
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("user").filter(pk=key).first()
    if token is None:
        return
    is_new = network not in token.networks
    token.last_used_at = timezone.now()
    token.networks = [*(each for each in token.networks if each != network), network][-MOST_NETWORKS:]
    token.save(update_fields=["last_used_at", "networks"])
    if is_new:
        record(verb="token_used_from", subject=token.user, by=None, token=token.pk, name=token.name, network=network)
