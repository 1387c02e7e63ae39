"""What is usual for each kind of server; fills what an administrator leaves empty.

https://learn.microsoft.com/en-us/windows/win32/adschema/attributes-all
https://learn.microsoft.com/en-us/windows/win32/adsi/search-filter-syntax
"""

from helpdesk.accounts.directory.enums import Kind, Membership

PRESETS: dict[str, dict[str, str]] = {
    Kind.OPENLDAP: {
        "person_filter": "(objectClass=inetOrgPerson)",
        "group_filter": "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))",
        "membership": Membership.MEMBER_OF.value,
        "id_attribute": "entryUUID",
        "login_attribute": "uid",
        "name_attribute": "cn",
        "email_attribute": "mail",
        "phone_attribute": "telephoneNumber",
        "language_attribute": "preferredLanguage",
        "title_attribute": "title",
        "groups_attribute": "memberOf",
        "members_attribute": "member",
        "changed_attribute": "modifyTimestamp",
    },
    Kind.ACTIVE_DIRECTORY: {
        "person_filter": "(&(objectCategory=person)(objectClass=user))",
        "group_filter": "(objectCategory=group)",
        "membership": Membership.NESTED.value,
        "id_attribute": "objectGUID",
        "login_attribute": "sAMAccountName",
        "name_attribute": "displayName",
        "email_attribute": "mail",
        "phone_attribute": "telephoneNumber",
        "language_attribute": "preferredLanguage",
        "title_attribute": "title",
        "groups_attribute": "memberOf",
        "members_attribute": "member",
        "changed_attribute": "whenChanged",
    },
}

FURTHER_LOGINS: dict[str, tuple[str, ...]] = {
    Kind.OPENLDAP: (),
    Kind.ACTIVE_DIRECTORY: ("userPrincipalName",),
}
"""Attributes that people sign in with besides their login name and address."""

STANDING: dict[str, tuple[str, ...]] = {
    Kind.OPENLDAP: ("pwdAccountLockedTime", "shadowExpire", "nsAccountLock"),
    Kind.ACTIVE_DIRECTORY: ("userAccountControl", "accountExpires"),
}
"""Attributes that say whether an account is disabled or has expired."""


def usual(kind: str, name: str) -> str:
    """What a field of a directory of this kind is where nobody says otherwise."""
    return PRESETS[kind][name]
