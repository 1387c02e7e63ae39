"""DirectAdmin: `CMD_API_*` with form-encoded answers
(https://docs.directadmin.com/directadmin/customizing-workflow/api-all-about.html)."""

import base64
from typing import Any
from urllib.parse import urlencode

from tests.peers.panels import Call, Panel, Reply

LOGIN, SECRET = "admin", "panel-password"
TEXT = "text/plain"


class DirectAdmin(Panel):
    def __init__(self, authority: Any) -> None:
        super().__init__(authority)
        self.keys: dict[str, dict[str, str]] = {}
        self.domains = ["shop.example", "second.example"]

    def answer(self, call: Call) -> Reply:
        if call.headers.get("Authorization") != "Basic " + base64.b64encode(f"{LOGIN}:{SECRET}".encode()).decode():
            page = "<html><title>DirectAdmin Login</title></html>"
            return Reply(body=page, kind="text/html", headers={"X-DirectAdmin": "unauthorized"})
        return getattr(self, "_" + call.path.removeprefix("/CMD_API_").lower(), self._unknown)(call.form)

    def _login_test(self, form: dict[str, str]) -> Reply:
        return well("Login OK")

    def _login_keys(self, form: dict[str, str]) -> Reply:
        if form.get("action") == "create":
            if form["passwd"] != SECRET:
                return wrong("Unable to create login key", "Your current password is incorrect")
            if form["key"] != form["key2"] or form["keyname"] in self.keys or form["never_expires"] != "no":
                return wrong("Unable to create login key", "A key of that name already exists")
            self.keys[form["keyname"]] = form
            return well("Login Key Created")
        if form.get("action") == "select" and form.get("delete"):
            self.keys.pop(form["select0"], None)
            return well("Deleted")
        return listed(list(self.keys))

    def _show_domains(self, form: dict[str, str]) -> Reply:
        return listed(self.domains)

    def _show_user_usage(self, form: dict[str, str]) -> Reply:
        return Reply(body=urlencode({"quota": "52.5", "bandwidth": "3.1", "vdomains": "2"}), kind=TEXT)

    def _show_user_config(self, form: dict[str, str]) -> Reply:
        return Reply(body=urlencode({"quota": "unlimited", "username": form["user"]}), kind=TEXT)

    def _unknown(self, form: dict[str, str]) -> Reply:
        return wrong("Cannot Execute Your Request", "Unknown command")


def listed(rows: list[str]) -> Reply:
    return Reply(body=urlencode([("list[]", each) for each in rows]), kind=TEXT)


def well(words: str) -> Reply:
    return Reply(body=urlencode({"error": "0", "text": words, "details": ""}), kind=TEXT)


def wrong(words: str, details: str) -> Reply:
    return Reply(body=urlencode({"error": "1", "text": words, "details": details}), kind=TEXT)
