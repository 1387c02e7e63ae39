"""What people want mail about, and the way out that stands in the letters themselves."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from helpdesk.accounts.enums import MailTopic
from helpdesk.accounts.models import User

_SIGNER = Signer(salt="notifications.unsubscribe")


def unsubscribe_headers(person: User | None, topic: str) -> tuple[tuple[str, str], ...]:
    """List-Unsubscribe with one click (RFC 2369, RFC 8058); none where nobody could be meant."""
    if person is None or topic not in MailTopic.values:
        return ()
    url = f"{settings.SITE_URL}{reverse('unsubscribe', args=[_SIGNER.sign(f'{person.pk}.{topic}')])}"
    return (("List-Unsubscribe", f"<{url}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))


def subscription_of(token: str) -> tuple[User, MailTopic] | None:
    """Whom and what a token of ours is about; None for any other, and for whom there no longer is."""
    try:
        key, _, topic = _SIGNER.unsign(token).partition(".")
        person = User.objects.filter(pk=int(key)).first()
        return (person, MailTopic(topic)) if person is not None else None
    except (BadSignature, ValueError):
        return None
