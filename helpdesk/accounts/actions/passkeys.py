"""Passkeys of people: made, named, shown, removed."""

import hashlib
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn, get_authenticator_by_credential_id
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts import ceremonies
from helpdesk.accounts.actions import proofs
from helpdesk.accounts.ceremonies import CEREMONY_SECONDS, RelyingParty
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.core.sanitising import clean_name
from helpdesk.journal.actions import record

LONGEST_NAME = 60
MOST = 20
Kind = Authenticator.Type


@transaction.atomic
def add(*, person: User, credential: dict[str, Any], name: str, by: User) -> list[str]:
    """The person has one passkey more. Returns new recovery codes where there were none. Raises NotAllowed; Refused for
    one that is known already, and for too many."""
    person = proofs.own(person, by)
    known = list(Authenticator.objects.filter(type=Kind.WEBAUTHN, data__credential__id=credential.get("id"))[:1])
    if known:
        raise Refused(_("This passkey is known here already."))
    if Authenticator.objects.filter(user=person, type=Kind.WEBAUTHN).count() >= MOST:
        raise Refused(_("These are enough passkeys: remove one that you no longer use."))
    WebAuthn.add(person, _name(name), credential)
    record(verb="passkey_added", subject=person, by=by, name=_name(name))
    proofs.tell(person, _("A passkey was added: %(name)s") % {"name": _name(name)}, by=by)
    return proofs.first_codes(person, by)


@transaction.atomic
def rename(*, passkey: Authenticator, name: str, by: User) -> None:
    """Raises NotAllowed; Refused for no name."""
    proofs.own(passkey.user, by)
    if not clean_name(name):
        raise Refused(_("Give it a name by which you know it again."))
    before = passkey.wrap().name
    if before != _name(name):
        passkey.data["name"] = _name(name)
        passkey.save(update_fields=["data"])
        record(verb="passkey_renamed", subject=by, by=by, before=before, after=_name(name))


@transaction.atomic
def remove(*, passkey: Authenticator, by: User) -> None:
    """Raises NotAllowed; Refused where the role needs a second factor and this is the only one."""
    person = proofs.own(passkey.user, by)
    proofs.ensure_another(person, without=passkey)
    name = passkey.wrap().name
    passkey.delete()
    proofs.forget_codes_alone(person)
    record(verb="passkey_removed", subject=person, by=by, name=name)
    proofs.tell(person, _("A passkey was removed: %(name)s") % {"name": name}, by=by)


@transaction.atomic
def show(*, party: RelyingParty, person: User, answer: str, state: str, is_named: bool) -> Authenticator:
    """The person's passkey that answered what `state` asked; the same answer counts once. Raises Refused."""
    credential_id = ceremonies.shown(party, person, answer=answer, state=state, is_named=is_named)
    found = get_authenticator_by_credential_id(person, credential_id)
    if found is None:
        raise Refused(_("This passkey is not known here."))
    passkey = Authenticator.objects.select_for_update().get(pk=found.pk)
    spent, now = passkey.data.get("spent", {}), int(time.time())
    challenge = hashlib.sha256(ceremonies.challenge_of(state).encode()).hexdigest()
    if challenge in spent:
        raise Refused(_("This answer was used already. Try once more."))
    young = {key: at for key, at in spent.items() if now - at < CEREMONY_SECONDS}
    passkey.data["spent"] = {**young, challenge: now}
    passkey.save(update_fields=["data"])
    passkey.record_usage()
    return passkey


def _name(name: str) -> str:
    return clean_name(name)[:LONGEST_NAME] or _("Passkey")
