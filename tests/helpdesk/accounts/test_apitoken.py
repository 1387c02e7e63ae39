"""`manage.py apitoken`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from helpdesk.accounts.models import ApiToken
from helpdesk.journal.models import Entry
from tests.factories import StaffFactory


def apitoken(*arguments):
    out = StringIO()
    call_command("apitoken", *arguments, stdout=out)
    return out.getvalue()


def test_token_alone_is_printed_and_opens_the_api(db, client):
    anna = StaffFactory(email="anna@helpdesk.example")

    printed = apitoken("Anna@helpdesk.example", "--name", "mobile")

    (token,) = printed.splitlines()
    assert token.startswith("hd_")
    assert client.get("/api/v1/tickets/", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    kept = ApiToken.objects.get()
    assert (kept.user, kept.name, kept.scopes) == (anna, "mobile", ["read", "write"])
    assert token not in (kept.digest, kept.hint)
    assert Entry.objects.get().verb == "token_issued"


def test_token_may_be_made_to_read_only(db):
    StaffFactory(email="anna@helpdesk.example")

    apitoken("anna@helpdesk.example", "--read-only")

    assert ApiToken.objects.get().scopes == ["read"]


def test_unknown_address_is_refused_in_one_line(db):
    with pytest.raises(CommandError, match=r"^Nobody here has the address nobody@nowhere\.example\.$"):
        apitoken("nobody@nowhere.example")


def test_token_of_somebody_switched_off_is_refused(db):
    StaffFactory(name="Anna", email="anna@helpdesk.example", is_active=False)

    with pytest.raises(CommandError, match="Anna is switched off"):
        apitoken("anna@helpdesk.example")
    assert not ApiToken.objects.exists()
