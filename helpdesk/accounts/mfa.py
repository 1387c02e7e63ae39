"""What allauth's second factors ask of this program: how their secrets are kept, and how we are called."""

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from helpdesk.core.fields import seal, unseal


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
