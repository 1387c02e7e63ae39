"""What may be done at all, and which role may do it. Code, not rows: a role means the same on every installation."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.enums import Role


class Capability(StrEnum):
    ENTER_DESK = "enter_desk"
    ENTER_ADMIN = "enter_admin"
    ENTER_CABINET = "enter_cabinet"
    SEE_ALL_TICKETS = "see_all_tickets"
    SEE_ORGANISATION_TICKETS = "see_organisation_tickets"
    MANAGE_PEOPLE = "manage_people"
    WORK_TICKETS = "work_tickets"
    SEE_CUSTOMERS = "see_customers"
    EDIT_CUSTOMERS = "edit_customers"
    KEEP_ADDRESS_BOOK = "keep_address_book"
    SEE_RAW_MAIL = "see_raw_mail"
    SHARE_VIEWS = "share_views"
    TAKE_OVER_TICKETS = "take_over_tickets"
    SEE_JOURNAL = "see_journal"
    CONFIGURE = "configure"


@dataclass(frozen=True, slots=True)
class RoleDescription:
    """What people read about a role, and what it may do."""

    role: Role
    description: Any
    capabilities: frozenset[Capability]


_DESK = frozenset({Capability.ENTER_DESK})
_STAFF = _DESK | {Capability.SEE_ALL_TICKETS, Capability.SEE_CUSTOMERS}
_AGENT = _STAFF | {Capability.WORK_TICKETS, Capability.EDIT_CUSTOMERS}
_KEEPER = _AGENT | {Capability.KEEP_ADDRESS_BOOK}
_LEAD = _KEEPER | {Capability.SHARE_VIEWS, Capability.TAKE_OVER_TICKETS}

ROLES: dict[str, RoleDescription] = {
    description.role: description
    for description in (
        RoleDescription(Role.AGENT, _("Answers customers and works every queue."), _AGENT),
        RoleDescription(Role.LINE_LEAD, _("An agent who also leads a line and shares views with others."), _LEAD),
        RoleDescription(Role.PROJECT_MANAGER, _("Plans work with customers and answers them."), _KEEPER),
        RoleDescription(Role.SALES, _("Talks with customers about orders and answers them."), _KEEPER),
        RoleDescription(Role.ACCOUNTANT, _("Reads every ticket; writes notes, not answers."), _STAFF),
        RoleDescription(
            Role.CONTRACTOR,
            _("Staff of another company: sees and works only the queues granted to them."),
            _DESK | {Capability.WORK_TICKETS},
        ),
        RoleDescription(
            Role.ADMINISTRATOR,
            _("Configures everything and may do whatever an agent may."),
            _LEAD | {Capability.ENTER_ADMIN, Capability.CONFIGURE, Capability.SEE_RAW_MAIL, Capability.SEE_JOURNAL},
        ),
        RoleDescription(
            Role.CUSTOMER, _("Files requests and follows their own."), frozenset({Capability.ENTER_CABINET})
        ),
        RoleDescription(
            Role.CUSTOMER_MANAGER,
            _("A customer who follows every request of their organisation and manages its people."),
            frozenset({Capability.ENTER_CABINET, Capability.SEE_ORGANISATION_TICKETS, Capability.MANAGE_PEOPLE}),
        ),
    )
}


def role_has(role: str, capability: Capability) -> bool:
    """Whether the role maps to the capability. An unknown role may do nothing."""
    description = ROLES.get(role)
    return description is not None and capability in description.capabilities


def role_requires_mfa(role: str) -> bool:
    """Whether people of the role need a second factor."""
    return False
