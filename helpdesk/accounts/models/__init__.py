from helpdesk.accounts.models.access import ApiToken, Attempt, SignInLink
from helpdesk.accounts.models.browser import KnownBrowser, OpenSession, Refusal
from helpdesk.accounts.models.contact import ContactPoint
from helpdesk.accounts.models.erasure import Erasure
from helpdesk.accounts.models.invitation import Invitation
from helpdesk.accounts.models.merger import Merger
from helpdesk.accounts.models.note import Note
from helpdesk.accounts.models.organisation import Organisation
from helpdesk.accounts.models.role import RoleRule
from helpdesk.accounts.models.sheet import Export, Import, ImportRow
from helpdesk.accounts.models.team import Grant, Team
from helpdesk.accounts.models.user import User, UserQuerySet

__all__ = [
    "ApiToken",
    "Attempt",
    "ContactPoint",
    "Erasure",
    "Export",
    "Grant",
    "Import",
    "ImportRow",
    "Invitation",
    "KnownBrowser",
    "Merger",
    "Note",
    "OpenSession",
    "Organisation",
    "Refusal",
    "RoleRule",
    "SignInLink",
    "Team",
    "User",
    "UserQuerySet",
]
