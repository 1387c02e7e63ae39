"""What an entry of a directory says of a person, whatever it is that the server sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from helpdesk.accounts.actions.details import normal_contact
from helpdesk.accounts.directory.connecting import Attributes, normal_dn
from helpdesk.accounts.directory.enums import Kind, Out
from helpdesk.accounts.directory.models import Directory
from helpdesk.accounts.enums import ContactKind
from helpdesk.core.errors import Refused
from helpdesk.core.sanitising import clean_name

ACCOUNTDISABLE = 0x2
"""https://learn.microsoft.com/en-us/troubleshoot/windows-server/active-directory/useraccountcontrol-manipulate-account-properties"""
NEVER = frozenset({0, 0x7FFFFFFFFFFFFFFF})
FILETIME_BEGINS = datetime(1601, 1, 1, tzinfo=UTC)
LOCKED_FOR_GOOD = "000001010000Z"
"""draft-behera-ldap-password-policy-11, 5.3.3: an administrator locked the account. Any other time comes of wrong
passwords, which strangers can type: it passes, and puts nobody out."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_ADDRESSES = 10


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """One person as the directory has them. `groups` are normal DNs; `out` says why they may not come in, empty when
    they may; `emails` are in lower case, in the order the server sent them; `changed` is the server's own time."""

    uid: str
    dn: str
    login: str
    name: str
    emails: tuple[str, ...]
    phone: str
    language: str
    title: str
    groups: frozenset[str]
    out: str
    changed: str

    @property
    def who(self) -> str:
        """How a report names them."""
        return self.login or self.name or self.dn


def read_entry(directory: Directory, dn: str, attributes: Attributes) -> PersonEntry | None:
    """The person of an entry; None without a stable id, by which alone people are known."""
    uid = _id(attributes.get(directory.id_attribute.lower(), []))
    if not uid:
        return None

    def text(attribute: str) -> str:
        return next(iter(_texts(attributes, attribute)), "")

    login = clean_name(text(directory.login_attribute))[:200]
    emails = _addresses(attributes, directory.email_attribute)
    name = clean_name(text(directory.name_attribute))[:200]
    return PersonEntry(
        uid=uid,
        dn=dn[:1000],
        login=login,
        name=name or login or (emails[0].partition("@")[0] if emails else uid),
        emails=emails,
        phone=_phone(text(directory.phone_attribute)),
        language=_language(text(directory.language_attribute)),
        title=clean_name(text(directory.title_attribute))[:200],
        groups=frozenset(map(normal_dn, _texts(attributes, directory.groups_attribute))),
        out=_standing(directory, attributes),
        changed=text(directory.changed_attribute)[:40],
    )


def _id(values: list[bytes]) -> str:
    """A binary GUID (16 bytes, the first three fields little-endian: MS-DTYP 2.3.4.2) or a UUID as text; anything else
    as it is, binary as hexadecimal digits."""
    if not values or not values[0]:
        return ""
    try:
        written = values[0].decode("ascii").strip()
        return str(UUID(written)) if len(written) == 36 else clean_name(written)[:200]
    except ValueError:
        return str(UUID(bytes_le=values[0])) if len(values[0]) == 16 else values[0].hex()[:200]


def _texts(attributes: Mapping[str, list[bytes]], name: str) -> list[str]:
    """The values that are text (UTF-8, RFC 4511 4.1.2); binary garbage counts as missing."""
    found = []
    for value in attributes.get(name.lower(), []) if name else []:
        try:
            found.append(value.decode().strip())
        except UnicodeDecodeError:
            continue
    return [text for text in found if text]


def _addresses(attributes: Attributes, name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in _texts(attributes, name)[:MOST_ADDRESSES]:
        address = text.lower()
        try:
            validate_email(address)
        except ValidationError:
            continue
        if len(address) <= 254:
            found[address] = None
    return tuple(found)


def _phone(text: str) -> str:
    try:
        return normal_contact(ContactKind.PHONE, text)[:254] if text else ""
    except Refused:
        return ""


def _language(text: str) -> str:
    """The first of ours that is named (RFC 2798, 2.7: written as in Accept-Language)."""
    ours = dict(settings.LANGUAGES)
    for part in text.split(",")[:10]:
        code = part.partition(";")[0].strip().lower().replace("_", "-").partition("-")[0]
        if code in ours:
            return code
    return ""


def _standing(directory: Directory, attributes: Attributes) -> str:
    """Why the directory does not let the person in; empty when it does."""
    if directory.kind == Kind.ACTIVE_DIRECTORY:
        if _number(attributes, "userAccountControl") & ACCOUNTDISABLE:
            return Out.DISABLED
        return Out.EXPIRED if _has_expired(_number(attributes, "accountExpires")) else ""
    if LOCKED_FOR_GOOD in _texts(attributes, "pwdAccountLockedTime"):
        return Out.DISABLED
    if "true" in [text.lower() for text in _texts(attributes, "nsAccountLock")]:
        return Out.DISABLED
    days = _number(attributes, "shadowExpire", missing=-1)
    is_over = 0 <= days < 1_000_000 and EPOCH + timedelta(days=days) <= timezone.now()
    return Out.EXPIRED if is_over else ""


def _number(attributes: Attributes, name: str, *, missing: int = 0) -> int:
    text = next(iter(_texts(attributes, name)), "")
    return int(text) if text.removeprefix("-").isdecimal() and len(text) <= 20 else missing


def _has_expired(filetime: int) -> bool:
    """100-nanosecond steps since 1601."""
    if filetime in NEVER or filetime < 0:
        return False
    try:
        return FILETIME_BEGINS + timedelta(microseconds=filetime // 10) <= timezone.now()
    except OverflowError:
        return False
