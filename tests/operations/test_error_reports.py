"""What goes to SENTRY_DSN."""

import sys
from types import ModuleType

from django.apps import apps


def test_reports_of_errors_hold_neither_variables_nor_what_was_sent(settings, monkeypatch):
    """The service's own client is an extra: what it is told is looked at here."""
    told = {}
    client = ModuleType("sentry_sdk")
    client.init = told.update
    monkeypatch.setitem(sys.modules, "sentry_sdk", client)
    settings.SENTRY_DSN = "https://key@errors.example/1"

    apps.get_app_config("operations").ready()

    assert told == {
        "dsn": "https://key@errors.example/1",
        "send_default_pii": False,
        "include_local_variables": False,
        "max_request_body_size": "never",
    }
