"""What people choose for themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.enums import MailTopic, Theme
from helpdesk.accounts.models import User
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.keyboard import changed_keys
from helpdesk.journal.actions import record

LONGEST_NAME = 200
LONGEST_SIGNATURE = 2000


@dataclass(frozen=True, slots=True)
class Personal:
    """All that a person may change of themselves. An empty language is what the browser asks for, an empty time zone
    the installation's; the signature (Markdown) goes under the replies of staff, who also choose in which order they
    read a conversation."""

    name: str
    language: str
    time_zone: str
    theme: str
    signature: str
    newest_first: bool = False

    @classmethod
    def of(cls, person: User) -> "Personal":
        """As it is now."""
        return cls(**{field.name: getattr(person, field.name) for field in fields(cls)})


@transaction.atomic
def change(*, person: User, chosen: Personal, by: User) -> User:
    """Keep what the person chose; one line in the journal when something is another, none otherwise.

    Raises NotAllowed for anybody but the person, and for a customer's signature or order of messages; Refused for a
    language, a time zone or a theme that there is not, and for an empty name.
    """
    person = locked_self(person, by)
    if person.is_customer and chosen.signature != person.signature:
        raise NotAllowed(_("Signatures go under the replies of staff."))
    if person.is_customer and chosen.newest_first != person.newest_first:
        raise NotAllowed(_("The order of a conversation is for staff to choose."))
    _ensure_known(chosen)
    return _keep(person, asdict(chosen), by)


@transaction.atomic
def choose_theme(*, person: User, theme: str, by: User) -> User:
    """Only the colours, as the switch in the person's menu does it. Journal and refusals are those of `change`."""
    person = locked_self(person, by)
    _ensure_theme(theme)
    return _keep(person, {"theme": theme}, by)


@transaction.atomic
def choose_order(*, person: User, newest_first: bool, by: User) -> User:
    """Only the order of conversations, as the switch on a ticket does it. Journal and refusals are those of
    `change`."""
    return _keep(locked_self(person, by), {"newest_first": newest_first}, by)


@transaction.atomic
def choose_mail(*, person: User, topics: Iterable[str], by: User) -> User:
    """What the person wants mail about, and nothing else. Raises NotAllowed, Refused for a topic that there is not."""
    person, wanted = locked_self(person, by), set(topics)
    if not wanted <= set(MailTopic.values):
        raise Refused(_("There is no such mail. Choose from the list."))
    return _keep(person, {"mail_topics": [topic for topic in MailTopic.values if topic in wanted]}, by)


@transaction.atomic
def unsubscribe(*, person: User, topic: MailTopic) -> User:
    """No more mail about this, by the link of a letter that the person holds. Once more changes nothing."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    return _keep(person, {"mail_topics": [each for each in person.mail_topics if each != topic]}, person)


@transaction.atomic
def choose_keys(*, person: User, keys: Mapping[str, str], has_keys: bool, by: User) -> User:
    """The keys by which the person does things, by the usual ones (those not named stay the usual), and whether keys
    do anything by themselves. Journal as of `change`. Raises NotAllowed, and Refused as `changed_keys` does."""
    person = locked_self(person, by)
    return _keep(person, {"own_keys": changed_keys(keys), "has_keys": has_keys}, by)


def locked_self(person: User, by: User) -> User:
    """The person, locked, inside a transaction. Raises NotAllowed: nobody chooses for somebody else here
    (administrators have a page of their own)."""
    if by.pk != person.pk or not by.is_active:
        raise NotAllowed(_("Everybody chooses these for themselves."))
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)


def _keep(person: User, wanted: dict[str, Any], by: User) -> User:
    changed = {name: value for name, value in wanted.items() if getattr(person, name) != value}
    if not changed:
        return person
    before = {name: getattr(person, name) for name in changed}
    for name, value in changed.items():
        setattr(person, name, value)
    person.save(update_fields=list(changed))
    record(verb="personal_settings_changed", subject=person, by=by, before=before, after=changed)
    return person


def _ensure_known(chosen: Personal) -> None:
    if not chosen.name.strip():
        raise Refused(_("Write your name: it stands beside what you write."))
    if chosen.language and chosen.language not in dict(settings.LANGUAGES):
        raise Refused(_("There is no such language here. Choose one of the list."))
    if chosen.time_zone and chosen.time_zone not in available_timezones():
        raise Refused(_("There is no such time zone. Choose one of the list."))
    _ensure_theme(chosen.theme)


def _ensure_theme(theme: str) -> None:
    if theme not in Theme.values:
        raise Refused(_("There are no such colours. Choose light, dark or as the device."))
