"""What monitoring sees of directories, and that the program does without the library."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from helpdesk.accounts.directory.models import Directory
from helpdesk.accounts.directory.probes import directories_state
from tests.factories import DirectoryFactory

ROOT = Path(__file__).parents[4]
BLOCKED = """
import sys
for name in ("ldap", "ldap.controls", "ldap.dn", "ldap.filter"):
    sys.modules[name] = None
import django
django.setup()
from django.core.management import call_command
from helpdesk.accounts.directory import admin, backends, connecting, tasks
call_command("check")
print(connecting.missing())
"""


@pytest.mark.parametrize(
    ("marks", "failed"),
    [
        ({}, 0),
        ({"failure": "localhost refuses the connection"}, 1),
        ({"read_at": timezone.now() - timedelta(hours=1)}, 1),
        ({"read_at": None, "approved_at": timezone.now() - timedelta(hours=1)}, 1),
        ({"is_active": False, "failure": "x"}, 0),
        ({"approved_at": None, "failure": "x"}, 0),
    ],
)
def test_directory_that_is_not_read_any_more_needs_somebody(db, marks, failed):
    directory = DirectoryFactory(is_active=True)
    usual = {"approved_at": timezone.now(), "read_at": timezone.now()}
    Directory.objects.filter(pk=directory.pk).update(**(usual | marks))

    assert directories_state().failed == failed


def test_program_starts_without_the_library_and_says_how_to_get_it():
    done = subprocess.run([sys.executable, "-c", BLOCKED], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "uv sync --extra ldap" in done.stdout
