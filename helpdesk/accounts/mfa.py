"""What allauth's second factors ask of this program: how their secrets are kept, and how we are called."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from django.apps import apps
from django.conf import settings

from helpdesk.core.fields import seal, unseal
from helpdesk.core.sealing import Count, counted

_SEALED = "gAAAA"
"""Every Fernet token begins so (its version and the first bytes of its time)."""


class MFAAdapter(DefaultMFAAdapter):
    """Secrets lie in the database sealed with the field keys."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises Refused where no key fits."""
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)


def seal_second_factors(only_look: bool) -> Count:
    """Those secrets again, with the newest key; one that its owner changes meanwhile is left."""
    count = Count("mfa.Authenticator.data")
    rows = apps.get_model("mfa", "Authenticator").objects.order_by("pk")
    for key, data in rows.values_list("pk", "data").iterator():
        after = _sealed_again(count, key, data)
        if after != data and not only_look:
            rows.filter(pk=key, data=data).update(data=after)
    return count


def _sealed_again(count: Count, key: int, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sealed_again(count, key, each) for name, each in value.items()}
    if isinstance(value, list):
        return [_sealed_again(count, key, each) for each in value]
    return counted(count, key, value) if isinstance(value, str) and value.startswith(_SEALED) else value
