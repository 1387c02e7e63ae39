"""Identity providers, as an administrator sets them up."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.accounts.sso.enums import Kind
from helpdesk.accounts.sso.models import IdentityProvider
from helpdesk.accounts.sso.outside import discovery, metadata
from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record


def read(provider: IdentityProvider) -> dict[str, Any]:
    """What the provider says of itself, asked for now. Raises NotBelieved. Outside of any transaction: it may take ten
    seconds."""
    if provider.kind == Kind.OIDC:
        return discovery.describe(provider.issuer)
    return metadata.describe(provider)


@transaction.atomic
def keep(*, provider: IdentityProvider, described: dict[str, Any], by: User) -> None:
    """From now on this is what we know of the provider."""
    ensure(by.can(Capability.CONFIGURE))
    IdentityProvider.objects.filter(pk=provider.pk).update(described=described, described_at=timezone.now())
    provider.described = described
    record(verb="provider_read", subject=provider, by=by, provider=provider.name)


def steps_of(provider: IdentityProvider, described: dict[str, Any]) -> list[discovery.Step]:
    """One line for each thing that was found right."""
    return discovery.steps_of(described) if provider.kind == Kind.OIDC else metadata.steps_of(described)
