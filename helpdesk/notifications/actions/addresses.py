"""Addresses of people at gateways: said, proven by a code that is sent there, taken away."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.fields import seal
from helpdesk.core.sanitising import clean_name
from helpdesk.journal.actions import record
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Channel, Purpose
from helpdesk.notifications.models import Address, Gateway

CODE_GOOD = timedelta(minutes=10)
MOST_TRIES = 5
DIGITS = 6
AGAIN = timedelta(minutes=1)


@transaction.atomic
def say(*, person: User, by: User, gateway: Gateway, value: str) -> Address:
    """Where the person is to be reached from now on; a code goes there, and nothing else until it is proven. One line
    in the journal. Raises NotAllowed; Refused for no address, or a code within a minute of the last."""
    ensure(by.pk == person.pk and by.can(Capability.ENTER_DESK))
    value = clean_name(value)[:120]
    if not value or not gateway.is_active:
        raise Refused(_("Say where you are reached."))
    Address.objects.get_or_create(person=person, gateway=gateway, defaults={"value": value})
    address = Address.objects.select_for_update(of=("self",)).get(person=person, gateway=gateway)
    now = timezone.now()
    if address.code_until and address.code_until - CODE_GOOD + AGAIN > now:
        raise Refused(_("A code was sent a moment ago: wait a minute for another one."))
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    address.value, address.proven_at, address.tries = value, None, 0
    address.code_digest, address.code_until = _digest(address, code), now + CODE_GOOD
    address.save(update_fields=["value", "proven_at", "tries", "code_digest", "code_until"])
    record(verb="gateway_address_said", subject=person, by=by, gateway=gateway.name)
    enqueue(subject=address, outgoing=[_letter(address, gateway, person, code)])
    return address


@transaction.atomic
def prove(*, address: Address, by: User, code: str) -> bool:
    """Whether this is the code that was sent: then notices may go there. After MOST_TRIES wrong ones, or ten minutes,
    only a new one helps: Refused. Raises NotAllowed."""
    ensure(address.person_id == by.pk)
    address = Address.objects.select_for_update(of=("self",)).select_related("gateway").get(pk=address.pk)
    if (
        not address.code_digest
        or address.tries >= MOST_TRIES
        or (address.code_until or timezone.now()) <= timezone.now()
    ):
        raise Refused(_("This code is no longer good: have a new one sent."))
    if not hmac.compare_digest(address.code_digest, _digest(address, code.strip())):
        address.tries += 1
        address.save(update_fields=["tries"])
        return False
    address.proven_at, address.code_digest, address.code_until = timezone.now(), "", None
    address.save(update_fields=["proven_at", "code_digest", "code_until"])
    record(verb="gateway_address_proven", subject=address.person, by=by, gateway=address.gateway.name)
    return True


@transaction.atomic
def take_away(*, address: Address, by: User) -> None:
    """Nothing goes there any more. Raises NotAllowed."""
    ensure(address.person_id == by.pk)
    record(verb="gateway_address_removed", subject=by, by=by, gateway=address.gateway.name)
    address.delete()


def _letter(address: Address, gateway: Gateway, person: User, code: str) -> Outgoing:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        title = _("%(site)s: your code") % {"site": settings.SITE_NAME}
        text = _("Type it in where you said this address. If that was not you, do nothing.")
    return Outgoing(
        purpose=Purpose.CODE,
        recipient=address.value,
        person_id=person.pk,
        route=gateway.channel,
        channel=Channel.GATEWAY,
        content={"title": title, "text": text, "code": seal(code)},
    )


def _digest(address: Address, code: str) -> str:
    """Bound to the address, so that a code proves no other."""
    said = f"{address.pk}:{address.value}:{code}"
    return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()
