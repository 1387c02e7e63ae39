"""ISPmanager 6 as https://www.ispmanager.com/docs/ispmanager/guide-to-ispsystem-software-api describes it: every answer
is HTTP 200, JSON is converted XML, a row alone is no list."""

import json
from typing import Any

from tests.peers.panels import Call, Panel, Reply

LOGIN, SECRET = "root", "panel-password"


class IspManager(Panel):
    def __init__(self, authority: Any) -> None:
        super().__init__(authority)
        self.admins: dict[str, dict[str, str]] = {LOGIN: {"name": LOGIN, "passwd": SECRET}}
        self.sites = [{"name": "shop.example", "owner": "www-shop", "active": "on"}]
        self.users = [{"name": "www-shop", "diskused": "120", "disklimit": "500"}]
        self.certificates = [{"name": "shop.example", "valid_after": "2026-11-30"}]
        self.sessions: list[str] = []

    def answer(self, call: Call) -> Reply:
        if call.path != "/ispmgr" or call.form.get("out") != "json":
            return Reply(404, "<html>no such page</html>", "text/html")
        function = call.form.get("func", "")
        if function == "auth":
            return self._sign_in(call.form)
        if call.form.get("auth") not in self.sessions:
            return error("auth", "badauth", "Access denied")
        return getattr(self, "_" + function.replace(".", "_"), self._no_function)(call.form)

    def _sign_in(self, form: dict[str, str]) -> Reply:
        found = self.admins.get(form.get("username", ""))
        if found is None or found["passwd"] != form.get("password"):
            return error("auth", "badpassword", "Invalid username or password")
        self.sessions.append(f"{len(self.sessions):012x}")
        return doc({"auth": {"$id": self.sessions[-1], "$level": "30", "$": self.sessions[-1]}})

    def _admin(self, form: dict[str, str]) -> Reply:
        return listed(list(self.admins.values()))

    def _admin_edit(self, form: dict[str, str]) -> Reply:
        if form.get("sok") != "ok":
            return doc({"name": {}})
        if form["name"] in self.admins:
            return error("exists", "admin", f"{form['name']} already exists")
        if form["passwd"] != form["confirm"] or len(form["passwd"]) < 8:
            return error("value", "passwd", "The password is too weak")
        self.admins[form["name"]] = {"name": form["name"], "passwd": form["passwd"]}
        return doc({"ok": {}})

    def _admin_delete(self, form: dict[str, str]) -> Reply:
        if self.admins.pop(form["elid"], None) is None:
            return error("missed", "admin", "No such administrator")
        return doc({"ok": {}})

    def _webdomain(self, form: dict[str, str]) -> Reply:
        return listed(self.sites)

    def _user(self, form: dict[str, str]) -> Reply:
        return listed(self.users)

    def _sslcert(self, form: dict[str, str]) -> Reply:
        return listed(self.certificates)

    def _no_function(self, form: dict[str, str]) -> Reply:
        return error("missed", "func", "No such function")


def doc(inner: dict[str, Any]) -> Reply:
    return Reply(body=json.dumps({"doc": inner}))


def listed(rows: list[dict[str, str]]) -> Reply:
    elements = [{name: {"$": value} for name, value in row.items() if name != "passwd"} for row in rows]
    return doc({"elem": elements[0] if len(elements) == 1 else elements} if elements else {})


def error(kind: str, thing: str, words: str) -> Reply:
    return doc({"error": {"$type": kind, "$object": thing, "msg": {"$": words}}})
