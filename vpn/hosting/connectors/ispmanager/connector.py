"""Functions of `/ispmgr`, called by POST, so that no credential stands in an address.

Every answer is HTTP 200; `doc.error` says what was wrong. A row alone is an object where several are a list, and a
value is `{"$": "text"}`: both come of the conversion from XML.
"""

from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.core.errors import Refused
from vpn.hosting.connectors import asking
from vpn.hosting.connectors.base import MOST, Disk, Door, Given, Site, SiteCertificate, Wanted, new_password, tidy

PORTS = frozenset({1500})
MIB = 1024**2
GONE = {"value", "missed", "not_found", "missing"}
"""Kinds of errors by which a deletion says that there is nothing of that name."""


class IspManager:
    label = gettext_lazy("ISPmanager")
    example = "https://panel.shop.example:1500"
    secret_help = gettext_lazy("The password of an administrator of the panel.")
    options = ()

    def sound(self, address: str) -> str:
        return asking.sound_https(address.strip().rstrip("/").removesuffix("/ispmgr"), port=1500)

    def check(self, door: Door) -> str:
        _Session(door).call("admin")
        return str(self.label)

    def make_access(self, door: Door, wanted: Wanted) -> Given:
        """An administrator of its own; the panel knows no end of an account, so it ends by being removed."""
        password = new_password()
        _Session(door).call(
            "admin.edit",
            sok="ok",
            name=wanted.name,
            fullname=f"{wanted.person} (Helpdesk)",
            passwd=password,
            confirm=password,
        )
        return Given(login=wanted.name, secret=password, url=f"{door.address}/ispmgr")

    def remove_access(self, door: Door, name: str) -> None:
        session = _Session(door)
        if name in {text(each.get("name")) for each in session.rows("admin")}:
            try:
                session.call("admin.delete", elid=name)
            except asking.Unwanted as refusal:
                if refusal.code not in GONE:
                    raise

    def left_over(self, door: Door) -> str:
        return ""

    def sites(self, door: Door) -> list[Site]:
        return [
            Site(tidy(text(each.get("name"))), tidy(text(each.get("owner"))), text(each.get("active")) != "off")
            for each in _Session(door).rows("webdomain")[:MOST]
        ]

    def disk(self, door: Door) -> list[Disk]:
        """Of the users, in MiB as the panel has it."""
        found = []
        for each in _Session(door).rows("user")[:MOST]:
            used = asking.size(text(each.get("diskused")) or text(each.get("disk_used")), MIB)
            limit = asking.size(text(each.get("disklimit")) or text(each.get("disk_limit")), MIB)
            if used is not None:
                found.append(Disk(tidy(text(each.get("name"))), used, limit or None))
        return found

    def certificates(self, door: Door) -> list[SiteCertificate]:
        found = [
            (tidy(text(each.get("name"))), day(text(each.get("valid_after"))))
            for each in _Session(door).rows("sslcert")[:MOST]
        ]
        return [SiteCertificate(name, ends) for name, ends in found if ends is not None]


class _Session:
    """Signed in once (`func=auth`); the session ends by itself an hour later."""

    def __init__(self, door: Door) -> None:
        self.door = door
        signed_in = self._ask({"func": "auth", "username": door.login, "password": door.secret})
        auth = signed_in.get("auth")
        self.identifier = text(auth.get("$id")) or text(auth) if isinstance(auth, dict) else text(auth)
        if not self.identifier:
            raise asking.broken()

    def call(self, function: str, **parameters: str) -> dict[str, object]:
        return self._ask({"func": function, "auth": self.identifier, **parameters})

    def rows(self, function: str) -> list[dict[str, object]]:
        return asking.rows(self.call(function).get("elem"))

    def _ask(self, form: dict[str, str]) -> dict[str, object]:
        answer = asking.ask(self.door, "/ispmgr", ports=PORTS, form={"out": "json", "lang": "en", **form})
        document = asking.as_json(answer)
        inner = document.get("doc", document)
        if not isinstance(inner, dict):
            raise asking.broken()
        if error := inner.get("error"):
            raise _refusal(error)
        return inner


def _refusal(error: object) -> Refused:
    told = error if isinstance(error, dict) else {"msg": error}
    kind = text(told.get("$type"))
    if kind == "auth":
        return Refused(_("The panel does not accept the login or its secret, or not from this server's address."))
    return asking.unwanted(text(told.get("msg")) or kind, kind)


def text(value: object) -> str:
    """A value of the converted XML."""
    if isinstance(value, dict):
        value = value.get("$", "")
    return "" if value is None or isinstance(value, dict | list) else str(value)


def day(written: str) -> datetime | None:
    """A certificate's last day, `2026-11-30`."""
    try:
        return datetime.strptime(written[:10], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


CONNECTOR = IspManager()
