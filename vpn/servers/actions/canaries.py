"""Keys that are made to be refused."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record
from vpn import making
from vpn.actions.revoking import want_list
from vpn.enums import Engine, KeyState, Reason, SignerKind
from vpn.making import Made
from vpn.models import Access, Canary, Device, Host, Key, Revocation, Server
from vpn.names import skeleton_of
from vpn.servers.permissions import can_keep_servers

LOGIN = "canary"
RENEWED = timedelta(days=30)
"""So long before it runs out a canary is made anew: an expired one would be refused for that alone."""


def make_canary(*, server: Server, by: User | None = None, passphrase: str = "") -> Canary:
    """A key to this server that is revoked as it is written down; a new revocation list is due at once, or is to be
    published by whoever gave the passphrase. The one before is forgotten. `by` is None for the program itself.

    Raises NotAllowed; Refused where the signer is away or the passphrase is wrong.
    """
    ensure(by is None or can_keep_servers(by))
    authority = server.authority
    assert authority is not None, "only servers of OpenVPN have canaries"
    until = timezone.now() + timedelta(days=authority.client_days)
    return _keep(server, making.make(server, f"{LOGIN}-{server.slug}", until, passphrase), by)


def lacking() -> QuerySet[Server]:
    """Servers that should have one, or a new one, and whose authority asks nobody for a passphrase."""
    old = Q(canary__isnull=True) | Q(canary__key__not_after__lt=timezone.now() + RENEWED)
    mine = Server.objects.active().filter(
        engine=Engine.OPENVPN, authority__signer=SignerKind.SOCKET, host__isnull=False
    )
    return mine.filter(old).select_related("authority")


@transaction.atomic
def _keep(server: Server, made: Made, by: User | None) -> Canary:
    name = made.common_name
    device, _is_new = Device.objects.get_or_create(
        common_name=name, defaults={"login": LOGIN, "name": server.slug, "skeleton": skeleton_of(name)}
    )
    now = timezone.now()
    columns = made.columns() | {"private_key": "", "tls_client_key": "", "state": KeyState.REVOKED}
    key = Key.objects.create(device=device, issued_by=by, **columns)
    Access.objects.create(key=key, server=server)
    Revocation.objects.create(key=key, serial=key.serial, reason=Reason.CESSATION_OF_OPERATION, at=now, by=by)
    Canary.objects.filter(server=server).delete()
    canary = Canary.objects.create(
        server=server, key=key, private_key=made.private_key, tls_client_key=made.tls_client_key
    )
    Host.objects.filter(server=server).update(canary_at=None, canary_result="", canary_detail="")
    record(verb="vpn_canary_made", subject=server, by=by, serial=key.serial)
    want_list(key.authority_id, now)
    return canary
