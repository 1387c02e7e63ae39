"""A temporary access is a login key of the door's own account: the panel itself ends it, may keep it to some commands,
and takes it away after its end. Answers are form-encoded text; a page of HTML says that nobody is signed in.
"""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.core.errors import Refused
from vpn.hosting.connectors import asking
from vpn.hosting.connectors.base import (
    MOST,
    Disk,
    Door,
    Given,
    Option,
    Site,
    SiteCertificate,
    Wanted,
    new_password,
    tidy,
)

PORTS = frozenset({2222})
MIB = 1024**2
NEVER = ("CMD_LOGIN_KEYS", "CMD_API_LOGIN_KEYS", "CMD_PASSWD", "CMD_API_USER_PASSWD")
"""What no temporary key may do: make itself a permanent one."""
Told = dict[str, list[str]]


class DirectAdmin:
    label = gettext_lazy("DirectAdmin")
    example = "https://panel.shop.example:2222"
    secret_help = gettext_lazy("The password of the account, or a login key that may make login keys.")
    options = (
        Option(
            "commands",
            gettext_lazy("Allowed commands"),
            gettext_lazy("What the temporary key may do, such as ALL_USER or CMD_FILE_MANAGER, with spaces between."),
        ),
    )

    def sound(self, address: str) -> str:
        return asking.sound_https(address, port=2222)

    def check(self, door: Door) -> str:
        _call(door, "CMD_API_LOGIN_TEST")
        return str(self.label)

    def make_access(self, door: Door, wanted: Wanted) -> Given:
        password = new_password()
        allowed = door.options.get("commands", "").split() or ["ALL_USER"]
        _call(
            door,
            "CMD_API_LOGIN_KEYS",
            action="create",
            keyname=wanted.name,
            key=password,
            key2=password,
            never_expires="no",
            **_expiry(wanted.until),
            max_uses="0",
            clear_key="yes",
            allow_htm="yes",
            passwd=door.secret,
            **{f"select_allow{place}": each for place, each in enumerate(allowed)},
            **{f"select_deny{place}": each for place, each in enumerate(NEVER)},
        )
        return Given(login=door.login, secret=password, url=f"{door.address}/")

    def remove_access(self, door: Door, name: str) -> None:
        if name in _call(door, "CMD_API_LOGIN_KEYS").get("list[]", []):
            _call(door, "CMD_API_LOGIN_KEYS", action="select", delete="Delete", select0=name)

    def left_over(self, door: Door) -> str:
        return ""

    def sites(self, door: Door) -> list[Site]:
        listed = _call(door, "CMD_API_SHOW_DOMAINS").get("list[]", [])
        return [Site(tidy(each), door.login) for each in listed[:MOST]]

    def disk(self, door: Door) -> list[Disk]:
        """In MiB; the limit is "unlimited" or a number."""
        asked = {"user": door.login}
        used = asking.size(_first(_read(door, "CMD_API_SHOW_USER_USAGE", asked), "quota"), MIB)
        limit = asking.size(_first(_read(door, "CMD_API_SHOW_USER_CONFIG", asked), "quota"), MIB)
        return [] if used is None else [Disk(door.login, used, limit or None)]

    def certificates(self, door: Door) -> list[SiteCertificate]:
        """As the sites show them: the panel would hand over the private keys with them (`CMD_API_SSL`)."""
        return asking.shown_certificates(self.sites(door))


def _expiry(until: datetime) -> dict[str, str]:
    """The fields of the panel's own form, which it reads in a time zone that we don't know: late enough for all of
    them. To the minute it is ended by us."""
    until += timedelta(hours=14)
    return {
        "month": f"{until.month}",
        "day": f"{until.day}",
        "year": f"{until.year}",
        "hour": f"{until.hour}",
        "minute": f"{until.minute}",
    }


def _read(door: Door, command: str, query: dict[str, str]) -> Told:
    return _told(asking.ask(door, f"/{command}?{urlencode(query)}", ports=PORTS, headers=asking.basic(door)).body)


def _call(door: Door, command: str, **form: str) -> Told:
    answer = asking.ask(door, f"/{command}", ports=PORTS, headers=asking.basic(door), form=form or None)
    return _told(answer.body)


def _told(body: bytes) -> Told:
    """Raises Refused for `error=1&text=…&details=…` and for the page to sign in."""
    text = body.decode("utf-8", "replace")
    if text.lstrip()[:1] == "<":
        raise Refused(_("The panel does not accept the login or its secret, or not from this server's address."))
    try:
        told = parse_qs(text.strip(), keep_blank_values=True, max_num_fields=20_000)
    except ValueError as error:
        raise asking.broken() from error
    if _first(told, "error") not in {"", "0"}:
        raise asking.unwanted(f"{_first(told, 'text')} {_first(told, 'details')}")
    return told


def _first(told: Told, name: str) -> str:
    return told.get(name, [""])[0]


CONNECTOR = DirectAdmin()
