"""What must be right before the program starts: tables, static files, on first start the demo data."""

import hashlib
import json
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import ProgrammingError, connection

from helpdesk.embedded import DataFolder
from helpdesk.operations.up.signing import is_ours

FINGERPRINTS = "fingerprints.json"


def migrate(folder: DataFolder) -> str:
    """Apply what's missing; skipped when neither the migrations' files nor the database's list of them changed."""
    files = _print_of(
        path for config in apps.get_app_configs() for path in Path(config.path, "migrations").glob("*.py")
    )
    if _remembered(folder, "migrations") == [files, _applied()]:
        return "up to date"
    call_command("migrate", interactive=False, verbosity=0)
    _remember(folder, "migrations", [files, _applied()])
    return "migrated"


def collect_static(folder: DataFolder) -> str:
    """Gather and hash the static files; skipped when none of them changed."""
    sources = (Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    files = _print_of(sources)
    if _remembered(folder, "static") == [str(settings.STATIC_ROOT), files] and Path(settings.STATIC_ROOT).is_dir():
        return "up to date"
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    _remember(folder, "static", [str(settings.STATIC_ROOT), files])
    return "collected"


def wants_demo() -> bool:
    """An empty program, and somebody who can fill it."""
    return "demo" in get_commands() and not get_user_model()._default_manager.exists()


def load_demo(folder: DataFolder) -> None:
    call_command("demo", verbosity=0, stdout=StringIO())
    if is_ours():
        remote, signer = "vpn.example.org 1194 udp", settings.VPN_SIGNER_FOLDER
        call_command("vpn_init", name="Example VPN", remote=[remote], folder=Path(signer), stdout=StringIO())
    _remember(folder, "demo", True)


def has_demo(folder: DataFolder) -> bool:
    """Whether this folder began with the demo data: only then do its sign-ins mean anything."""
    return _remembered(folder, "demo") is True


def _applied() -> list[int] | None:
    """How many migrations the database has and the last one's number; None before the first."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM django_migrations")
        except ProgrammingError:
            return None
        return list(cursor.fetchone())


def _print_of(paths: Iterable[Path]) -> str:
    """Changes with any path's name, size or time."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        found = path.stat()
        digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _remembered(folder: DataFolder, name: str) -> object:
    try:
        return json.loads((folder.path / FINGERPRINTS).read_text()).get(name)
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def _remember(folder: DataFolder, name: str, value: object) -> None:
    path = folder.path / FINGERPRINTS
    try:
        known = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        known = {}
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(known | {name: value}))
    draft.replace(path)
