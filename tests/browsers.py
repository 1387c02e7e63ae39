"""Browsers of people who have signed in."""

import time

from django.contrib.auth import SESSION_KEY
from django.test import Client

BACKEND = "helpdesk.accounts.backends.Backend"


def browser_of(person):
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def proved(client):
    """The browser of somebody who has just proved who they are."""
    session = client.session
    session["proof"] = {"user": int(session[SESSION_KEY]), "at": int(time.time()), "by": "password"}
    session.save()
    return client
