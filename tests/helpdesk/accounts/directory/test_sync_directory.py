"""The command."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from helpdesk.accounts.directory.models import DirectoryPerson
from helpdesk.accounts.enums import Role
from tests.factories import StaffFactory
from tests.peers.slapd import PEOPLE, make_directory

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("sync_directory", *arguments, stdout=out)
    return out.getvalue()


def test_dry_run_names_who_would_come_and_brings_nobody(slapd):
    make_directory(slapd)

    said = run("Corp", "--dry-run")

    assert said.splitlines()[0] == "Corp: added 3, outside 1 (nothing was changed)"
    assert {"  added: paula", "  added: pavel", "  added: nadia"} <= set(said.splitlines())
    assert not DirectoryPerson.objects.exists()


def test_without_a_name_every_active_directory_is_read(slapd):
    make_directory(slapd)
    make_directory(slapd, name="Old", is_active=False)

    [document] = json.loads(run("--json"))

    assert (document["directory"], document["state"], document["counts"]) == (
        "Corp",
        "done",
        {"added": 3, "outside": 1},
    )
    assert DirectoryPerson.objects.count() == 3


def test_unknown_name_and_unreachable_server_are_one_line_and_a_failure(own_slapd):
    make_directory(own_slapd)
    own_slapd.kill()

    with pytest.raises(CommandError, match="There is no directory Nowhere"):
        run("Nowhere")
    with pytest.raises(CommandError, match=r"^Corp: localhost:\d+ refuses the connection"):
        run("Corp")


def test_confirmed_number_may_be_out(own_slapd):
    StaffFactory(role=Role.ADMINISTRATOR)
    make_directory(own_slapd)
    run("Corp")
    for uid in ("paula", "pavel"):
        own_slapd.modify(f"dn: uid={uid},{PEOPLE}\nchangetype: delete\n")

    with pytest.raises(CommandError, match="2 of 3 people would lose their access"):
        run("Corp")
    run("Corp", "--confirm", "2")

    assert DirectoryPerson.objects.filter(user__is_active=True).count() == 1
