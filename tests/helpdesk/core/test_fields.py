"""Secrets at rest."""

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from helpdesk.core.errors import Refused
from helpdesk.core.fields import seal, unseal
from tests.factories import MailboxFactory
from tickets.mail.models import Mailbox

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRET = "pässword of the mailbox"


def test_sealed_is_neither_readable_nor_twice_the_same():
    once, again = seal(SECRET), seal(SECRET)

    assert SECRET not in once
    assert once != again
    assert unseal(once) == unseal(again) == SECRET


def test_key_when_a_newer_one_stands_before_it_then_still_opens(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    sealed = seal(SECRET)

    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]

    assert unseal(sealed) == SECRET


def test_newest_key_is_the_one_that_seals(settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    sealed = seal(SECRET)

    settings.FIELD_ENCRYPTION_KEYS = [NEW]

    assert unseal(sealed) == SECRET


@pytest.mark.parametrize("broken", ["", "no seal", "x" * 200])
def test_seal_that_no_key_opens_is_refused_in_words_that_help(settings, broken):
    with pytest.raises(Refused, match="FIELD_ENCRYPTION_KEYS lacks the key"):
        unseal(broken)


def test_key_that_is_gone_is_refused(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    sealed = seal(SECRET)
    settings.FIELD_ENCRYPTION_KEYS = [NEW]

    with pytest.raises(Refused):
        unseal(sealed)


@pytest.mark.parametrize(("given", "is_sealed"), [(SECRET, True), ("", False)])
def test_field_holds_a_seal_in_the_database_and_the_words_in_the_program(db, given, is_sealed):
    mailbox = MailboxFactory(in_password=given)

    with connection.cursor() as cursor:
        cursor.execute("SELECT in_password FROM mail_mailbox WHERE id = %s", [mailbox.pk])
        [(stored,)] = cursor.fetchall()

    assert Mailbox.objects.get(pk=mailbox.pk).in_password == given
    assert (stored != given) is is_sealed
    assert SECRET not in stored
