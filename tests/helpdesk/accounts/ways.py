"""Second factors for tests: what a person's app shows, what a page asks of a browser."""

import re
import time
from contextlib import suppress
from html import unescape

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from helpdesk.accounts.actions import proofs
from helpdesk.core.errors import Refused

PASSWORD = "a long sentence of hers"


def step():
    """Which half minute it is: codes belong to one, and those of the one before and after are taken as well."""
    return int(time.time()) // 30


def app_code(secret, *, steps=0):
    """What an app shows that knows the secret, so many half minutes from now: 0 and 1 are good for the next half
    minute at least, -1 may be too old at once."""
    return format_hotp_value(hotp_value(secret, step() + steps))


def with_app(person):
    """The person has an app; its secret, and their recovery codes. The code of a step ago was used. Where a half
    minute began just between the code and its check, both are done again."""
    secret, _sealed = proofs.begin_app(person)
    began = None
    while began != step():
        began = step()
        code = app_code(secret, steps=-1)
        with suppress(Refused):
            return secret, proofs.set_up_app(person=person, secret=secret, code=code, by=person)
    raise AssertionError("the code of a step ago was refused within its half minute")


def sign_in(client, person, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": person.email, "password": password, **more})


def asked_on(response, kind="show"):
    """What the form for a passkey on the page carries: options, state."""
    html = response.content.decode()
    form = re.search(rf'<form[^>]*data-passkey="{kind}" data-options="([^"]*)"', html)
    state = re.search(r'name="state" value="([^"]*)"', html)
    return unescape(form[1]), unescape(state[1])
