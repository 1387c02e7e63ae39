"""An authority behind a real socket, and servers that trust it."""

import threading
from contextlib import contextmanager

from vpn.enums import Engine, SignerKind, TlsMode
from vpn.models import Authority, Server
from vpn.pki.authority import Issuer, certify_issuing, make_issuing_request, make_root
from vpn.pki.private_keys import key_pem, make_key
from vpn.pki.tls_keys import make_v2_server_key
from vpn.signer.folder import SignerFolder
from vpn.signer.server import serve
from vpn.signer.service import Policy, Service
from vpn.wireguard import new_pair

PASSPHRASE = "correct horse battery staple"


@contextmanager
def signer_at(folder):
    """A signer of its own folder, in a thread; gives its socket."""
    import os

    made = SignerFolder(folder)
    if not made.has_authority:
        made.make(name="Example VPN", passphrase=PASSPHRASE)
    service = Service(made.issuer(PASSPHRASE), made.ledger(), Policy())
    stop, socket = threading.Event(), folder.parent / "signer.sock"
    users = frozenset({os.getuid()})
    thread = threading.Thread(
        target=serve, args=(service,), kwargs={"path": socket, "users": users, "group": None, "stop": stop}
    )
    thread.start()
    try:
        yield socket
    finally:
        stop.set()
        thread.join()


def authority_at(socket, **more):
    """The authority whose signer listens there."""
    from vpn.signer.client import SocketSigner

    facts = SocketSigner(socket).about()
    return Authority.objects.create(
        **{
            "name": "Example VPN",
            "slug": "example",
            "root_pem": facts.root_pem,
            "issuing_pem": facts.issuing_pem,
            "socket_path": str(socket),
            **more,
        }
    )


def authority_by_passphrase(**more):
    """One whose key lies sealed in the database."""
    root_key, key = make_key(), make_key()
    root = make_root(root_key, "Example root")
    issuing = certify_issuing(make_issuing_request(key, "Example issuing"), root_pem=root.pem, root_key=root_key)
    assert Issuer(issuing.pem, key, (root.pem,))
    return Authority.objects.create(
        **{
            "name": "By passphrase",
            "slug": "passphrase",
            "root_pem": root.pem,
            "issuing_pem": issuing.pem,
            "signer": SignerKind.PASSPHRASE,
            "encrypted_key_pem": key_pem(key, PASSPHRASE),
            **more,
        }
    )


def openvpn_server(authority, **more):
    return Server.objects.create(
        **{
            "name": "Office",
            "slug": "office",
            "authority": authority,
            "remotes": "vpn.example.org 1194 udp\nvpn.example.org 443 tcp",
            "server_name": "server",
            "tls_mode": TlsMode.V2,
            "tls_key": make_v2_server_key(),
            "network": "10.8.0.0/24",
            **more,
        }
    )


def wireguard_server(**more):
    private_key, public_key = new_pair()
    return Server.objects.create(
        **{
            "name": "Phones",
            "slug": "phones",
            "engine": Engine.WIREGUARD,
            "endpoint": "wg.example.org:51820",
            "network": "10.9.0.0/29",
            "private_key": private_key,
            "public_key": public_key,
            **more,
        }
    )
