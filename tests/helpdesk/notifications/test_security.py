"""Letters about one's own account, and pages that end with the session."""

import pytest

from helpdesk.accounts.actions import sessions
from helpdesk.accounts.models import OpenSession
from helpdesk.accounts.signals import security_changed
from helpdesk.core.errors import Refused
from helpdesk.core.fields import unseal
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.live import bus, happenings
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import composers
from tests.factories import StaffFactory, UserFactory
from tests.streams import newest_line


def test_open_pages_hear_that_their_session_was_ended(db, django_capture_on_commit_callbacks):
    clara = UserFactory()
    session = OpenSession.objects.create(user=clara, session_key="the key of a session")

    with django_capture_on_commit_callbacks(execute=True):
        sessions.end(session=session, by=clara)

    assert newest_line() == (happenings.SIGNED_OUT, bus.digest("the key of a session"))


def test_whoever_changed_how_they_sign_in_is_told(db):
    anna = StaffFactory(language="en")

    security_changed.send(sender=None, user=anna, title="A passkey was added: Laptop")

    letter = Delivery.objects.get()
    assert (letter.purpose, letter.recipient) == (Purpose.SECURITY, anna.email)
    assert unseal(letter.content["url"]).endswith("/accounts/security/")
    assert b"A passkey was added: Laptop" in composers[Purpose.SECURITY]([letter]).content


@pytest.mark.parametrize("fields", [{"email": None}, {"is_active": False}])
def test_nobody_is_written_to_without_an_address_or_when_switched_off(db, fields):
    security_changed.send(sender=None, user=StaffFactory(**fields), title="Changed")

    assert not Delivery.objects.exists()


def test_letter_whose_link_is_wiped_is_not_written_again(db):
    security_changed.send(sender=None, user=StaffFactory(), title="Changed")
    letter = Delivery.objects.get()
    letter.content = {}

    with pytest.raises(Refused):
        composers[Purpose.SECURITY]([letter])
