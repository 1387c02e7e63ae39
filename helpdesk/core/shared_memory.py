"""A folder in the machine's memory for what the processes of one installation count together."""

import hashlib
import os
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder below it is checked to be ours before it is used


def folder_for(data: Path) -> Path:
    """One name for each data folder and user; beside the data where there is no such memory. Makes nothing."""
    name = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    return MEMORY / f"helpdesk-{os.getuid()}-{name}" if MEMORY.is_dir() else data / "metrics"


def is_ours(folder: Path) -> bool:
    """Make the folder if need be; whether it is a real one that belongs to us, and nobody else may write to it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return not folder.is_symlink() and found.st_uid == os.getuid() and not found.st_mode & 0o022
