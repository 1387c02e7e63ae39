"""What the mail room does when somebody else speaks."""

from collections.abc import Collection, Sequence
from typing import Any

from helpdesk.core.erasing import Erased
from helpdesk.core.masking import Mask
from helpdesk.notifications.models import Delivery
from tickets.actions.recipients import Recipient
from tickets.mail.actions import erasing, following, masking, outgoing, telling, undelivered
from tickets.models import Message, Ticket


def send_what_was_written(*, message: Message, recipients: list[Recipient], **kwargs: Any) -> None:
    outgoing.send_out(message=message, recipients=recipients)


def forget(*, erased: Erased, **kwargs: Any) -> None:
    erasing.forget(erased)


def tell_managers(*, ticket: Ticket, **kwargs: Any) -> None:
    telling.tell_managers(ticket=ticket)


def tell_of_failure(*, deliveries: Sequence[Delivery], **kwargs: Any) -> None:
    undelivered.tell(deliveries=deliveries, verb=undelivered.FAILED)


def tell_of_silence(*, deliveries: Sequence[Delivery], **kwargs: Any) -> None:
    undelivered.tell(deliveries=deliveries, verb=undelivered.UNKNOWN)


def take_answers_along(*, message: Message, target: Ticket, **kwargs: Any) -> None:
    following.follow(message=message, ticket=target)


def mask_mails(*, messages: Sequence[Message], tickets: Collection[int], mask: Mask, **kwargs: Any) -> None:
    masking.mask_mails(messages=messages, tickets=tickets, mask=mask)
