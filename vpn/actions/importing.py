"""Taking over what another authority issued: an easy-rsa PKI."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record
from vpn.actions.revoking import want_list
from vpn.enums import Engine, KeyState, SignerKind
from vpn.models import Authority, Device, Key, Revocation, RevocationList
from vpn.names import skeleton_of
from vpn.permissions import can_issue
from vpn.pki.certificates import Use, read_certificate, uses
from vpn.pki.easyrsa import EasyRsaPki, Issued, State
from vpn.pki.revocation_lists import read_crl


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it; done again there is nothing new."""

    authority: Authority
    keys: int
    revoked: int


@transaction.atomic
def import_easyrsa(*, pki: EasyRsaPki, name: str, slug: str, by: User | None = None) -> Imported:
    """The authority with its key where that lies sealed, each client's certificate as the key of a device without an
    owner, and what was revoked; numbers of revocation lists go on. No private key of anybody is read.

    `by` is None for the command. Raises NotAllowed. Writes a line for the authority and for each key."""
    ensure(by is None or can_issue(by))
    authority, is_new = _authority(pki, name, slug)
    known = set(Key.objects.filter(authority=authority).values_list("serial", flat=True))
    fresh = [one for one in pki.issued if str(one.serial) not in known and _is_client(one)]
    for one in fresh:
        key = _key(authority, one)
        record(
            verb="vpn_key_imported", subject=key, by=by, key=one.name, serial=key.serial, fingerprint=key.fingerprint
        )
    revoked = _revoke(authority, pki, by)
    if revoked:
        want_list(authority.pk, timezone.now())
    if is_new:
        record(verb="vpn_authority_imported", subject=authority, by=by, count=len(fresh))
    return Imported(authority, len(fresh), revoked)


def _authority(pki: EasyRsaPki, name: str, slug: str) -> tuple[Authority, bool]:
    sealed = pki.encrypted_ca_key_pem or ""
    number = read_crl(pki.crl_pem).number if pki.crl_pem else 0
    found = {
        "name": name,
        "root_pem": pki.ca_pem,
        "issuing_pem": pki.ca_pem,
        "signer": SignerKind.PASSPHRASE if sealed else SignerKind.SOCKET,
        "encrypted_key_pem": sealed,
        "first_crl_number": number,
    }
    authority, is_new = Authority.objects.get_or_create(slug=slug, defaults=found)
    if pki.crl_pem and not RevocationList.objects.filter(authority=authority).exists():
        made = read_crl(pki.crl_pem)
        RevocationList.objects.create(
            authority=authority,
            number=made.number,
            pem=made.pem,
            issued_at=made.issued_at,
            next_update=made.next_update,
        )
    return authority, is_new


def _is_client(one: Issued) -> bool:
    """A server's certificate is nobody's key. One that is gone counts as a client's: it may have to be revoked."""
    return one.pem is None or Use.SERVER not in uses(one.pem)


def _key(authority: Authority, one: Issued) -> Key:
    certificate = read_certificate(one.pem) if one.pem else None
    return Key.objects.create(
        device=_device(one),
        engine=Engine.OPENVPN,
        authority=authority,
        common_name=one.name[:64],
        serial=str(one.serial),
        fingerprint=certificate.fingerprint if certificate else "",
        certificate_pem=certificate.pem if certificate else "",
        not_before=certificate.not_before if certificate else min(timezone.now(), one.not_after),
        not_after=one.not_after,
        state=KeyState.VALID,
        issued_at=certificate.not_before if certificate else timezone.now(),
        handed_out_at=timezone.now(),
    )


def _device(one: Issued) -> Device:
    """The device of this name. One that only looks like another's is kept under a name of its own."""
    name = one.name[:64] or f"serial-{one.serial}"[:64]
    found = Device.objects.filter(common_name=name).first()
    if found is not None:
        return found
    taken = Device.objects.filter(common_name__iexact=name).exists()
    kept = f"{name[:40]}~{one.serial % 10**12}" if taken else name
    skeleton = skeleton_of(kept)
    if taken or Device.objects.filter(skeleton=skeleton).exists():
        skeleton = f"={kept}"
    return Device.objects.create(login=name, name=name, common_name=kept, skeleton=skeleton)


def _revoke(authority: Authority, pki: EasyRsaPki, by: User | None) -> int:
    over = {str(one.serial): one for one in pki.issued if one.state is State.REVOKED}
    keys = list(Key.objects.filter(authority=authority, serial__in=over).exclude(state=KeyState.REVOKED).order_by("pk"))
    for key in keys:
        one = over[key.serial]
        at = one.revoked_at or timezone.now()
        Revocation.objects.create(key=key, serial=key.serial, reason=one.reason.value, at=at, by=by)
        key.state = KeyState.REVOKED
        key.save(update_fields=["state"])
        told = {"key": key.common_name, "serial": key.serial, "fingerprint": key.fingerprint}
        record(verb="vpn_key_revoked", subject=key, by=by, **told, reason=one.reason.value)
    return len(keys)
