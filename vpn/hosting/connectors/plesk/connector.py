"""The secret is an API key (`X-API-Key`) when the door has no login, else the administrator's password.

A temporary account is an additional administrator (`admin_alias`) by the gate to the command line. Disk usage is told
by XML API alone. The panel does not say when certificates end: the sites themselves are asked.
"""

import json

from django.utils.translation import gettext_lazy
from lxml import etree

from helpdesk.core import outgoing
from vpn.hosting.connectors import asking
from vpn.hosting.connectors.base import MOST, Disk, Door, Given, Site, SiteCertificate, Wanted, new_password, tidy

PORTS = frozenset({8443})
DISK_USAGE = b"""<?xml version="1.0" encoding="UTF-8"?>
<packet><webspace><get><filter/><dataset><gen_info/><disk_usage/></dataset></get></webspace></packet>"""
NO_SUCH = ("does not exist", "not found", "unable to find")


class Plesk:
    label = gettext_lazy("Plesk")
    example = "https://panel.shop.example:8443"
    secret_help = gettext_lazy("An API key, with the login left empty; or the administrator's password.")
    options = ()

    def sound(self, address: str) -> str:
        return asking.sound_https(address, port=8443)

    def check(self, door: Door) -> str:
        told = asking.as_json(_rest(door, "/server"))
        return f"Plesk {tidy(told.get('panel_version', ''))}".strip()

    def make_access(self, door: Door, wanted: Wanted) -> Given:
        """The panel knows no end of an account, so it ends by being removed."""
        password = new_password()
        contact = f"{wanted.person} (Helpdesk)"
        given = ["--create", wanted.name, "-passwd", password, "-email", wanted.email, "-contact", contact]
        _command(door, "admin_alias", *given)
        return Given(login=wanted.name, secret=password, url=f"{door.address}/")

    def remove_access(self, door: Door, name: str) -> None:
        try:
            _command(door, "admin_alias", "--remove", name)
        except asking.Unwanted as refusal:
            if not any(words in str(refusal).lower() for words in NO_SUCH):
                raise

    def left_over(self, door: Door) -> str:
        return ""

    def sites(self, door: Door) -> list[Site]:
        listed = asking.rows(asking.any_json(_rest(door, "/domains")))
        return [Site(tidy(each.get("ascii_name") or each.get("name", ""))) for each in listed[:MOST]]

    def disk(self, door: Door) -> list[Disk]:
        """`disk_usage` is in bytes by kind of content
        (https://docs.plesk.com/en-US/obsidian/api-rpc/33899)."""
        found = []
        for result in _packet(door, DISK_USAGE).iterfind(".//webspace/get/result"):
            name, usage = result.findtext(".//gen_info/name"), result.find(".//disk_usage")
            if name and usage is not None:
                found.append(Disk(tidy(name), sum(asking.size(each.text or "") or 0 for each in usage)))
        return found[:MOST]

    def certificates(self, door: Door) -> list[SiteCertificate]:
        return asking.shown_certificates(self.sites(door))


def _credentials(door: Door) -> dict[str, str]:
    return asking.basic(door) if door.login else {"X-API-Key": door.secret}


def _rest(door: Door, path: str, body: bytes | None = None) -> outgoing.Answer:
    """Raises Refused for `{"code": …, "message": …}`."""
    headers = {"Accept": "application/json", **_credentials(door)}
    if body is not None:
        headers["Content-Type"] = "application/json"
    answer = asking.ask(door, f"/api/v2{path}", ports=PORTS, headers=headers, body=body)
    if answer.status >= 400:
        told = asking.as_json(answer)
        raise asking.unwanted(told.get("message", ""), str(told.get("code", "")))
    return answer


def _command(door: Door, command: str, *arguments: str) -> None:
    """A utility of the command line; the gate hands arguments over one by one, and no shell reads them. Raises
    Refused with what it wrote when it fails."""
    body = json.dumps({"params": list(arguments), "env": {}}).encode()
    told = asking.as_json(_rest(door, f"/cli/{command}/call", body))
    if told.get("code") != 0:
        raise asking.unwanted(told.get("stderr") or told.get("stdout", ""), str(told.get("code", "")))


def _packet(door: Door, packet: bytes) -> etree._Element:
    """An answer of XML API, read without entities, documents elsewhere and more depth than it needs. Raises Refused."""
    headers = {"Content-Type": "text/xml", "Accept": "text/xml"}
    if door.login:
        headers |= {"HTTP_AUTH_LOGIN": door.login, "HTTP_AUTH_PASSWD": door.secret}
    else:
        headers["KEY"] = door.secret
    answer = asking.ask(door, "/enterprise/control/agent.php", ports=PORTS, headers=headers, body=packet)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(answer.body, parser)
    except etree.XMLSyntaxError as error:
        raise asking.broken() from error
    if root.getroottree().docinfo.doctype:
        raise asking.broken()
    for result in root.iter("system", "result"):
        if result.findtext("status") == "error":
            raise asking.unwanted(result.findtext("errtext"), result.findtext("errcode") or "")
    return root


CONNECTOR = Plesk()
