"""By whom an authority signs."""

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.enums import SignerKind
from vpn.models import Authority
from vpn.pki.certificates import split_chain
from vpn.signer.client import PassphraseSigner, SocketSigner


def signer_of(authority: Authority, passphrase: str = "") -> SocketSigner | PassphraseSigner:
    """Whoever has the authority's key. Raises Refused where a passphrase is needed and none was given."""
    if authority.signer == SignerKind.SOCKET:
        return SocketSigner(authority.socket_path or settings.VPN_SIGNER_SOCKET)
    if not passphrase:
        raise Refused(
            _("%(authority)s signs by a passphrase alone: type it in on the page.") % {"authority": authority.name}
        )
    return PassphraseSigner(authority.encrypted_key_pem, passphrase, split_chain(chain_of(authority)))


def chain_of(authority: Authority) -> str:
    """The issuing certificate and its root, one after the other."""
    parts = [authority.issuing_pem.strip(), authority.root_pem.strip()]
    return "\n".join(dict.fromkeys(part for part in parts if part)) + "\n"
