"""Two administrators who switch each other off at the same moment: one of them stays."""

import threading

import pytest
from django.db import connections

from helpdesk.accounts.actions.leaving import deactivate
from helpdesk.accounts.actions.roles import change_role
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Do each in a thread of its own; what was refused, as text."""
    start, refused = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait()
            act()
        except Refused as refusal:
            refused.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_of_two_administrators_who_take_leave_of_each_other_one_stays():
    ada, irina = StaffFactory(role=Role.ADMINISTRATOR), StaffFactory(role=Role.ADMINISTRATOR)

    refused = at_once(
        lambda: deactivate(person=ada, by=irina, reason="Enough."),
        lambda: change_role(person=irina, role=Role.AGENT, by=ada),
    )

    assert len(refused) == 1
    assert User.objects.active().filter(role=Role.ADMINISTRATOR).count() == 1


def test_of_two_who_are_switched_off_past_the_actions_one_stays():
    people = [StaffFactory(role=Role.ADMINISTRATOR) for _ in range(2)]

    def switch_off(person):
        try:
            User.objects.filter(pk=person.pk).update(is_active=False)
        except Exception as error:  # a lost deadlock or the trigger's own refusal, whichever comes first
            raise Refused(type(error).__name__) from error

    refused = at_once(*(lambda person=person: switch_off(person) for person in people))

    assert len(refused) == 1
    assert User.objects.active().filter(role=Role.ADMINISTRATOR).count() == 1
