"""Browsers of people who have signed in."""

from django.test import Client

BACKEND = "helpdesk.accounts.backends.Backend"


def browser_of(person):
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client
