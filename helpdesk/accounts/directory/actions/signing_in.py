"""Signing in with a password that a directory keeps."""

import structlog
from django.core.cache import cache
from django.db import IntegrityError
from django.utils.translation import gettext as _

from helpdesk.accounts.directory.actions.applying import WRITTEN, apply
from helpdesk.accounts.directory.connecting import connected, missing
from helpdesk.accounts.directory.enums import Deed
from helpdesk.accounts.directory.faults import DirectoryFault
from helpdesk.accounts.directory.models import Directory
from helpdesk.accounts.directory.planning import Known, Rules, plan
from helpdesk.accounts.directory.reading import find
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused

log = structlog.get_logger(__name__)
REST_SECONDS = 15
"""After it was away a directory isn't asked for so long: everybody who waits for it holds up others."""
LONGEST_LOGIN = 254
NOBODY = "cn=nobody"


class DirectoryAway(Refused):
    """Whether the password is right can't be known just now."""


class NotLinked(Refused):
    """The password is right, and the account here is another one's until an administrator says otherwise."""


def sign_in(*, login: str, password: str) -> User | None:
    """The active person whom a directory knows by this name or address and password, added or brought up to date on the
    way; None when none does. Nobody loses their access here.

    Raises DirectoryAway when a directory could not be asked and no other knew them, NotLinked.
    """
    login = login.strip()
    if not login or not password or len(login) > LONGEST_LOGIN or "\0" in login + password:
        return None
    away: Directory | None = None
    for directory in Directory.objects.active():
        try:
            found = _ask(directory, login, password)
        except DirectoryFault as fault:
            log.warning("directory_sign_in", directory=directory.pk, fault=fault.kind)
            away = directory
            continue
        if found is not None:
            return found
    if away is not None:
        words = _("The directory “%(name)s” does not answer just now. Try again in a minute.")
        raise DirectoryAway(words % {"name": away.name})
    return None


def _ask(directory: Directory, login: str, password: str) -> User | None:
    """Raises DirectoryFault when the directory can't be asked, NotLinked."""
    if missing():
        raise DirectoryFault("extra")
    resting = f"directory-away:{directory.pk}"
    if cache.get(resting):
        raise DirectoryFault("busy", detail="resting")
    rules = Rules.of(directory)
    try:
        with connected(directory) as connection:
            entry = find(connection, login, rules.rules)
            # Who is not known costs as many questions as who is.
            dn = entry.dn if entry is not None else f"{NOBODY},{directory.person_bases[0]}"
            is_right = connection.accepts(dn, password) and entry is not None
    except DirectoryFault as fault:
        if fault.is_away:
            cache.set(resting, True, REST_SECONDS)
        raise
    if entry is None or not is_right:
        return None
    known = Known.of(directory, [entry], rules, whole=False)
    [change] = plan(directory, [entry], rules, known, whole=False)
    if change.out or entry.out:
        return None
    if change.deed == Deed.SKIPPED and change.user is None:
        raise NotLinked(
            _("Your address belongs to an account that is here already. Ask an administrator to link the two.")
        )
    if change.deed in WRITTEN:
        try:
            apply(directory=directory, changes=[change], rules=rules)
        except IntegrityError:
            raise NotLinked(_("Somebody has just taken your address here. Ask an administrator.")) from None
    user = change.user
    return user if user is not None and user.is_active else None
