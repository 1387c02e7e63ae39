"""SAML assertions that came: each is taken once."""

import hashlib
import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.sso.models import Assertion, IdentityProvider
from helpdesk.accounts.sso.outside.errors import NotBelieved
from helpdesk.accounts.sso.outside.said import Said
from helpdesk.accounts.sso.outside.saml import Asserted


@transaction.atomic
def take(*, provider: IdentityProvider, asserted: Asserted) -> str:
    """Remember the assertion until it has run out; the ticket that opens what it said, once. Raises NotBelieved for one
    that came before."""
    ticket = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            Assertion.objects.create(
                provider=provider,
                name=asserted.name,
                request_id=asserted.request_id,
                said=asserted.said.as_json(),
                digest=_digest(ticket),
                expires_at=asserted.expires_at,
            )
    except IntegrityError as error:
        raise NotBelieved(_("This assertion came before: it counts once.")) from error
    return ticket


@transaction.atomic
def open_with(*, provider: IdentityProvider, ticket: str, request_id: str) -> Said | None:
    """What waits under this ticket for the session that made this request; None for anything else, and from then on."""
    waiting = Assertion.objects.select_for_update(of=("self",)).filter(provider=provider, used_at__isnull=True)
    found = waiting.filter(digest=_digest(ticket), request_id=request_id, expires_at__gt=timezone.now()).first()
    if found is None:
        return None
    said = Said(**found.said)
    found.used_at, found.said = timezone.now(), {}
    found.save(update_fields=["used_at", "said"])
    return said


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
