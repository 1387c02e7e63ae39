"""Migrating, with a collector that looks more rarely."""

import gc

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate as django_migrate

from helpdesk.core.management.commands.migrate import Command, patient_collector


def test_collector_is_patient_within_and_as_before_afterwards():
    before, within = gc.get_threshold(), []

    def fails():
        with patient_collector():
            within.extend(gc.get_threshold())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()

    assert within[0] > 10 * before[0]
    assert gc.get_threshold() == before


def test_migrate_is_djangos_own(db, capsys):
    call_command("migrate", check_unapplied=True, verbosity=0)

    assert issubclass(Command, django_migrate.Command)
    assert capsys.readouterr().out == ""
