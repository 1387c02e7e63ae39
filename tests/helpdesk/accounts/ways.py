"""Second factors for tests: what a person's app shows, what a page asks of a browser."""

import re
import time
from html import unescape

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from helpdesk.accounts.actions import proofs

PASSWORD = "a long sentence of hers"


def app_code(secret, *, steps=0):
    """What an app shows that knows the secret, so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def with_app(person):
    """The person has an app; its secret, and their recovery codes. The code of a step ago was used."""
    secret, _sealed = proofs.begin_app(person)
    codes = proofs.set_up_app(person=person, secret=secret, code=app_code(secret, steps=-1), by=person)
    return secret, codes


def sign_in(client, person, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": person.email, "password": password, **more})


def asked_on(response, kind="show"):
    """What the form for a passkey on the page carries: options, state."""
    html = response.content.decode()
    form = re.search(rf'<form[^>]*data-passkey="{kind}" data-options="([^"]*)"', html)
    state = re.search(r'name="state" value="([^"]*)"', html)
    return unescape(form[1]), unescape(state[1])
