"""A door on port 2083 is one account of cPanel (UAPI), any other is WHM (WHM API 1). The secret is an API token.

An account gives its members a *team user*, which ends by itself at its time as well (`expire_date`). WHM without an
account named has nothing of the kind: there a link signs one in once (`create_user_session`).
"""

from urllib.parse import urlsplit

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

PORTS = frozenset({2083, 2087})
OWN = ("main_domain", "addon_domains", "sub_domains", "parked_domains")
MIB = 1024**2


class CPanel:
    label = gettext_lazy("cPanel & WHM")
    example = "https://panel.shop.example:2087"
    secret_help = gettext_lazy("An API token: of WHM on port 2087, of one account of cPanel on port 2083.")
    options = (
        Option(
            "account",
            gettext_lazy("Account of cPanel"),
            gettext_lazy("WHM alone: the account whose team gets the temporary users. Without one a link is given."),
        ),
    )

    def sound(self, address: str) -> str:
        return asking.sound_https(address, port=2087)

    def check(self, door: Door) -> str:
        if _is_account(door):
            return f"cPanel {tidy(_uapi(door, 'Variables', 'get_server_information').get('version', ''))}".strip()
        return f"WHM {tidy(_whm(door, 'version').get('version', ''))}".strip()

    def make_access(self, door: Door, wanted: Wanted) -> Given:
        if not _is_account(door) and not door.options.get("account"):
            return _link(door)
        password = new_password()
        made = {
            "user": wanted.name,
            "email1": wanted.email,
            "password": password,
            "roles": "administrator",
            "expire_date": str(int(wanted.until.timestamp())),
            "expire_reason": "Helpdesk",
        }
        _uapi(door, "Team", "add_team_user", **made)
        owner = door.login if _is_account(door) else door.options["account"]
        domain = str(_uapi(door, "DomainInfo", "list_domains").get("main_domain", ""))
        host = urlsplit(door.address).hostname
        return Given(login=f"{wanted.name}@{tidy(domain) or owner}", secret=password, url=f"https://{host}:2083/")

    def remove_access(self, door: Door, name: str) -> None:
        """A link is no account: nothing is left of it that could be removed."""
        if not _is_account(door) and not door.options.get("account"):
            return
        members = asking.rows(_uapi_data(door, "Team", "list_team"))
        if name in {str(each.get("username", each.get("user", ""))).partition("@")[0] for each in members}:
            _uapi(door, "Team", "remove_team_user", user=name)

    def left_over(self, door: Door) -> str:
        """WHM API 1 has no function that ends a session of `create_user_session`."""
        if _is_account(door) or door.options.get("account"):
            return ""
        return _(
            "WHM gives a link, and a session that was opened by it can't be ended from here: it ends 15 minutes after "
            "the last click over there."
        )

    def sites(self, door: Door) -> list[Site]:
        if _is_account(door):
            told = _uapi(door, "DomainInfo", "list_domains")
            named = [each for key in OWN for each in _as_list(told.get(key))]
            return [Site(tidy(each), door.login) for each in named[:MOST]]
        return [
            Site(tidy(each.get("domain", "")), tidy(each.get("user", "")), not asking.number(each.get("suspended", 0)))
            for each in _accounts(door)[:MOST]
        ]

    def disk(self, door: Door) -> list[Disk]:
        if _is_account(door):
            told = _uapi(door, "Quota", "get_quota_info")
            used, limit = asking.size(told.get("megabytes_used"), MIB), asking.size(told.get("megabyte_limit"), MIB)
            return [] if used is None else [Disk(door.login, used, limit or None)]
        found = [
            (
                tidy(each.get("user", "")),
                asking.size(each.get("diskused"), MIB),
                asking.size(each.get("disklimit"), MIB),
            )
            for each in _accounts(door)[:MOST]
        ]
        return [Disk(name, used, limit or None) for name, used, limit in found if used is not None]

    def certificates(self, door: Door) -> list[SiteCertificate]:
        if _is_account(door):
            listed = asking.rows(_uapi_data(door, "SSL", "installed_hosts"))
            found = [(each.get("servername", ""), each.get("certificate")) for each in listed]
        else:
            listed = asking.rows(_whm(door, "fetch_ssl_vhosts").get("vhosts"))
            found = [(each.get("servername", ""), each.get("crt")) for each in listed]
        dated = [
            (tidy(name), asking.moment(certificate.get("not_after")))
            for name, certificate in found[:MOST]
            if isinstance(certificate, dict)
        ]
        return [SiteCertificate(name, ends) for name, ends in dated if ends is not None]


def _is_account(door: Door) -> bool:
    return urlsplit(door.address).port == 2083 or door.options.get("kind") == "cpanel"


def _accounts(door: Door) -> list[dict[str, object]]:
    return asking.rows(_whm(door, "listaccts").get("acct"))


def _link(door: Door) -> Given:
    """https://api.docs.cpanel.net/specifications/whm.openapi/session/create_user_session. Where it leads is the panel's
    word: another host than ours is refused, or a panel could lead people to a page that only looks like itself."""
    told = _whm(door, "create_user_session", user=door.login, service="whostmgrd")
    url = str(told.get("url", ""))
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise asking.broken() from error
    if parts.scheme != "https" or parts.hostname != urlsplit(door.address).hostname or not url.isprintable():
        raise Refused(_("The panel gives a link to another host than its own: it is not passed on."))
    return Given(
        login=door.login, url=url, note=_("The link works once; its session ends 15 minutes after the last click.")
    )


def _whm(door: Door, function: str, **parameters: str) -> dict[str, object]:
    """`data` of the answer. Raises Refused when `metadata.result` is not 1."""
    headers = {"Authorization": f"whm {door.login}:{door.secret}"}
    form = {"api.version": "1", **parameters}
    document = asking.as_json(asking.ask(door, f"/json-api/{function}", ports=PORTS, headers=headers, form=form))
    metadata, told = document.get("metadata"), document.get("data", {})
    if not isinstance(metadata, dict):
        raise asking.unwanted(document.get("statusmsg") or document.get("error") or _("no answer of API 1"))
    if str(metadata.get("result")) != "1":
        raise asking.unwanted(metadata.get("reason", ""))
    return told if isinstance(told, dict) else {}


def _uapi(door: Door, module: str, function: str, **parameters: str) -> dict[str, object]:
    told = _uapi_data(door, module, function, **parameters)
    return told if isinstance(told, dict) else {}


def _uapi_data(door: Door, module: str, function: str, **parameters: str) -> object:
    """`data` of UAPI, as the account itself or, for WHM, in its name. Raises Refused when `status` is not 1."""
    if _is_account(door):
        headers = {"Authorization": f"cpanel {door.login}:{door.secret}"}
        path = f"/execute/{module}/{function}"
        document = asking.as_json(asking.ask(door, path, ports=PORTS, headers=headers, form=parameters))
        result = document.get("result", document)
    else:
        names = {"cpanel.user": door.options["account"], "cpanel.module": module, "cpanel.function": function}
        result = _whm(door, "uapi_cpanel", **names, **parameters).get("uapi")
    if not isinstance(result, dict):
        raise asking.broken()
    if str(result.get("status")) != "1":
        raise asking.unwanted(" ".join(str(each) for each in _as_list(result.get("errors"))))
    return result.get("data")


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value] if value else []


CONNECTOR = CPanel()
