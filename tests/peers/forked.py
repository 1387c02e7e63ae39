"""Functions of the program run in processes of their own, forked from a server that has Django loaded already."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.peers.forked_main"])


def run(path: str, *, crash_at: str = "", application_name: str = "", seconds: float = 60, **overrides: object) -> int:
    """Call the function at `path` in a new process on the test's database; returns its exit code (-9: killed).

    `overrides` are settings; `crash_at` is the step at which it kills itself.
    """
    name = connection.settings_dict["NAME"]
    process = _forks.Process(target=_work, args=(path, name, crash_at, application_name, overrides))
    process.start()
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
        raise AssertionError(f"{path} did not end within {seconds} s")
    code = process.exitcode
    process.close()
    assert code is not None
    return code


@contextmanager
def running(path: str, **overrides: object) -> Iterator[None]:
    """Have the function at `path` run in a new process on the test's database, and told to stop at the end."""
    process = _forks.Process(target=_work, args=(path, connection.settings_dict["NAME"], "", "", overrides))
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join(10)
        process.kill()
        process.join()
        process.close()


def _work(path: str, database: str, crash_at: str, application_name: str, overrides: dict[str, object]) -> None:
    os.environ["CRASH_AT"] = crash_at
    connection.settings_dict["NAME"] = database
    if application_name:
        connection.settings_dict["OPTIONS"]["application_name"] = application_name
    for setting, value in overrides.items():
        setattr(settings, setting, value)
    import_string(path)()
    connection.close()
