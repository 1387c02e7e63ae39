"""The whole program as a person starts it, `manage.py up` with its demo data, for a browser to look at."""

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from helpdesk.embedded.keys import NAMES
from helpdesk.embedded.processes import wait_until
from tests.peers.ports import free_port

ROOT = Path(__file__).parents[2]
SUPPORT = "support@helpdesk.example"
CONFIGURATION = {
    "DATABASE_URL",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "HELPDESK_DATA",
    "SITE_URL",
    "SMTP_INLET_PORT",
    *NAMES,
}
START_SECONDS = 120
DONE = "done, and no other line says so\n"
ONE_AFTER_ANOTHER = f"""
import json, sys
from django.db import close_old_connections
for line in sys.stdin:
    close_old_connections()
    exec(json.loads(line), {{}})
    print({DONE.strip()!r}, flush=True)
"""


class Program:
    """`url` has no slash at its end."""

    def __init__(self, data: Path, *, relay_port: int) -> None:
        self.data = data
        self.port, self.smtp_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = data.with_name("up.txt")
        kept = {name: value for name, value in os.environ.items() if name not in CONFIGURATION and "PYTEST" not in name}
        self.environment = {**kept, "EMAIL_URL": f"smtp://127.0.0.1:{relay_port}", "SWEEP_SECONDS": "3"}
        self.environment |= {"SEND_UNDO_SECONDS": "0"}  # letters are waited for
        self.environment |= {"OUTGOING_ALLOWED_NETWORKS": "127.0.0.0/8"}  # where the peers are
        self.environment |= {"VPN_ISSUES_PER_TEN_MINUTES": "50"}  # all by one administrator
        self._shell: subprocess.Popen[str] | None = None

    @property
    def secret(self) -> str:
        """The SECRET_KEY that it made for itself."""
        lines = (self.data / "secrets.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if not line.startswith("#"))["SECRET_KEY"]

    def start(self) -> None:
        command = [sys.executable, "manage.py", "up", "--data", str(self.data)]
        command += ["--port", str(self.port), "--smtp-port", str(self.smtp_port)]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + START_SECONDS
        while f"Ready: {self.url}/" not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < until, self.output.read_text()
            time.sleep(0.1)

    def tell(self, code: str) -> None:
        """Have the program's own shell do it: one for the whole run, for each takes seconds to start."""
        if self._shell is None:
            command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ONE_AFTER_ANOTHER]
            environment = self.environment | {"HELPDESK_DATA": str(self.data)}
            self._shell = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(f"{json.dumps(code)}\n")
        self._shell.stdin.flush()
        assert DONE in iter(self._shell.stdout.readline, ""), "The shell ended; why stands above."

    def stop(self) -> None:
        if self._shell is not None:
            self._shell.communicate()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def take(self, mail: EmailMessage) -> None:
        """Hand the mail to the program's own SMTP inlet, as the company's mail server would."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, local_hostname="shop.example", timeout=30) as smtp:
            smtp.send_message(mail, to_addrs=[SUPPORT])


@contextmanager
def another_web(program: Program, **settings: str) -> Iterator[str]:
    """The same desk with these settings, at an address of its own; cookies are of the machine and hold here too."""
    port = free_port()
    environment = program.environment | {"HELPDESK_DATA": str(program.data)} | settings
    command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    web = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: _answers(port), seconds=START_SECONDS, every=0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        web.terminate()
        web.wait()


def _answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(data: Path, *, relay_port: int) -> Iterator[Program]:
    program = Program(data, relay_port=relay_port)
    try:
        program.start()
        yield program
    finally:
        program.stop()
