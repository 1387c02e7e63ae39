"""Model fields that seal what they hold."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused


@lru_cache(maxsize=4)
def _sealer(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(value: str) -> str:
    """Encrypt with the newest key (Fernet: AES-128-CBC with HMAC-SHA256)."""
    return _sealer(tuple(settings.FIELD_ENCRYPTION_KEYS)).encrypt(value.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt with whichever key fits. Raises Refused when none does."""
    try:
        return _sealer(tuple(settings.FIELD_ENCRYPTION_KEYS)).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Refused(
            _(
                "A stored secret cannot be opened: FIELD_ENCRYPTION_KEYS lacks the key that sealed it."
                " Add that key back."
            )
        ) from error


class EncryptedTextField(models.TextField):
    """Text encrypted at rest with a key outside the database. Not searchable; empty stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        return seal(value) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return unseal(value) if value else value
