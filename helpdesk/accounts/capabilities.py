"""What may be done at all, in words for people, and which role may do it: as the program comes (`ROLES`), and as
administrators have decided since (`RoleRule`, known through `helpdesk.accounts.policy`)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts import policy
from helpdesk.accounts.enums import CUSTOMER_ROLES, Role


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
    SEE_ACCESS = "see_access"
    SEE_VAULT = "see_vault"
    KEEP_VAULT = "keep_vault"
    ISSUE_KEYS = "issue_keys"
    CONFIGURE = "configure"


class Group(StrEnum):
    """What capabilities are about, as they stand together on pages."""

    DOORS = "doors"
    TICKETS = "tickets"
    CUSTOMERS = "customers"
    KEYS = "keys"
    HOUSE = "house"


GROUPS: dict[Group, Any] = {
    Group.DOORS: _("Doors"),
    Group.TICKETS: _("Tickets"),
    Group.CUSTOMERS: _("Customers"),
    Group.KEYS: _("Keys and servers"),
    Group.HOUSE: _("The house"),
}


@dataclass(frozen=True, slots=True)
class CapabilityDescription:
    """What people read about a capability; `needs` is what makes no sense to be without."""

    label: Any
    description: Any
    group: Group
    needs: frozenset[Capability] = frozenset()


CAPABILITIES: dict[Capability, CapabilityDescription] = {
    Capability.ENTER_DESK: CapabilityDescription(
        _("Enter the desk"), _("Comes in at the staff's door and may write notes on what they see."), Group.DOORS
    ),
    Capability.ENTER_CABINET: CapabilityDescription(
        _("Enter the cabinet"), _("Comes in at the customers' door: files requests and follows them."), Group.DOORS
    ),
    Capability.ENTER_ADMIN: CapabilityDescription(
        _("Enter the administration"), _("Comes in at the administrators' door."), Group.DOORS
    ),
    Capability.SEE_ALL_TICKETS: CapabilityDescription(
        _("See every ticket"),
        _("Sees the tickets of every queue. Without it: those of granted queues, and what is assigned to them."),
        Group.TICKETS,
    ),
    Capability.WORK_TICKETS: CapabilityDescription(
        _("Work tickets"),
        _("Answers customers, assigns, changes status, team, tags and people of the tickets they see."),
        Group.TICKETS,
    ),
    Capability.TAKE_OVER_TICKETS: CapabilityDescription(
        _("Take over tickets"),
        _("Takes a ticket that a colleague has locked for themselves."),
        Group.TICKETS,
        frozenset({Capability.WORK_TICKETS}),
    ),
    Capability.SHARE_VIEWS: CapabilityDescription(
        _("Share views and templates"),
        _("Gives saved views and canned texts to a team or to everybody, and changes those of others."),
        Group.TICKETS,
        frozenset({Capability.SEE_ALL_TICKETS}),
    ),
    Capability.SEE_RAW_MAIL: CapabilityDescription(
        _("See raw mail"),
        _("Reads every mail as it came, also what became no ticket."),
        Group.TICKETS,
        frozenset({Capability.SEE_ALL_TICKETS}),
    ),
    Capability.SEE_ORGANISATION_TICKETS: CapabilityDescription(
        _("See the company's requests"),
        _("A customer who sees what every colleague of their organisation asks."),
        Group.TICKETS,
    ),
    Capability.SEE_CUSTOMERS: CapabilityDescription(
        _("See customers"), _("Sees every person and organisation of the address book."), Group.CUSTOMERS
    ),
    Capability.EDIT_CUSTOMERS: CapabilityDescription(
        _("Change customers"),
        _("Adds and changes people and organisations, and the notes about them."),
        Group.CUSTOMERS,
        frozenset({Capability.SEE_CUSTOMERS}),
    ),
    Capability.KEEP_ADDRESS_BOOK: CapabilityDescription(
        _("Keep the address book"),
        _("Merges people, brings in and takes out files of them, says who manages an organisation."),
        Group.CUSTOMERS,
        frozenset({Capability.EDIT_CUSTOMERS}),
    ),
    Capability.MANAGE_PEOPLE: CapabilityDescription(
        _("Manage the company's people"),
        _("A customer who invites colleagues into their organisation and removes them from it."),
        Group.CUSTOMERS,
    ),
    Capability.SEE_VAULT: CapabilityDescription(
        _("Open the access vault"),
        _("Sees every entry of customers' servers and panels, and reveals their secrets for a reason they name."),
        Group.KEYS,
        frozenset({Capability.SEE_CUSTOMERS}),
    ),
    Capability.KEEP_VAULT: CapabilityDescription(
        _("Keep the access vault"),
        _("Adds and changes its entries, grants them to others, and agrees to what two people must agree to."),
        Group.KEYS,
        frozenset({Capability.SEE_VAULT}),
    ),
    Capability.ISSUE_KEYS: CapabilityDescription(
        _("Issue VPN keys"),
        _("Issues, renews, blocks and revokes VPN keys, and decides about requests for them."),
        Group.KEYS,
    ),
    Capability.SEE_ACCESS: CapabilityDescription(
        _("See who sees what"),
        _("Reads who may see a ticket, what a person may see, and why."),
        Group.HOUSE,
        frozenset({Capability.SEE_ALL_TICKETS, Capability.SEE_CUSTOMERS}),
    ),
    Capability.SEE_JOURNAL: CapabilityDescription(
        _("Read the journal"),
        _("Reads who did what to everything, and takes it along as a file."),
        Group.HOUSE,
        frozenset({Capability.SEE_ALL_TICKETS}),
    ),
    Capability.CONFIGURE: CapabilityDescription(
        _("Configure"), _("Changes everything in the administration: people, roles, mailboxes, fields."), Group.HOUSE
    ),
}

OF_CUSTOMERS = frozenset({Capability.ENTER_CABINET, Capability.SEE_ORGANISATION_TICKETS, Capability.MANAGE_PEOPLE})
"""What only customers may have, and all they may have."""
ONLY_OF_ADMINISTRATORS = frozenset({Capability.ENTER_ADMIN, Capability.CONFIGURE, Capability.ISSUE_KEYS})
ALWAYS_OF_ADMINISTRATORS = frozenset({Capability.ENTER_ADMIN, Capability.CONFIGURE, Capability.ENTER_DESK})
NEVER_OF_CONTRACTORS = frozenset(
    {
        Capability.SEE_ALL_TICKETS,
        Capability.SEE_CUSTOMERS,
        Capability.EDIT_CUSTOMERS,
        Capability.KEEP_ADDRESS_BOOK,
        Capability.SHARE_VIEWS,
        Capability.SEE_RAW_MAIL,
        Capability.SEE_JOURNAL,
        Capability.SEE_ACCESS,
        Capability.SEE_VAULT,
        Capability.KEEP_VAULT,
    }
)


@dataclass(frozen=True, slots=True)
class RoleDescription:
    """What people read about a role, and what it may do."""

    role: Role
    description: Any
    capabilities: frozenset[Capability]


_DESK = frozenset({Capability.ENTER_DESK})
_STAFF = _DESK | {Capability.SEE_ALL_TICKETS, Capability.SEE_CUSTOMERS}
_ANSWERING = _STAFF | {Capability.WORK_TICKETS, Capability.EDIT_CUSTOMERS}
_AGENT = _ANSWERING | {Capability.SEE_VAULT}
_SALES = _ANSWERING | {Capability.KEEP_ADDRESS_BOOK}
_PROJECT_MANAGER = _AGENT | {Capability.KEEP_ADDRESS_BOOK, Capability.KEEP_VAULT}
_LEAD = _PROJECT_MANAGER | {Capability.SHARE_VIEWS, Capability.TAKE_OVER_TICKETS, Capability.SEE_ACCESS}
_ADMINISTRATOR = _LEAD | ONLY_OF_ADMINISTRATORS | {Capability.SEE_RAW_MAIL, Capability.SEE_JOURNAL}

ROLES: dict[str, RoleDescription] = {
    description.role: description
    for description in (
        RoleDescription(Role.AGENT, _("Answers customers and works every queue."), _AGENT),
        RoleDescription(Role.LINE_LEAD, _("An agent who also leads a line and shares views with others."), _LEAD),
        RoleDescription(Role.PROJECT_MANAGER, _("Plans work with customers and answers them."), _PROJECT_MANAGER),
        RoleDescription(Role.SALES, _("Talks with customers about orders and answers them."), _SALES),
        RoleDescription(Role.ACCOUNTANT, _("Reads every ticket; writes notes, not answers."), _STAFF),
        RoleDescription(
            Role.CONTRACTOR,
            _("Staff of another company: sees and works only the queues granted to them."),
            _DESK | {Capability.WORK_TICKETS},
        ),
        RoleDescription(
            Role.ADMINISTRATOR,
            _("Configures everything and may do whatever an agent may."),
            _ADMINISTRATOR,
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


def always(role: str) -> frozenset[Capability]:
    """What nobody can take from the role."""
    if role == Role.ADMINISTRATOR:
        return ALWAYS_OF_ADMINISTRATORS
    return frozenset({Capability.ENTER_CABINET if role in CUSTOMER_ROLES else Capability.ENTER_DESK})


def never(role: str) -> dict[Capability, Any]:
    """What nobody can give to the role, each with the reason."""
    if role in CUSTOMER_ROLES:
        reasons = dict.fromkeys(frozenset(Capability) - OF_CUSTOMERS, _("Only staff may have this."))
        manages = {Capability.MANAGE_PEOPLE: _("Make the person a customer manager instead.")}
        return reasons | (manages if role == Role.CUSTOMER else {})
    reasons = dict.fromkeys(OF_CUSTOMERS, _("Only customers may have this."))
    if role != Role.ADMINISTRATOR:
        reasons |= dict.fromkeys(ONLY_OF_ADMINISTRATORS, _("Make the person an administrator instead."))
    if role == Role.CONTRACTOR:
        reasons |= dict.fromkeys(NEVER_OF_CONTRACTORS, _("Contractors see nothing but what is granted to them."))
    return reasons


def capabilities_of(role: str) -> frozenset[str]:
    """What the role may do now. An unknown role may do nothing."""
    description = ROLES.get(role)
    if description is None:
        return frozenset()
    rule = policy.rule_of(role)
    return description.capabilities if rule is None or rule.capabilities is None else rule.capabilities


def role_has(role: str, capability: Capability) -> bool:
    """Whether the role may do this now. No statement, save where this process has not looked for seconds."""
    return capability in capabilities_of(role)


def role_requires_mfa(role: str) -> bool:
    """Whether people of the role must sign in with a second factor."""
    rule = policy.rule_of(role)
    return rule is not None and rule.requires_mfa
