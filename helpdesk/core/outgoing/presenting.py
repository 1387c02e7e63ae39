"""Which certificate a site shows to whoever comes: read, and nothing sent."""

import socket
import ssl
import time

from cryptography import x509
from django.utils.translation import gettext as _

from helpdesk.core.outgoing.errors import Unreachable
from helpdesk.core.outgoing.targets import checked_addresses

SECONDS = 4.0


def presented_certificate(host: str, port: int = 443, *, seconds: float = SECONDS) -> x509.Certificate:
    """The certificate of `host`, good or bad: one that has expired is what is looked for. The connection ends after the
    handshake, so that nothing is told to a server that nobody vouches for. Raises OutgoingError."""
    ends = time.monotonic() + seconds
    address = checked_addresses(host, port, seconds=seconds)[0]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection((address, port), timeout=max(ends - time.monotonic(), 0.1)) as plain:
            plain.settimeout(max(ends - time.monotonic(), 0.1))
            with context.wrap_socket(plain, server_hostname=host) as line:
                shown = line.getpeercert(binary_form=True)
        return x509.load_der_x509_certificate(shown or b"")
    except (OSError, ValueError) as error:
        raise Unreachable(_("%(host)s shows no certificate that could be read.") % {"host": host}) from error
