"""What a token is for."""

import pytest

from helpdesk.accounts.scopes import Scope, allows
from tests.factories import StaffFactory
from tests.programs import Program, problem_of


@pytest.mark.parametrize(
    ("given", "needed", "expected"),
    [
        (["tickets:read"], Scope.TICKETS_READ, True),
        (["tickets:read"], Scope.TICKETS_WRITE, False),
        (["tickets:write"], Scope.TICKETS_READ, False),
        (["read"], Scope.CUSTOMERS_READ, True),
        (["read"], Scope.PROFILE, True),
        (["profile"], Scope.PROFILE_WRITE, False),
        (["profile:write"], Scope.PROFILE, False),
        (["write"], Scope.PROFILE_WRITE, True),
        (["read"], Scope.CUSTOMERS_WRITE, False),
        (["write"], Scope.FILES_WRITE, True),
        (["write"], Scope.FILES_READ, False),
        (["read", "write"], Scope.WEBHOOKS_MANAGE, False),
        ([], Scope.PROFILE, False),
    ],
)
def test_scope_when_given_allows_what_it_says(given, needed, expected):
    assert allows(given, needed) is expected


def test_token_without_the_scope_is_told_which_it_lacks(db):
    caller = Program(StaffFactory(), scopes=["tickets:read"])

    assert caller.get("/api/v1/tickets/").status_code == 200
    for path, scope in (("customers/", "customers:read"), ("me/", "profile"), ("webhooks/", "webhooks:manage")):
        refused = caller.get(f"/api/v1/{path}")

        assert refused.status_code == 403
        assert f"“{scope}”" in problem_of(refused)["detail"]
