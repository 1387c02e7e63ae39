"""Where people find their keys."""

from django.urls import reverse

from helpdesk.accounts.models import User


def keys_path(person: User) -> str:
    """The page of one's own keys, at the door that the person comes in by."""
    return reverse("vpn:cabinet_keys" if person.is_customer else "vpn:desk_keys")
