"""What reaches the log, and what never does."""

import io
import json
import logging

import pytest

from helpdesk.core.context import acting_from
from helpdesk.core.logs import add_origin, hide_secrets, logging_config


def line(form="json", **event):
    """One line as the configured handler writes it."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    try:
        logging_config(level="INFO", form=form)
        [handler] = root.handlers
        handler.setStream(stream)
        event.pop("call")(logging.getLogger("tests.logs"))
    finally:
        root.handlers[:], root.level = before
    return stream.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        *("password", "passwd", "PASSWORD", "in_password", "new_password_2", "secret", "client_secret", "SECRET_KEY"),
        *("token", "csrf_token", "Authorization", "authorisation", "proxy_authorization", "cookie", "Set-Cookie"),
        *("api_key", "apikey", "private_key", "PrivateKey"),
    ],
)
def test_value_when_its_name_speaks_of_a_secret_then_hidden(name):
    assert hide_secrets(None, "info", {"event": "x", name: "hunter2"}) == {"event": "x", name: "[hidden]"}


@pytest.mark.parametrize("name", ["address", "key", "sender", "mailbox", "request_id", "author"])
def test_value_when_its_name_speaks_of_none_then_shown(name):
    assert hide_secrets(None, "info", {name: "Clara"}) == {name: "Clara"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://desk:hunter2@db/desk", "postgres://desk:[hidden]@db/desk"),
        ("redis://:hunter2@cache:6379/0 and amqp://a:b@c", "redis://:[hidden]@cache:6379/0 and amqp://a:[hidden]@c"),
        ("no route to smtp://mail.example:25", "no route to smtp://mail.example:25"),
        ("https://shop.example/a:b@c", "https://shop.example/a:b@c"),
    ],
)
def test_password_inside_an_address_is_hidden(text, expected):
    assert hide_secrets(None, "info", {"error": text, "attempt": 3}) == {"error": expected, "attempt": 3}


def test_line_inside_a_request_has_its_id_and_door_unless_it_names_others():
    with acting_from("web", request_id="one"):
        plain = add_origin(None, "info", {"event": "x"})
        own = add_origin(None, "info", {"event": "x", "request_id": "two"})

    assert plain == {"event": "x", "request_id": "one", "door": "web"}
    assert own["request_id"] == "two"
    assert add_origin(None, "info", {"event": "x"}) == {"event": "x"}


def test_line_is_one_json_object_with_moment_level_and_words():
    written = line(call=lambda log: log.warning("no answer from %s\nat all", "мail.example"))

    assert written.count("\n") == 1
    found = json.loads(written)
    assert (found["event"], found["level"], found["logger"]) == (
        "no answer from мail.example\nat all",
        "warning",
        "tests.logs",
    )
    assert found["timestamp"].endswith("Z")
    assert "мail" in written


def test_traceback_in_a_line_hides_the_password_of_an_address():
    def fail(log):
        try:
            raise ConnectionError("postgres://desk:hunter2@db/desk")
        except ConnectionError:
            log.exception("away")

    written = line(call=fail)

    assert "ConnectionError" in json.loads(written)["exception"]
    assert "hunter2" not in written


@pytest.mark.parametrize("form", ["json", "console"])
def test_form_when_chosen_then_lines_below_the_level_are_left_out(form):
    written = line(form, call=lambda log: (log.debug("quiet"), log.info("heard")))

    assert ("quiet" in written, "heard" in written) == (False, True)
    assert written.startswith("{") is (form == "json")
