"""Signed marks that bring an answer back to its ticket: in Message-IDs, addresses and subjects.

Each mark holds the ticket's number and a keyed hash (HMAC-SHA-256, cut to a fixed length). A mark with a wrong,
shorter or longer hash is no mark: there is no older format to fall back on. A valid mark says which conversation is
meant, never who speaks.
"""

import base64
import re
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "tickets.mail.tokens"
LONG, SHORT = 20, 10  # characters of base32: 100 and 50 bits

_MESSAGE_ID = re.compile(r"hd\.(\d{1,15})\.([a-z2-7]{12})\.([a-z2-7]{20})@[a-z0-9.\-]{1,255}")
_PLUS = re.compile(r"(\d{1,15})\.([a-z2-7]{10})")
_SUBJECT_TOKEN = re.compile(r"\[#(\d{1,15})-([a-z2-7]{10})\]", re.I)
_PLAIN_NUMBER = re.compile(r"\[[^\[\]\s#\d]{0,30}[#\-: ]?(\d{4,15})\]|#(\d{4,15})\b")
_MOST_NUMBERS = 5


def _signature(kind: str, value: str, length: int, *, secret: str | None = None) -> str:
    digest = salted_hmac(SALT, f"{kind}:{value}", secret=secret, algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:length]


def _is_signed(kind: str, value: str, signature: str, length: int) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(_signature(kind, value, length, secret=key), signature) for key in keys)


def new_message_id(*, number: int, domain: str) -> str:
    """A fresh Message-ID (without angle brackets) for a message on ticket `number`."""
    nonce = base64.b32encode(secrets.token_bytes(8)).decode().lower()[:12]
    return f"hd.{number}.{nonce}.{_signature('message-id', f'{number}.{nonce}', LONG)}@{domain.lower()}"


def number_of_message_id(value: str) -> int | None:
    """The ticket number of a Message-ID that we signed; None for any other."""
    match = _MESSAGE_ID.fullmatch(value.lower())
    if match and _is_signed("message-id", f"{match[1]}.{match[2]}", match[3], LONG):
        return int(match[1])
    return None


def plus_address(*, address: str, number: int) -> str:
    """The ticket's own address at a mailbox: `support+20481.k3v9q2xw5a@desk.example`."""
    local, _, domain = address.partition("@")
    return f"{local}+{number}.{_signature('address', str(number), SHORT)}@{domain}"


def number_of_plus_address(value: str, *, base: Iterable[str]) -> int | None:
    """The ticket number of a signed address at one of the `base` addresses; None for any other."""
    local, _, domain = value.lower().rpartition("@")
    plain, _, extension = local.partition("+")
    match = _PLUS.fullmatch(extension)
    if not match or f"{plain}@{domain}" not in {address.lower() for address in base}:
        return None
    return int(match[1]) if _is_signed("address", match[1], match[2], SHORT) else None


def subject_token(number: int) -> str:
    """What stands in the subject of everything we send: `[#20481-k3v9q2xw5a]`."""
    return f"[#{number}-{_signature('subject', str(number), SHORT)}]"


def numbers_in_subject(subject: str) -> tuple[list[int], list[int]]:
    """The numbers in a subject: those with a valid signature, and plain ones that anybody could have guessed."""
    signed = [
        int(number)
        for number, signature in _SUBJECT_TOKEN.findall(subject)
        if _is_signed("subject", number, signature.lower(), SHORT)
    ]
    rest = _SUBJECT_TOKEN.sub(" ", subject)
    plain = [int(bracketed or hashed) for bracketed, hashed in _PLAIN_NUMBER.findall(rest)]
    return signed[:_MOST_NUMBERS], plain[:_MOST_NUMBERS]
