from helpdesk.accounts.sso.models.key import SigningKey
from helpdesk.accounts.sso.models.provider import Assertion, IdentityProvider, OutsideIdentity, RoleMapping
from helpdesk.accounts.sso.models.site import Consent, Site
from helpdesk.accounts.sso.models.visit import AuthorizationCode, LogoutNotice, Subject, Visit

__all__ = [
    "Assertion",
    "AuthorizationCode",
    "Consent",
    "IdentityProvider",
    "LogoutNotice",
    "OutsideIdentity",
    "RoleMapping",
    "SigningKey",
    "Site",
    "Subject",
    "Visit",
]
