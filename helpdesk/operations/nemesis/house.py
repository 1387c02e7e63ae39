"""The program under attack: `manage.py up` in a data folder of its own, with short leases."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management.base import CommandError
from django.db import connections
from environ import Env

from helpdesk.embedded import DataFolder, State
from helpdesk.operations.nemesis.ports import free_port

START_SECONDS = 180
STOP_SECONDS = 60
SHORT = {
    "SEND_UNDO_SECONDS": "0",
    "MAIL_LEASE_SECONDS": "10",
    "DELIVERY_LEASE_SECONDS": "10",
    "OUTGOING_ANSWER_SECONDS": "5",
    "OUTGOING_PER_ADDRESS_PER_HOUR": "1000000",
    "MAIL_FLOOD_PER_HOUR": "1000000",
}
SERVERS = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DATABASE_POOL")


class House:
    """Starts on entering and stops on leaving. The keys are this process's own, which the house is given; `more` is
    further environment."""

    def __init__(self, data: Path, **more: str) -> None:
        self.folder = DataFolder(data)
        self.more = more
        self.port, self.smtp_port = free_port(), free_port()
        self.output = data / "up.txt"

    def __enter__(self) -> Self:
        environment = {name: value for name, value in os.environ.items() if name not in SERVERS} | SHORT | self.more
        environment |= {"HELPDESK_DATA": str(self.folder.path), "SITE_URL": f"http://127.0.0.1:{self.port}"}
        for name in ("STATIC_ROOT", "MEDIA_ROOT"):
            environment.pop(name, None)
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "up", "--no-demo"]
        command += ["--data", str(self.folder.path), "--port", str(self.port), "--smtp-port", str(self.smtp_port)]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            self._wait_ready()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @contextmanager
    def lived_in(self) -> Iterator[None]:
        """For the time of the block this process's ORM works on the house's database. Its address is of a socket that
        stays the same when the server is started again."""
        connections.close_all()
        target = connections.settings["default"]
        before = dict(target)
        found = Env.db_url_config(self.state.environment["DATABASE_URL"])
        target |= {name: found.get(name) or "" for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        target |= {"OPTIONS": {"application_name": "nemesis", **found.get("OPTIONS", {})}, "CONN_MAX_AGE": None}
        ContentType.objects.clear_cache()
        try:
            yield
        finally:
            connections.close_all()
            target |= before
            ContentType.objects.clear_cache()

    @property
    def state(self) -> State:
        """Who runs now. Raises CommandError when the house is gone: `up` itself is never killed."""
        state = self.folder.state()
        if state is None or self.process.poll() is not None:
            raise CommandError(f"`manage.py up` ended: {self._last_words()}")
        return state

    def _wait_ready(self) -> None:
        until = time.monotonic() + START_SECONDS
        while "Ready: " not in self.output.read_text():
            if self.process.poll() is not None or time.monotonic() > until:
                raise CommandError(f"`manage.py up` did not start: {self._last_words()}")
            time.sleep(0.1)

    def _stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _last_words(self) -> str:
        lines = [line.strip() for line in self.output.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1] if lines else "it said nothing"
