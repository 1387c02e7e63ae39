"""Making the material of a key: pairs, a signed certificate, the client's part of the control channel."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from vpn import wireguard
from vpn.enums import Engine, TlsMode
from vpn.models import Server
from vpn.pki.certificates import Use
from vpn.pki.private_keys import KeyType, key_pem, make_key
from vpn.pki.requests import make_request
from vpn.pki.tls_keys import make_v2_client_key
from vpn.signing import signer_of


@dataclass(frozen=True, slots=True)
class Made:
    """What a key consists of, before it is kept."""

    engine: Engine
    server: Server
    common_name: str
    not_before: datetime
    not_after: datetime
    fingerprint: str
    private_key: str
    serial: str = ""
    certificate_pem: str = ""
    public_key: str = ""
    preshared_key: str = ""
    tls_client_key: str = ""

    def columns(self) -> dict[str, Any]:
        """The same as columns of `Key`."""
        names = [name for name in self.__slots__ if name != "server"]
        return {name: getattr(self, name) for name in names} | {"authority": self.server.authority}


def make(server: Server, common_name: str, until: datetime, passphrase: str = "") -> Made:
    """Asks the signer, and writes nothing. Raises Refused in words for people."""
    return (
        _wireguard(server, common_name, until)
        if server.engine == Engine.WIREGUARD
        else _openvpn(server, common_name, until, passphrase)
    )


def _wireguard(server: Server, common_name: str, until: datetime) -> Made:
    private_key, public_key = wireguard.new_pair()
    return Made(
        engine=Engine.WIREGUARD,
        server=server,
        common_name=common_name,
        not_before=timezone.now(),
        not_after=until,
        fingerprint=hashlib.sha256(base64.b64decode(public_key)).hexdigest(),
        private_key=private_key,
        public_key=public_key,
        preshared_key=wireguard.new_preshared(),
    )


def _openvpn(server: Server, common_name: str, until: datetime, passphrase: str) -> Made:
    authority = server.authority
    assert authority is not None, "the database keeps an authority with every OpenVPN server"
    pair = make_key(KeyType(authority.key_type))
    certificate = signer_of(authority, passphrase).certify(
        request_pem=make_request(pair, common_name), common_name=common_name, use=Use.CLIENT, until=until
    )
    is_own = server.tls_mode == TlsMode.V2
    return Made(
        engine=Engine.OPENVPN,
        server=server,
        common_name=common_name,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        fingerprint=certificate.fingerprint,
        private_key=key_pem(pair),
        serial=str(certificate.serial),
        certificate_pem=certificate.pem,
        tls_client_key=make_v2_client_key(server.tls_key) if is_own else "",
    )
