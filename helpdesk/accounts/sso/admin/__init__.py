"""Single sign-on's pages of the admin: sites, identity providers, and notices that sites did not take."""

from helpdesk.accounts.sso.admin.providers import IdentityProviderAdmin, OutsideIdentityAdmin
from helpdesk.accounts.sso.admin.sites import LogoutNoticeAdmin, SiteAdmin

__all__ = ["IdentityProviderAdmin", "LogoutNoticeAdmin", "OutsideIdentityAdmin", "SiteAdmin"]
