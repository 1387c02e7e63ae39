"""Plesk Obsidian: REST API with the gate to the command line, and XML API
(https://docs.plesk.com/en-US/obsidian/api-rpc/ and cli-linux/)."""

import base64
import json
from typing import Any

from tests.peers.panels import Call, Panel, Reply

API_KEY, LOGIN, PASSWORD = "0d9ee45a-1234-4cb3-8a2e-000000000000", "admin", "panel-password"
XML = """<?xml version="1.0" encoding="UTF-8"?>
<packet version="1.6.9.1"><webspace><get>{results}</get></webspace></packet>"""
RESULT = """<result><status>ok</status><id>1</id><data><gen_info><name>{name}</name></gen_info>
<disk_usage><httpdocs>1048576</httpdocs><logs>4096</logs></disk_usage></data></result>"""


class Plesk(Panel):
    def __init__(self, authority: Any) -> None:
        super().__init__(authority)
        self.admins: dict[str, dict[str, str]] = {}
        self.domains = ["shop.example"]
        self.xml = ""

    def answer(self, call: Call) -> Reply:
        if call.path == "/enterprise/control/agent.php":
            return self._packet(call)
        basic = "Basic " + base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
        if call.headers.get("X-API-Key") != API_KEY and call.headers.get("Authorization") != basic:
            return problem(401, 0, "You have no access")
        if call.path == "/api/v2/server":
            return Reply(body=json.dumps({"platform": "Unix", "hostname": "panel", "panel_version": "18.0.65"}))
        if call.path == "/api/v2/domains":
            rows = [{"id": place, "name": name, "ascii_name": name} for place, name in enumerate(self.domains)]
            return Reply(body=json.dumps(rows))
        if call.path == "/api/v2/cli/admin_alias/call" and call.method == "POST":
            return self._admin_alias(json.loads(call.body)["params"])
        return problem(404, 404, "Not found")

    def _admin_alias(self, given: list[str]) -> Reply:
        command, name, *options = given
        if command == "--create":
            named = dict(zip(options[::2], options[1::2], strict=True))
            if name in self.admins:
                return gate(1, f"An additional administrator account with the name {name} already exists.")
            self.admins[name] = {"password": named["-passwd"], "email": named["-email"], "contact": named["-contact"]}
            return gate(0, "SUCCESS: Creation of an additional administrator account is complete.")
        if command == "--remove":
            if self.admins.pop(name, None) is None:
                return gate(1, f"Additional administrator account '{name}' does not exist.")
            return gate(0, "SUCCESS")
        return gate(1, f"Unknown command {command}")

    def _packet(self, call: Call) -> Reply:
        is_good = call.headers.get("KEY") == API_KEY or (
            (call.headers.get("HTTP_AUTH_LOGIN"), call.headers.get("HTTP_AUTH_PASSWD")) == (LOGIN, PASSWORD)
        )
        if not is_good:
            words = "<status>error</status><errcode>1001</errcode><errtext>Incorrect username</errtext>"
            return Reply(body=f"<?xml version='1.0'?><packet><system>{words}</system></packet>", kind="text/xml")
        assert b"<disk_usage/>" in call.body
        results = "".join(RESULT.format(name=name) for name in self.domains)
        return Reply(body=self.xml or XML.format(results=results), kind="text/xml")


def problem(status: int, code: int, message: str) -> Reply:
    return Reply(status, json.dumps({"code": code, "message": message}))


def gate(code: int, words: str) -> Reply:
    return Reply(body=json.dumps({"code": code, "stdout": "" if code else words, "stderr": words if code else ""}))
