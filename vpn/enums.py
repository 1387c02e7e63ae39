"""Fixed sets of the VPN room."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Engine(models.TextChoices):
    OPENVPN = "openvpn", "OpenVPN"
    WIREGUARD = "wireguard", "WireGuard"


class TlsMode(models.TextChoices):
    """What hides the control channel of OpenVPN from strangers: a key of each client, or one that all share."""

    V2 = "v2", _("tls-crypt-v2, a key for each client")
    CRYPT = "crypt", _("tls-crypt, one shared key")
    AUTH = "auth", _("tls-auth, one shared key")


class KeyType(models.TextChoices):
    """What pairs of keys are made of; the names are those of `vpn.pki`."""

    EC = "ec", "ECDSA P-256"
    RSA = "rsa", "RSA"
    ED25519 = "ed25519", "Ed25519"


class SignerKind(models.TextChoices):
    """Who has the authority's key: a process that answers at a socket, or the database, sealed by a passphrase that
    is asked for each time."""

    SOCKET = "socket", _("a signer of its own")
    PASSPHRASE = "passphrase", _("passphrase asked for each time")


class KeyState(models.TextChoices):
    VALID = "valid", pgettext_lazy("of a key", "Valid")
    BLOCKED = "blocked", pgettext_lazy("of a key", "Blocked")
    REVOKED = "revoked", pgettext_lazy("of a key", "Revoked")


LIVE = frozenset({KeyState.VALID, KeyState.BLOCKED})
"""Keys that are not over for ever."""


class Reason(models.TextChoices):
    """Why a certificate ends before its time (RFC 5280, 5.3.1), under the names that `cryptography` has for them."""

    UNSPECIFIED = "unspecified", pgettext_lazy("why a key is revoked", "No reason given")
    KEY_COMPROMISE = "keyCompromise", _("The key may be in wrong hands")
    CA_COMPROMISE = "cACompromise", _("The authority may be in wrong hands")
    AFFILIATION_CHANGED = "affiliationChanged", _("The person changed")
    SUPERSEDED = "superseded", _("Replaced by a new key")
    CESSATION_OF_OPERATION = "cessationOfOperation", _("No longer needed")
    CERTIFICATE_HOLD = "certificateHold", _("On hold: the device is missing")
    PRIVILEGE_WITHDRAWN = "privilegeWithdrawn", _("Access withdrawn")
    AA_COMPROMISE = "aACompromise", _("The attribute authority may be in wrong hands")


class RequestState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("of a request for a key", "Waiting")
    APPROVED = "approved", pgettext_lazy("of a request for a key", "Approved")
    REFUSED = "refused", pgettext_lazy("of a request for a key", "Refused")
    ISSUED = "issued", pgettext_lazy("of a request for a key", "Issued")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a request for a key", "Withdrawn")


OPEN_REQUESTS = frozenset({RequestState.WAITING, RequestState.APPROVED})
"""Requests of which something is still to come."""


class BundleFormat(models.TextChoices):
    """In what a key is handed out."""

    ARCHIVE = "archive", _("Archive (tar.gz)")
    PROFILE = "profile", _("One file (.ovpn)")
    PKCS12 = "pkcs12", "PKCS#12"
    QR = "qr", _("QR code")


class BlocksBy(models.TextChoices):
    """How OpenVPN learns which serials may not enter although nobody revoked them."""

    SCRIPT = "script", _("a script beside the revocation list (tls-verify)")
    DIRECTORY = "directory", _("a directory of serials in place of the list (crl-verify … dir)")


class ListState(models.TextChoices):
    """What OpenVPN finds where its revocation list should be."""

    FINE = "fine", pgettext_lazy("of a revocation list", "in place")
    MISSING = "missing", pgettext_lazy("of a revocation list", "missing")
    UNREADABLE = "unreadable", pgettext_lazy("of a revocation list", "unreadable for OpenVPN")
    GARBAGE = "garbage", pgettext_lazy("of a revocation list", "no revocation list at all")
    FOREIGN = "foreign", pgettext_lazy("of a revocation list", "signed by somebody else")
    FUTURE = "future", pgettext_lazy("of a revocation list", "dated in the future")
    EXPIRED = "expired", pgettext_lazy("of a revocation list", "expired")


class CanaryResult(models.TextChoices):
    """What became of somebody whose key was revoked for ever."""

    REVOKED = "revoked", pgettext_lazy("of the canary", "refused as revoked, as it must be")
    LET_IN = "let_in", pgettext_lazy("of the canary", "let in")
    REFUSED = "refused", pgettext_lazy("of the canary", "refused for another reason")
    SILENT = "silent", pgettext_lazy("of the canary", "not answered")


class WhyEnded(models.TextChoices):
    REVOKED = "revoked", pgettext_lazy("why a session ends", "the key was revoked")
    BLOCKED = "blocked", pgettext_lazy("why a session ends", "the key was blocked")
    OVER = "over", pgettext_lazy("why a session ends", "the key has ended")
    ASKED = "asked", pgettext_lazy("why a session ends", "an administrator asked")
