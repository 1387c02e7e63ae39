"""The first rows: an authority that a signer has made, and a server whose clients it certifies."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from helpdesk.journal.actions import record
from vpn.enums import Engine, KeyType, SignerKind, TlsMode
from vpn.models import Authority, Server
from vpn.pki.naming import check_server_name
from vpn.pki.tls_keys import make_v2_server_key

if TYPE_CHECKING:
    from helpdesk.accounts.models import User
    from vpn.signer.client import SignerFacts


@transaction.atomic
def found_authority(
    *, name: str, slug: str, facts: "SignerFacts", by: "User | None", socket_path: str = ""
) -> Authority:
    """The authority behind a signer, under a name; its first revocation list is due at once. Writes `authority_added`.

    Raises Refused when there is one of this name or with this certificate.
    """
    if (
        Authority.objects.filter(slug=slug).exists()
        or Authority.objects.filter(name=name).exists()
        or Authority.objects.filter(issuing_pem=facts.issuing_pem).exists()
    ):
        raise Refused(_("This certificate authority is here already; nothing was changed."))
    authority = Authority.objects.create(
        name=name,
        slug=slug,
        key_type=KeyType(facts.key_type),
        root_pem=facts.root_pem,
        issuing_pem=facts.issuing_pem,
        signer=SignerKind.SOCKET,
        socket_path=socket_path,
        first_crl_number=facts.crl_number,
    )
    record(verb="authority_added", subject=authority, by=by)
    return authority


@transaction.atomic
def found_server(
    *, name: str, slug: str, authority: Authority, remotes: str, by: "User | None", server_name: str = "server"
) -> Server:
    """An OpenVPN server of this authority, with a key of its own for tls-crypt-v2. Writes `server_added`.

    Raises Refused when there is one of this name, or the common name isn't fit.
    """
    if Server.objects.filter(slug=slug).exists() or Server.objects.filter(name=name).exists():
        raise Refused(_("A VPN server of this name is here already; nothing was changed."))
    server = Server.objects.create(
        name=name,
        slug=slug,
        engine=Engine.OPENVPN,
        authority=authority,
        remotes=remotes,
        server_name=check_server_name(server_name),
        tls_mode=TlsMode.V2,
        tls_key=make_v2_server_key(),
    )
    record(verb="server_added", subject=server, by=by)
    return server
