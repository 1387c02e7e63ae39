"""Keys are changed: what older ones sealed is sealed again, and a missing one is told."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from helpdesk.core.errors import Refused
from helpdesk.core.sealing import seal_again, sealed_fields
from tests.factories import MailboxFactory
from tickets.mail.models import Mailbox

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def mailboxes(db, settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    return [MailboxFactory(in_password=f"secret {number}", out_password="") for number in range(3)]


def raw():
    with connection.cursor() as cursor:
        cursor.execute("SELECT in_password FROM mail_mailbox ORDER BY id")
        return [text for (text,) in cursor.fetchall()]


def plain():
    return list(Mailbox.objects.order_by("pk").values_list("in_password", flat=True))


def test_keys_when_rotated_then_the_old_one_is_needed_no_more(mailboxes, settings, capsys):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match="3 secrets"):
        call_command("rotate_field_keys", check=True)

    call_command("rotate_field_keys")
    settings.FIELD_ENCRYPTION_KEYS = [NEW]

    assert plain() == ["secret 0", "secret 1", "secret 2"]
    call_command("rotate_field_keys", check=True)
    printed = capsys.readouterr().out
    assert "mail.Mailbox.in_password: 0 by the newest key, 3 sealed again" in printed
    assert "mail.Mailbox.in_password: 3 by the newest key, 0 by an older key" in printed
    assert "secret 0" not in printed


def test_rotation_goes_on_where_it_was_stopped(mailboxes, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    Mailbox.objects.filter(pk=mailboxes[0].pk).update(in_password="secret 0")
    done = raw()[0]

    count = seal_again(Mailbox, "in_password", only_look=False)

    assert (count.newest, count.older, count.lost) == (1, 2, [])
    assert raw()[0] == done


def test_key_that_was_lost_is_told_and_nothing_is_overwritten(mailboxes, settings, capsys):
    before = raw()
    settings.FIELD_ENCRYPTION_KEYS = [NEW]

    with pytest.raises(CommandError, match="3 secrets"):
        call_command("rotate_field_keys")

    assert raw() == before
    assert str(mailboxes[0].pk) in capsys.readouterr().out
    with pytest.raises(Refused):
        plain()


def test_every_field_that_seals_is_found():
    found = {f"{model._meta.label}.{name}" for model, name in sealed_fields()}

    assert {"mail.Mailbox.in_password", "webhooks.Hook.key", "hosting.Secret.value"} <= found
