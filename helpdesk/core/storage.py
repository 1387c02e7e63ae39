"""Files that survive a power loss, named by what they hold."""

import hashlib
import os
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class DurableFileSystemStorage(FileSystemStorage):
    """A file is on the disk, folder entry included, before its name is handed out (write, fsync, rename, fsync).

    A name says what its file holds: what stands under it already is replaced, never kept beside a second one.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        path = self.path(name)
        folder = os.path.dirname(path)
        os.makedirs(folder, mode=0o750, exist_ok=True)
        partial = f"{path}.{uuid4().hex}.part"  # threads that write the same content at once must not meet in it
        try:
            with open(partial, "wb") as stream:
                for chunk in content.chunks():
                    stream.write(chunk)
                _flush(stream)
            os.chmod(partial, 0o640)
            os.replace(partial, path)
        except OSError:
            Path(partial).unlink(missing_ok=True)
            raise
        _flush_folder(folder)
        return name


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """Static files named by their content; a name the manifest lacks is an error only when it is asked for."""

    manifest_strict = False


def store_content(content: bytes) -> tuple[str, str]:
    """Keep `content` under its SHA-256, once however often it comes.

    Returns the storage name and the hexadecimal SHA-256.
    """
    digest = hashlib.sha256(content).hexdigest()
    name = f"{digest[:2]}/{digest[2:4]}/{digest}"
    if not (default_storage.exists(name) and default_storage.size(name) == len(content)):
        default_storage.save(name, ContentFile(content))
    return name, digest


def _flush(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _flush_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
