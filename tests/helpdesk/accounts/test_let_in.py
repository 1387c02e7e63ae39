"""The way back in from the command line."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.actions import proofs
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import SignInLink
from helpdesk.journal.models import Entry
from tests.helpdesk.accounts.ways import with_app


def printed(capsys, settings, *args):
    call_command("let_in", *args)
    return capsys.readouterr().out.strip().removeprefix(settings.SITE_URL)


def test_link_signs_in_once_and_soon(client, anna, capsys, settings):
    path = printed(capsys, settings, anna.email)

    link = SignInLink.objects.get()
    assert link.expires_at - timezone.now() <= timedelta(minutes=15)
    assert client.post(path).status_code == 302
    assert client.session[SESSION_KEY] == str(anna.pk)
    assert Client().post(path).status_code == 410
    entry = Entry.objects.get(verb="let_in")
    assert (entry.door, entry.actor, entry.subject_id) == ("command", None, anna.pk)


def test_second_factor_is_still_asked_for(client, anna, capsys, settings):
    with_app(anna)

    answer = client.post(printed(capsys, settings, anna.email))

    assert answer["Location"] == "/accounts/second-factor/"


def test_second_factors_are_taken_away_where_that_is_said(client, anna, capsys, settings):
    with_app(anna)

    client.post(printed(capsys, settings, anna.email, "--reset-mfa"))

    assert client.session[SESSION_KEY] == str(anna.pk)
    assert not proofs.has_factor(anna)
    assert Entry.objects.filter(verb="second_factors_reset").exists()


def test_role_is_given_and_who_was_switched_off_comes_back(client, anna, capsys, settings):
    anna.is_active = False
    anna.save(update_fields=["is_active"])
    with pytest.raises(CommandError, match="switched off"):
        call_command("let_in", anna.email)

    client.post(printed(capsys, settings, anna.email, "--role", "administrator", "--switch-on"))

    anna.refresh_from_db()
    assert (anna.role, anna.is_active) == (Role.ADMINISTRATOR, True)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("nobody@helpdesk.example",), "Nobody here has the address nobody@helpdesk.example."),
        (("anna@helpdesk.example", "--role", "boss"), "There is no role boss"),
    ],
)
def test_what_can_not_be_done_is_one_clear_line(anna, args, said):
    with pytest.raises(CommandError, match=said):
        call_command("let_in", *args)

    assert not SignInLink.objects.exists()
