"""Who may do what to a ticket they can see: every role, every predicate."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core.errors import NotAllowed, ensure
from tickets.enums import Status
from tickets.models import Ticket
from tickets.permissions import (
    can_answer,
    can_close_own,
    can_note,
    can_open_for_customer,
    can_reopen_own,
    can_take_over,
    can_watch,
    can_work,
)

AGENTS = {Role.AGENT, Role.LINE_LEAD, Role.PROJECT_MANAGER, Role.SALES, Role.ADMINISTRATOR}
CUSTOMERS = {Role.CUSTOMER, Role.CUSTOMER_MANAGER}
STAFF = AGENTS | {Role.ACCOUNTANT, Role.CONTRACTOR}


def allowed(predicate, *ticket, is_active=True):
    return {role for role in Role if predicate(User(role=role, is_active=is_active), *ticket)}


@pytest.mark.parametrize(
    ("predicate", "status", "expected"),
    [
        (can_work, Status.OPEN, AGENTS | {Role.CONTRACTOR}),
        (can_work, Status.CLOSED, AGENTS | {Role.CONTRACTOR}),
        (can_note, Status.OPEN, STAFF),
        (can_watch, Status.OPEN, STAFF),
        (can_take_over, Status.OPEN, {Role.LINE_LEAD, Role.ADMINISTRATOR}),
        (can_answer, Status.OPEN, CUSTOMERS),
        (can_answer, Status.RESOLVED, CUSTOMERS),
        (can_answer, Status.CLOSED, set()),
        (can_close_own, Status.OPEN, CUSTOMERS),
        (can_close_own, Status.RESOLVED, set()),
        (can_reopen_own, Status.OPEN, set()),
        (can_reopen_own, Status.RESOLVED, CUSTOMERS),
    ],
)
def test_predicate_allows_exactly_these_roles(predicate, status, expected):
    assert allowed(predicate, Ticket(status=status)) == expected


def test_tickets_for_customers_are_opened_by_who_works_tickets_and_sees_customers():
    assert allowed(can_open_for_customer) == AGENTS


@pytest.mark.parametrize(
    "predicate", [can_work, can_note, can_watch, can_take_over, can_answer, can_close_own, can_reopen_own]
)
@pytest.mark.parametrize("status", Status.values)
def test_nobody_switched_off_may_do_anything(predicate, status):
    assert allowed(predicate, Ticket(status=status), is_active=False) == set()


def test_ensure_raises_only_when_it_is_not_allowed():
    ensure(True)

    with pytest.raises(NotAllowed, match="Your role does not allow this"):
        ensure(False)
