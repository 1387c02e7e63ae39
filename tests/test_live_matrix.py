"""Every live channel × everybody × what they might listen to: who may, literally.

A new channel needs a table of its own here, or the first test fails.
"""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.notifications.live.channels import Shut, asked_for, channels, listener_of
from tests.chat import told, told_team
from tests.factories import (
    GrantFactory,
    OrganisationFactory,
    ParticipantFactory,
    StaffFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
)
from tickets.actions.merging import merge

# fmt: off
THINGS = ("claras", "in_queue", "assigned", "elsewhere", "merged", "deleted", "nonsense")
TICKET = {
    #               claras in_queue assigned elsewhere merged deleted nonsense
    "clara":        "no     no       no       no        no     no      no",
    "carl":         "no     no       no       no        no     no      no",
    "mia":          "no     no       no       no        no     no      no",
    "sergei":       "no     no       no       no        no     no      no",
    "participant":  "no     no       no       no        no     no      no",
    "contractor":   "no     yes      yes      no        no     no      no",
    "ended":        "no     no       no       no        no     no      no",
    "agent":        "yes    yes      yes      yes       yes    no      no",
    "lead":         "yes    yes      yes      yes       yes    no      no",
    "manager":      "yes    yes      yes      yes       yes    no      no",
    "sales":        "yes    yes      yes      yes       yes    no      no",
    "accountant":   "yes    yes      yes      yes       yes    no      no",
    "administrator": "yes   yes      yes      yes       yes    no      no",
    "left":         "no     no       no       no        no     no      no",
}
DESK = {
    #               desk  other nonsense
    "clara":        "no   no    no",
    "carl":         "no   no    no",
    "mia":          "no   no    no",
    "sergei":       "no   no    no",
    "participant":  "no   no    no",
    "contractor":   "yes  no    no",
    "ended":        "yes  no    no",
    "agent":        "yes  no    no",
    "lead":         "yes  no    no",
    "manager":      "yes  no    no",
    "sales":        "yes  no    no",
    "accountant":   "yes  no    no",
    "administrator": "yes no    no",
    "left":         "no   no    no",
}
ROOM = {
    #               of_two of_queue of_others nonsense
    "clara":        "no     no       no        no",
    "carl":         "no     no       no        no",
    "mia":          "no     no       no        no",
    "sergei":       "no     no       no        no",
    "participant":  "no     no       no        no",
    "contractor":   "no     yes      no        no",
    "ended":        "no     no       no        no",
    "agent":        "yes    no       no        no",
    "lead":         "yes    no       no        no",
    "manager":      "no     yes      no        no",
    "sales":        "no     no       no        no",
    "accountant":   "no     no       no        no",
    "administrator": "no    no       no        no",
    "left":         "no     no       no        no",
}
# fmt: on
TABLES = {
    "ticket": (THINGS, TICKET),
    "room": (("of_two", "of_queue", "of_others", "nonsense"), ROOM),
    "desk": (("desk", "other", "nonsense"), DESK),
}
ROLES = {
    "contractor": Role.CONTRACTOR,
    "ended": Role.CONTRACTOR,
    "agent": Role.AGENT,
    "lead": Role.LINE_LEAD,
    "manager": Role.PROJECT_MANAGER,
    "sales": Role.SALES,
    "accountant": Role.ACCOUNTANT,
    "administrator": Role.ADMINISTRATOR,
    "left": Role.AGENT,
}


@pytest.fixture
def people(db):
    shop = OrganisationFactory(name="Shop")
    customers = {
        "clara": UserFactory(organisation=shop),
        "carl": UserFactory(organisation=shop),
        "mia": UserFactory(organisation=shop, role=Role.CUSTOMER_MANAGER),
        "sergei": UserFactory(role=Role.CUSTOMER_MANAGER),
        "participant": UserFactory(),
    }
    staff = {name: StaffFactory(role=role) for name, role in ROLES.items()}
    staff["left"].is_active = False
    staff["left"].save()
    return customers | staff


@pytest.fixture
def keys(people):
    """The key that an address names, of each thing."""
    queue = TeamFactory()
    GrantFactory(contractor=people["contractor"], team=queue)
    GrantFactory(contractor=people["ended"], team=queue).delete()
    claras = TicketFactory(requester=people["clara"])
    ParticipantFactory(ticket=claras, user=people["participant"])
    gone, merged = TicketFactory(), TicketFactory(requester=people["clara"])
    merge(source=merged, target=claras, by=people["agent"], is_confirmed=True)
    deleted = gone.number
    gone.delete()
    tickets = {
        "claras": claras,
        "in_queue": TicketFactory(team=queue),
        "assigned": TicketFactory(assignee=people["contractor"]),
        "elsewhere": TicketFactory(team=TeamFactory()),
        "merged": merged,
    }
    return (
        {name: str(ticket.number) for name, ticket in tickets.items()}
        | rooms(people, queue)
        | {
            "deleted": str(deleted),
            "nonsense": "1e3",
            "desk": "1",
            "other": "2",
        }
    )


def rooms(people, queue):
    """Of the agent and the lead, of the team whose queue is granted, and of others altogether; the one who has left was
    of all of them."""
    queue.members.set([people["manager"], people["left"]])
    others = TeamFactory()
    others.members.set([StaffFactory(), people["left"]])
    lines = {
        "of_two": told(people["agent"], people["lead"]),
        "of_queue": told_team(people["manager"], queue),
        "of_others": told_team(others.members.get(is_active=True), others),
    }
    return {name: str(line.room_id) for name, line in lines.items()}


def may(person, kind, key):
    try:
        listener_of(person, "session", *asked_for({kind: key}))
    except Shut as shut:
        return {404: "no"}.get(shut.status, str(shut.status))  # what is not theirs is as if it were not there
    return "yes"


def test_every_channel_has_its_table():
    assert set(TABLES) == {name for name, _channel in channels.items()}


@pytest.mark.parametrize("kind", TABLES)
def test_channel_is_open_to_those_of_the_table_and_to_nobody_else(people, keys, kind):
    things, table = TABLES[kind]

    found = {name: " ".join(may(person, kind, keys[thing]) for thing in things) for name, person in people.items()}

    assert found == {name: " ".join(line.split()) for name, line in table.items()}
