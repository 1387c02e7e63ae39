"""Asking identity providers about themselves: a worker does it and leaves what it found in the cache for the page that
waits, and, where all is right, with the provider."""

import secrets
from dataclasses import asdict
from typing import Any

from celery import shared_task
from django.core.cache import cache
from django.utils import translation

from helpdesk.accounts.models import User
from helpdesk.accounts.sso.actions import providers
from helpdesk.accounts.sso.models import IdentityProvider
from helpdesk.accounts.sso.outside.discovery import Step
from helpdesk.accounts.sso.outside.errors import NotBelieved
from helpdesk.core.bells import ring_now

KEPT_SECONDS = 3600


def begin(*, provider: IdentityProvider, by: User, language: str) -> str | None:
    """Ring for a test; the ticket by which its page asks, None while the broker is away."""
    ticket = secrets.token_urlsafe(16)
    return ticket if ring_now(test_provider, provider.pk, by.pk, ticket, language) else None


def outcome(*, provider_id: int, ticket: str) -> list[dict[str, Any]] | None:
    """Step by step what was found; None as long as nothing was."""
    found = cache.get(_key(provider_id, ticket))
    return found["steps"] if isinstance(found, dict) else None


@shared_task(ignore_result=True, soft_time_limit=120)
def test_provider(provider_id: int, by_id: int, ticket: str, language: str) -> None:
    """Read what the provider says of itself, keep it when it is right, and say in one line for each thing what is."""
    provider, by = IdentityProvider.objects.filter(pk=provider_id).first(), User.objects.filter(pk=by_id).first()
    if provider is None or by is None:
        return
    with translation.override(language):
        try:
            described = providers.read(provider)
            providers.keep(provider=provider, described=described, by=by)
            steps = providers.steps_of(provider, described)
        except NotBelieved as fault:
            steps = [Step(provider.get_kind_display(), False, str(fault))]
        cache.set(_key(provider_id, ticket), {"steps": [asdict(step) for step in steps]}, KEPT_SECONDS)


def _key(provider_id: int, ticket: str) -> str:
    return f"provider-test:{provider_id}:{ticket}"
