"""Addresses that answer a GET and are no page to look at, or whose page is walked under another address."""

PART = "a part of a page, walked with it"
FILE = "a file"
FOR_PROGRAMS = "for programs"
NONE_YET = "the demo has none of these; their list is walked"

NOT_WALKED = {
    "file": FILE,
    "live": FOR_PROGRAMS,
    "health": FOR_PROGRAMS,
    "metrics": FOR_PROGRAMS,
    "desk:people": PART,
    "desk:ticket_templates": PART,
    "desk:ticket_colleagues": PART,
    "people:person_panels": PART,
    "cabinet:manifest": FOR_PROGRAMS,
    "cabinet:worker": FOR_PROGRAMS,
    "cabinet:export_file": FILE,
    "cabinet:paper": FILE,
    "admin:mail_rawmail_source": FILE,
    "admin:directory_directoryperson_change": NONE_YET,
    "passkey": "looked at by tests/browser/test_security.py",
    "admin:accounts_invitation_change": NONE_YET,
    "admin:accounts_apitoken_change": NONE_YET,
    "admin:webhooks_event_change": NONE_YET,
    "admin:webhooks_hook_change": NONE_YET,
    "admin:notifications_breaker_change": NONE_YET,
    "admin:notifications_gateway_change": NONE_YET,
    "admin:notifications_teamchoice_change": NONE_YET,
    "admin:notifications_wording_change": NONE_YET,
    "notices:worker": FOR_PROGRAMS,
    "sso:discovery": FOR_PROGRAMS,
    "sso:jwks": FOR_PROGRAMS,
    "sso:saml_metadata": FOR_PROGRAMS,
    "sso:resumption": "it leads on by itself",
    "sso:departure": NONE_YET,
    "admin:sso_site_change": NONE_YET,
    "admin:sso_identityprovider_change": NONE_YET,
    "admin:sso_identityprovider_test": NONE_YET,
    "admin:sso_outsideidentity_change": NONE_YET,
    "admin:sso_logoutnotice_change": NONE_YET,
    "admin:search": PART,
    "admin:jsi18n": FOR_PROGRAMS,
    "admin:password_change_done": "nobody is led there: passwords are changed at the front door",
}
