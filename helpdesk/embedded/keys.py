"""`SECRET_KEY` and `FIELD_ENCRYPTION_KEYS` of a machine nobody configured: made once, kept beside the data."""

import base64
import os
import secrets
from pathlib import Path

NAMES = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS")


def load_keys(data: Path, *, keep: bool = True) -> bool:
    """Put the missing ones of `NAMES` into the environment; True when they had to be made.

    They come from `data/secrets.env` (mode 0600). With `keep` a missing file is written first; without it, keys for
    this process alone are made up, for commands that touch no data.
    """
    if all(os.environ.get(name) for name in NAMES):
        return False
    path = data / "secrets.env"
    made = not path.exists()
    found = _read(path) if not made else _generate()
    if made and keep:
        found = _write(path, found)
    for name, value in found.items():
        if name in NAMES and not os.environ.get(name):
            os.environ[name] = value
    return made and keep


def secret(data: Path, name: str) -> str:
    """Another secret of `data/secrets.env`, made on first use. Unlike `NAMES` it comes into nobody's environment."""
    path = data / "secrets.env"
    found = _read(path).get(name, "") if path.exists() else ""
    if found:
        return found
    made = secrets.token_urlsafe(32)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{name}={made}\n")
        file.flush()
        os.fsync(file.fileno())
    return made


def _generate() -> dict[str, str]:
    fernet_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return {"SECRET_KEY": secrets.token_urlsafe(50), "FIELD_ENCRYPTION_KEYS": fernet_key}


def _read(path: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in path.read_text().splitlines() if not line.startswith("#"))
    return {name.strip(): value.strip() for name, equals, value in lines if equals}


def _write(path: Path, keys: dict[str, str]) -> dict[str, str]:
    """Publish the file whole, by link: of two processes that do so at once, both use the first one's keys."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".keys.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("# Sealed data can't be opened without these: keep a copy apart from the backups.\n")
        file.writelines(f"{name}={value}\n" for name, value in keys.items())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return _read(path)
    finally:
        draft.unlink()
    return keys
