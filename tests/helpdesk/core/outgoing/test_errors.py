"""Refusals as forms and the API tell them."""

from helpdesk.core import outgoing
from helpdesk.core.errors import Refused


def test_errors_of_going_out_are_one_family_of_refusals():
    kinds = (outgoing.AddressForbidden, outgoing.Unreachable, outgoing.TooMuch)

    assert all(issubclass(each, outgoing.OutgoingError) for each in kinds)
    assert issubclass(outgoing.OutgoingError, Refused)
