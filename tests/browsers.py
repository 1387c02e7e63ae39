"""Browsers of people who have signed in."""

from django.test import Client

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser_of(person):
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client
