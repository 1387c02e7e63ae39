"""How a receiver knows that it was us, and that nobody sends it again: https://www.standardwebhooks.com."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"


def new_key() -> str:
    """A key to sign with, as the receiver is given it: 256 bits of chance."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(*, keys: Iterable[str], identifier: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one for each key, with a space between."""
    said = f"{identifier}.{timestamp}.".encode() + body
    return " ".join(_signed(key, said) for key in keys)


def _signed(key: str, said: bytes) -> str:
    secret = base64.b64decode(key.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.new(secret, said, hashlib.sha256).digest()).decode()
