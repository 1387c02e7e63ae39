"""A VPN server that an administrator sets up by the pages, and that really runs: OpenVPN and the program that the host
runs, both with the files that the page hands out. Irina reads Russian, so everything is found by its name."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.letters import word
from tests.peers.openvpn import SERVER_ADDRESS, Client, Lab, Process, Server
from vpn.servers.actions.installing import PROGRAM

NETWORK, ADDRESS = "10.66.251.0/24", "10.66.251.1"
PORT = "21194"
EVERY = "0.5"
"""Seconds between two turns of the host."""


@dataclass
class Site:
    """`host` is the path of its page in the administration."""

    lab: Lab
    name: str
    host: str
    running: Server
    agent: Process

    def connect(self, profile: Path) -> Client:
        """A person's machine, with the very file that they took."""
        return self.lab.client(profile.read_text(), folder=profile.parent)


def set_up(page: Page, lab: Lab) -> Site:
    """From nothing: server, host, canary, revocation list, files; then it is started."""
    name, folder = f"Office {word()}", lab.folder()
    host = _write_down(page, name, folder)
    press(page, "#canary button")
    page.goto("/admin/vpn/authority/")
    page.locator("#result_list a[href*='/change/']").first.click()
    press(page, "#publication button")
    page.goto(host)
    with page.expect_download() as download:
        page.locator("#files button").click()
    _unpack(download.value.path(), folder)
    settings = folder / "host.json"
    # the canary is a client: it connects from where clients are
    told = json.loads(settings.read_text()) | {"openvpn": [*lab.in_client, "openvpn"]}
    settings.write_text(json.dumps(told))
    running = lab.server((folder / "server.conf").read_text(), address=ADDRESS, folder=folder)
    words = [sys.executable, "-I", str(folder / PROGRAM), str(settings), "--every", EVERY]
    return Site(lab, name, host, running, lab.process(folder / "agent.log", *words))


def press(page: Page, button: str) -> None:
    """Send its form, which leads to a page that may be the same."""
    with page.expect_navigation():
        page.locator(button).click()


def switch_off(page: Page, site: Site) -> None:
    """Nobody is offered it any more, nor told that its host is silent."""
    site.agent.stop()
    site.running.stop()
    page.goto(site.host)
    page.locator("#state a[href*='/admin/vpn/server/']").click()
    page.locator("[name=is_active]").uncheck(force=True)
    page.locator("[name=_save]").click()
    page.wait_for_url("**/admin/vpn/server/")


def _write_down(page: Page, name: str, folder: Path) -> str:
    page.goto("/admin/vpn/server/add/")
    page.locator("select[name=authority]").select_option(index=1, force=True)
    fields = {"name": name, "slug": name.lower().replace(" ", "-"), "server_name": "server", "network": NETWORK}
    for field, value in {**fields, "remotes": f"{SERVER_ADDRESS} {PORT} udp"}.items():
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=_continue]").click()
    page.locator("a[href*='/admin/vpn/host/add/']").click()
    page.locator("[name=folder]").fill(str(folder))
    page.locator("[name=_continue]").click()
    page.locator("#files").wait_for()
    found = re.search(r"/admin/vpn/host/\d+/change/", page.url)
    assert found
    return found[0]


def _unpack(packed: Path, folder: Path) -> None:
    words = ["tar", "-xzf", str(packed), "-p", "--no-same-owner", "--strip-components=1", "-C", str(folder)]
    subprocess.run(words, check=True)
