"""WHM API 1 and UAPI as https://api.docs.cpanel.net/ describes them: HTTP 200 whether it went well or not."""

import json
from typing import Any

from tests.peers.panels import Call, Panel, Reply

LOGIN, SECRET, ACCOUNT = "root", "WHMTOKEN123", "shop"
ENDS = 1_796_000_000


class CPanel(Panel):
    """As `is_account` it is the port of one account's, else WHM's."""

    def __init__(self, authority: Any, *, is_account: bool = False) -> None:
        super().__init__(authority)
        self.is_account = is_account
        self.team: dict[str, dict[str, str]] = {}
        self.link = "https://localhost:2087/cpsess1234567890/login/?session=root%3aabc"

    def answer(self, call: Call) -> Reply:
        kind, login = ("cpanel", ACCOUNT) if self.is_account else ("whm", LOGIN)
        if call.headers.get("Authorization") != f"{kind} {login}:{SECRET}":
            return Reply(403, '{"cpanelresult":{"error":"Access denied"}}')
        if self.is_account and call.path.startswith("/execute/"):
            _, _, module, function = call.path.split("/")
            return Reply(body=json.dumps(self._uapi(module, function, call.form)))
        if not self.is_account and call.path.startswith("/json-api/") and call.form.get("api.version") == "1":
            return Reply(body=json.dumps(self._whm(call.path.removeprefix("/json-api/"), call.form)))
        return Reply(404, "<html></html>", "text/html")

    def _whm(self, function: str, form: dict[str, str]) -> dict[str, Any]:
        data: Any
        if function == "version":
            data = {"version": "11.138.0.10"}
        elif function == "create_user_session":
            data = {"url": self.link, "session": "root:abc", "expires": ENDS, "service": form["service"]}
        elif function == "listaccts":
            common = {"owner": "root", "disklimit": "unlimited"}
            data = {
                "acct": [
                    {"user": "shop", "domain": "shop.example", "suspended": 0, "diskused": "123M", **common},
                    {"user": "old", "domain": "old.example", "suspended": 1, "diskused": "2G", **common},
                ]
            }
        elif function == "fetch_ssl_vhosts":
            data = {"vhosts": [{"servername": "shop.example", "crt": {"not_after": ENDS, "domains": ["shop.example"]}}]}
        elif function == "uapi_cpanel":
            if form["cpanel.user"] != ACCOUNT:
                return failed(function, f"The user “{form['cpanel.user']}” does not exist.")
            data = {"uapi": self._uapi(form["cpanel.module"], form["cpanel.function"], form)}
        else:
            return failed(function, f"Unknown app (“{function}”) requested for this version (1) of the API.")
        return {"metadata": {"version": 1, "result": 1, "reason": "OK", "command": function}, "data": data}

    def _uapi(self, module: str, function: str, form: dict[str, str]) -> dict[str, Any]:
        name = form.get("user", "")
        if (module, function) == ("Team", "add_team_user"):
            if name in self.team:
                return told(None, f"The team user “{name}” already exists.")
            self.team[name] = {key: form[key] for key in ("email1", "password", "roles", "expire_date")}
            return told(1)
        if (module, function) == ("Team", "list_team"):
            return told([{"username": each, "roles": ["administrator"]} for each in self.team])
        if (module, function) == ("Team", "remove_team_user"):
            return told(1) if self.team.pop(name, None) else told(None, "No such team user.")
        data = {
            ("DomainInfo", "list_domains"): {
                "main_domain": "shop.example",
                "addon_domains": ["second.example"],
                "sub_domains": ["www2.shop.example"],
                "parked_domains": [],
            },
            ("Quota", "get_quota_info"): {"megabytes_used": "12.50", "megabyte_limit": "100.00"},
            ("SSL", "installed_hosts"): [{"servername": "shop.example", "certificate": {"not_after": str(ENDS)}}],
            ("Variables", "get_server_information"): {"version": "138.0 (build 10)"},
        }.get((module, function))
        return told(data) if data is not None else told(None, f"Failed to load module “{module}”.")


def told(data: Any, error: str = "") -> dict[str, Any]:
    return {"status": 0 if error else 1, "data": data, "errors": [error] if error else None, "messages": None}


def failed(function: str, reason: str) -> dict[str, Any]:
    return {"metadata": {"version": 1, "result": 0, "reason": reason, "command": function}}
