"""Letters to the other administrators about how the house was set up anew."""

import pytest

from helpdesk.accounts.actions import roles, staff_invitations
from helpdesk.accounts.actions.letting_in import let_in
from helpdesk.accounts.enums import Role
from helpdesk.journal.actions import record
from helpdesk.journal.registries import verbs
from helpdesk.notifications.configuration import WATCHED
from helpdesk.notifications.models import Delivery
from tests.browsers import browser_of
from tests.factories import MailboxFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def irina():
    return StaffFactory(name="Irina", email="irina@helpdesk.example", role=Role.ADMINISTRATOR)


def letters():
    return [
        (row.recipient, row.content["title"], row.content["text"])
        for row in Delivery.objects.filter(purpose="notice").order_by("pk")
    ]


def test_mailbox_that_is_changed_is_told_with_before_and_after_and_without_secrets(ada, irina):
    StaffFactory()
    mailbox = MailboxFactory(name="Support", in_host="imap.shop.example", in_password="c4n4ry")
    said = {"before": {"in_host": "imap.shop.example"}, "after": {"in_host": "imap.evil.example"}}

    record(verb="mailbox_changed", subject=mailbox, by=ada, **said)

    [(recipient, title, text)] = letters()
    assert (recipient, title) == ("irina@helpdesk.example", "Ada: changed a mailbox, Support")
    assert text.endswith(": imap.shop.example → imap.evil.example")
    assert Delivery.objects.get().content["path"] == f"/admin/mail/mailbox/{mailbox.pk}/change/"


def test_password_of_a_mailbox_is_said_to_be_another_and_not_which(ada, irina):
    mailbox = MailboxFactory(in_password="before")
    page = f"/admin/mail/mailbox/{mailbox.pk}/change/"
    browser = browser_of(ada)
    form = browser.get(page).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None}

    browser.post(page, data | {"in_password": "c4n4ry", "_save": "1"})

    assert "c4n4ry" not in str(letters())
    assert [recipient for recipient, _title, text in letters() if "[hidden]" in text] == ["irina@helpdesk.example"]


def test_new_administrator_is_told_to_those_there_are_and_not_to_themselves(ada, irina):
    boris = StaffFactory(name="Boris", email="boris@helpdesk.example")

    roles.change_role(person=boris, role=Role.LINE_LEAD, by=ada)
    assert letters() == []
    roles.change_role(person=boris, role=Role.ADMINISTRATOR, by=ada)

    assert [(to, title) for to, title, _text in letters()] == [
        ("irina@helpdesk.example", "Ada: changed the role of a person, Boris")
    ]


def test_invited_administrator_is_told_and_another_colleague_is_not(ada, irina):
    who = {"name": "New", "teams": [], "language": "en", "from_address": "::1", "by": ada}

    for role in (Role.AGENT, Role.ADMINISTRATOR):
        staff_invitations.invite(address=f"{role}@helpdesk.example", role=role, **who)

    told = [to for to, title, _text in letters() if title.startswith("Ada: invited")]
    assert told == ["irina@helpdesk.example"]


def test_way_in_from_the_command_line_is_told_to_all_but_whom_it_lets_in(ada, irina):
    let_in(address="ada@helpdesk.example", reset_mfa=False, role="", switch_on=False)

    assert [(to, title) for to, title, _text in letters()] == [
        ("irina@helpdesk.example", "On the command line: was let in from the command line, Ada")
    ]


def test_letter_is_in_the_language_of_its_reader(ada, irina):
    irina.language = "ru"
    irina.save()

    record(verb="hook_key_renewed", subject=ada, by=ada)

    [(_to, title, text)] = letters()
    assert (title, text) == ("Ada: сменён ключ веб-хука, Ada", "Подробности в журнале.")


def test_everything_that_is_watched_is_a_line_of_the_journal():
    assert {verb for verb, _told in verbs.items()} >= WATCHED
