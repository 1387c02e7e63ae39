"""What somebody has who signs in, for the matrix of who gets what."""

from allauth.mfa.models import Authenticator

from helpdesk.accounts.actions import staff_invitations
from helpdesk.accounts.alarm_links import alarm_url
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import KnownBrowser, OpenSession


def of_signing_in(clara, ada):
    """A passkey of Clara's, where she sits, the link of a letter about it; a colleague whom Ada invited."""
    passkey = Authenticator.objects.create(user=clara, type="webauthn", data={"name": "Laptop", "credential": {}})
    browser = KnownBrowser.objects.create(user=clara, digest="0" * 64)
    facts = {"name": "", "role": Role.AGENT, "teams": [], "language": "", "from_address": "::1"}
    return {
        "passkey": passkey.pk,
        "session": OpenSession.objects.create(user=clara, session_key="clara").pk,
        "alarm": alarm_url(browser).rsplit("/", 2)[1],
        "colleague": staff_invitations.invite(by=ada, address="new@helpdesk.example", **facts).pk,
    }
