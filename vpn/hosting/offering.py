"""Messages that look as if they held a secret are offered to be moved into the vault; whoever writes one is told of the
vault before it is sent."""

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import User
from tickets.models import Message
from tickets.permissions import can_mask
from tickets.registries import MessageOffer, WritingHint, message_looks, message_offers, writing_hints
from vpn.hosting.detecting import holds_secret, secrets_in
from vpn.hosting.enums import Source
from vpn.hosting.permissions import can_put_in, can_see_vault

FLAG = "secret"


def register() -> None:
    """Have messages looked at, the offer made and the hint given; called once when the program starts."""
    message_looks.register(FLAG, holds_secret)
    message_offers.register(
        FLAG,
        MessageOffer(
            text=_("This, or a file of it, looks as if it held a password."),
            label=_("Move it into the vault"),
            at_desk="access:message",
            in_cabinet="vault:message",
            is_for=may_move,
        ),
    )
    writing_hints.register(
        FLAG,
        WritingHint(
            found=words_in,
            text=_(
                "This looks as if it held a password. Better put it into the vault, where it is sealed and each look "
                "at it is noted, and take it out here. Sent again, it goes as it is."
            ),
            link=_("Put it into the vault"),
            at_desk="access:entries",
            in_cabinet="vault:new_entry",
            is_for=may_put_in_instead,
        ),
    )


def words_in(text: str) -> list[str]:
    """What looks like a secret in words that somebody writes just now."""
    return [found.value for found in secrets_in(text)]


def may_put_in_instead(user: User) -> bool:
    """Whether the vault has a place for what they write: for customers of a company, and for whoever sees it."""
    return can_put_in(user, Source.CABINET) or can_see_vault(user)


def may_move(user: User, message: Message) -> bool:
    """Take a secret out of the message and put it into the vault."""
    return can_mask(user, message) and can_put_in(user, Source.MESSAGE)
