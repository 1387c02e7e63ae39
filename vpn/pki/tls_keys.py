"""OpenVPN's keys for the control channel: who hasn't one doesn't reach TLS at all.

`tls-crypt` and `tls-auth` share one static key among everybody. With `tls-crypt-v2` each client has its own, wrapped by
the server's, so that the server needs to remember none (`doc/tls-crypt-v2.txt` in OpenVPN's sources, section "Client
key wrapping"; the layout of the keys is `struct key` and `struct key2` in `crypto.h`).
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused

SERVER_LABEL, CLIENT_LABEL = "OpenVPN tls-crypt-v2 server key", "OpenVPN tls-crypt-v2 client key"
STATIC_LABEL = "OpenVPN Static key V1"
SERVER_BYTES, CLIENT_BYTES, TAG_BYTES = 128, 256, 32
LONGEST_METADATA = 733
"""The wrapped key has at most 1024 bytes, of which this much is free."""
USER_METADATA, TIMESTAMP_METADATA = b"\x00", b"\x01"


def make_tls_crypt() -> str:
    """A static key of 2048 bits as `openvpn --genkey secret` writes it: `ta.key`, for tls-crypt and tls-auth."""
    digits = secrets.token_hex(256)
    lines = [digits[start : start + 32] for start in range(0, 512, 32)]
    head = ["#", "# 2048 bit OpenVPN static key", "#", f"-----BEGIN {STATIC_LABEL}-----"]
    return "\n".join([*head, *lines, f"-----END {STATIC_LABEL}-----", ""])


def make_v2_server_key() -> str:
    """The server's key, as `openvpn --genkey tls-crypt-v2-server` writes it."""
    return _pem(SERVER_LABEL, secrets.token_bytes(SERVER_BYTES))


def make_v2_client_key(server_key_pem: str, metadata: bytes = b"") -> str:
    """A client's key and the same wrapped for the server, with `metadata` (else the time) for its verify command.

    Raises Refused when the server's key is none, or the metadata is longer than 733 bytes.
    """
    if len(metadata) > LONGEST_METADATA:
        raise Refused(_("The key's metadata is too long."))
    server_key = _read(server_key_pem, SERVER_LABEL, SERVER_BYTES)
    encryption_key, authentication_key = server_key[0:32], server_key[64:96]
    client_key = secrets.token_bytes(CLIENT_BYTES)
    told = USER_METADATA + metadata if metadata else TIMESTAMP_METADATA + struct.pack(">Q", int(time.time()))
    length = struct.pack(">H", TAG_BYTES + len(client_key) + len(told) + 2)
    tag = hmac.new(authentication_key, length + client_key + told, hashlib.sha256).digest()
    encryptor = Cipher(algorithms.AES(encryption_key), modes.CTR(tag[:16])).encryptor()
    wrapped = tag + encryptor.update(client_key + told) + encryptor.finalize() + length
    return _pem(CLIENT_LABEL, client_key + wrapped)


def read_v2_metadata(server_key_pem: str, client_key_pem: str) -> bytes:
    """What a client's key tells its server, with the leading byte that says of which kind it is.

    Raises Refused when another server wrapped it.
    """
    server_key = _read(server_key_pem, SERVER_LABEL, SERVER_BYTES)
    wrapped = _read(client_key_pem, CLIENT_LABEL, 0)[CLIENT_BYTES:]
    tag, sealed, length = wrapped[:TAG_BYTES], wrapped[TAG_BYTES:-2], wrapped[-2:]
    decryptor = Cipher(algorithms.AES(server_key[0:32]), modes.CTR(tag[:16])).decryptor()
    opened = decryptor.update(sealed) + decryptor.finalize()
    if not hmac.compare_digest(tag, hmac.new(server_key[64:96], length + opened, hashlib.sha256).digest()):
        raise Refused(_("The client's key was wrapped for another server."))
    return opened[CLIENT_BYTES:]


def _read(pem: str, label: str, size: int) -> bytes:
    """The bytes between the lines of a label; `size` 0 takes any that can be a client's."""
    lines = [line.strip() for line in pem.strip().splitlines()]
    refusal = _("This isn't a key of tls-crypt-v2.")
    if len(lines) < 3 or lines[0] != f"-----BEGIN {label}-----" or lines[-1] != f"-----END {label}-----":
        raise Refused(refusal)
    try:
        content = base64.b64decode("".join(lines[1:-1]), validate=True)
    except binascii.Error as error:
        raise Refused(refusal) from error
    if len(content) != size if size else len(content) < CLIENT_BYTES + TAG_BYTES + 2:
        raise Refused(refusal)
    return content


def _pem(label: str, content: bytes) -> str:
    text = base64.b64encode(content).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
