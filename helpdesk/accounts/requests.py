"""Requests that have passed a door: `request.user` is somebody, and may enter."""

from django.http import HttpRequest

from helpdesk.accounts.models import ApiToken, User


class SignedInRequest(HttpRequest):
    """Somebody is signed in; nothing is said about what they may do."""

    user: User


class StaffRequest(SignedInRequest):
    """The person may enter the desk (`staff_required` has asked)."""


class CustomerRequest(SignedInRequest):
    """The person may enter the cabinet (`customer_required` has asked)."""


class ApiRequest(SignedInRequest):
    """A program came with a token (`accounts.bearer`); `user` is the token's owner, `auth` the token."""

    auth: ApiToken
