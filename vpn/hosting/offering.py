"""Messages that look as if they held a secret are offered to be moved into the vault."""

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import User
from tickets.models import Message
from tickets.permissions import can_mask
from tickets.registries import MessageOffer, message_looks, message_offers
from vpn.hosting.detecting import holds_secret
from vpn.hosting.enums import Source
from vpn.hosting.permissions import can_put_in

FLAG = "secret"


def register() -> None:
    """Have messages looked at, and the offer made; called once when the program starts."""
    message_looks.register(FLAG, holds_secret)
    message_offers.register(
        FLAG,
        MessageOffer(
            text=_("This looks as if it held a password."),
            label=_("Move it into the vault"),
            at_desk="access:message",
            in_cabinet="vault:message",
            is_for=may_move,
        ),
    )


def may_move(user: User, message: Message) -> bool:
    """Take a secret out of the message and put it into the vault."""
    return can_mask(user, message) and can_put_in(user, Source.MESSAGE)
