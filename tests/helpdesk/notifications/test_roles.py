"""The other administrators hear of every decision about roles."""

import pytest

from helpdesk.accounts.actions.roles import change_rule, reset_rule
from helpdesk.accounts.capabilities import ROLES
from helpdesk.accounts.enums import Role
from helpdesk.notifications.models import Delivery
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
AGENT = ROLES[Role.AGENT].capabilities


@pytest.fixture
def ada():
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def irina():
    return StaffFactory(name="Irina", email="irina@helpdesk.example", role=Role.ADMINISTRATOR)


def test_others_are_told_what_was_given_and_taken_and_nobody_else(ada, irina):
    StaffFactory(role=Role.ADMINISTRATOR, is_active=False)
    StaffFactory()

    change_rule(role=Role.AGENT, capabilities=AGENT - {"edit_customers"} | {"see_journal"}, requires_mfa=True, by=ada)

    letter = Delivery.objects.get()
    assert (letter.recipient, letter.content["title"]) == (
        "irina@helpdesk.example",
        "Ada changed what a role may do: Agent",
    )
    assert letter.content["text"] == (
        "Given: Read the journal.\nTaken away: Change customers.\nA second factor is asked now."
    )


def test_way_back_is_told_as_well_in_the_language_of_the_reader(ada, irina):
    change_rule(role=Role.AGENT, capabilities=AGENT | {"see_journal"}, requires_mfa=True, by=irina)
    Delivery.objects.all().delete()
    irina.language = "ru"
    irina.save()

    reset_rule(role=Role.AGENT, by=ada)

    assert Delivery.objects.get().content["text"] == "Отнято: Читать журнал."


def test_what_changes_nothing_is_told_to_nobody(ada, irina):
    change_rule(role=Role.AGENT, capabilities=AGENT, requires_mfa=False, by=ada)

    assert not Delivery.objects.exists()
