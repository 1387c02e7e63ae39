"""Readings of what the program stands on: disks, the database, certificates, the backup."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connection

from helpdesk.operations.watching.certificates import days_left
from helpdesk.operations.watching.readings import Reading

log = structlog.get_logger(__name__)
CONNECTIONS = """
    SELECT pg_database_size(current_database()), count(*),
           current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    FROM pg_stat_activity WHERE backend_type = 'client backend'
"""
HOUR = 3600.0


def disk_readings() -> Iterator[Reading]:
    """How full the disks are, in percent of what the program may use: the data folder, and the files where they lie on
    another one. Of a database on another machine only its size is known."""
    seen: set[int] = set()
    for name, folder in (("data", settings.DATA_DIR), ("files", settings.MEDIA_ROOT)):
        path = _existing(Path(folder))
        if (device := path.stat().st_dev) not in seen:
            seen.add(device)
            used = shutil.disk_usage(path)
            yield Reading(series=f"disk:{name}", level=round(used.used * 100 / max(1, used.used + used.free), 1))


def database_readings() -> Iterator[Reading]:
    """The size of the database in bytes, and how many of its connections are taken, in percent."""
    with connection.cursor() as cursor:
        cursor.execute(CONNECTIONS)
        size, taken, most = cursor.fetchone()
    yield Reading(series="database", level=float(size))
    yield Reading(series="connections", waiting=taken, level=round(taken * 100 / max(1, most), 1))


def certificate_readings() -> Iterator[Reading]:
    """Days until each certificate that we serve, or are told of, is no longer good; one that can't be read counts as
    failed."""
    for place, left in days_left().items():
        yield Reading(series=f"certificate:{place}"[:64], failed=int(left is None), level=left)


def backup_readings() -> Iterator[Reading]:
    """Hours since the newest file of `WATCH_BACKUP_DIR` was written; nothing where no such folder is named."""
    if settings.WATCH_BACKUP_DIR:
        newest = max(_times(Path(settings.WATCH_BACKUP_DIR)), default=None)
        age = None if newest is None else round(max(0.0, time.time() - newest) / HOUR, 2)
        yield Reading(series="backup", failed=int(age is None), level=age)


def _times(folder: Path) -> Iterator[float]:
    """When the files of the folder and of those right below it were written."""
    for place in (folder, *(Path(each) for each in _entries(folder) if each.is_dir())):
        for entry in _entries(place):
            with suppress(FileNotFoundError):  # an old backup that is being cleared away
                if entry.is_file():
                    yield entry.stat().st_mtime


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        log.warning("backup_folder_not_read", folder=str(folder), error=type(error).__name__)
        return []


def _existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there already."""
    while not path.exists():
        path = path.parent
    return path
