"""Files by what they hold: one for the same content, whole on the disk before its name is known."""

import hashlib
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from helpdesk.core import storage
from helpdesk.core.storage import store_content

CONTENT = b"The basket is empty.\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(settings, tmp_path):
    default = settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": default}
    return tmp_path


def files_in(folder: Path):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_content_is_kept_under_its_digest(store):
    name, digest = store_content(CONTENT)

    assert (name, digest) == (f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}", DIGEST)
    assert (store / name).read_bytes() == CONTENT


def test_content_when_it_comes_again_then_is_one_file_that_is_not_written_again(store):
    name, _ = store_content(CONTENT)
    first = (store / name).stat()

    assert store_content(CONTENT) == (name, DIGEST)
    again = (store / name).stat()
    assert (again.st_ino, again.st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    assert files_in(store) == [name]


@pytest.mark.parametrize("damaged", [b"", CONTENT[:7], CONTENT + b"more"])
def test_content_when_its_file_was_cut_or_grew_then_is_written_anew(store, damaged):
    name, _ = store_content(CONTENT)
    (store / name).write_bytes(damaged)

    store_content(CONTENT)

    assert (store / name).read_bytes() == CONTENT


def test_nothing_at_all_is_content_too(store):
    name, _ = store_content(b"")

    assert (store / name).read_bytes() == b""


def test_files_are_for_the_program_and_its_group_alone(store):
    name, _ = store_content(CONTENT)

    modes = [stat.S_IMODE(path.stat().st_mode) for path in ((store / name), (store / name).parent)]
    assert modes == [0o640, 0o750]


def test_content_when_the_disk_is_full_then_no_name_is_handed_out_and_nothing_stands_under_it(store, monkeypatch):
    def full(stream):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)

    with pytest.raises(OSError, match="No space"):
        store_content(CONTENT)

    assert files_in(store) == []


def test_content_when_two_threads_bring_it_at_once_then_both_have_its_name_and_there_is_one_file(store):
    together = Barrier(2)

    def bring(_turn):
        together.wait()
        return store_content(CONTENT * 50_000)

    with ThreadPoolExecutor(2) as threads:
        names = {name for turn in range(10) for name, _ in threads.map(bring, [turn] * 2)}

    assert files_in(store) == sorted(names)
