"""Configuring people: who they are, what they may do, which keys they hold."""

from helpdesk.accounts.admin.invitations import InvitationAdmin
from helpdesk.accounts.admin.keys import ApiTokenAdmin
from helpdesk.accounts.admin.organisations import OrganisationAdmin, TeamAdmin
from helpdesk.accounts.admin.people import ContactPointAdmin, UserAdmin

__all__ = ["ApiTokenAdmin", "ContactPointAdmin", "InvitationAdmin", "OrganisationAdmin", "TeamAdmin", "UserAdmin"]
