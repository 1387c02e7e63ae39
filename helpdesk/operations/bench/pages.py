"""How long the desk's list, a ticket of twenty messages and a reply take under gunicorn's two workers."""

import gc
import gzip
import os
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, models
from django.middleware.csrf import _get_new_csrf_string

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.operations.bench.figures import children_of, machine, pss_mib, spread
from helpdesk.operations.bench.load import Client, drive
from helpdesk.operations.bench.scratch import scratch_database
from helpdesk.operations.seeding import synthetic
from helpdesk.operations.seeding.loading import load
from tickets.models import Message, Ticket

LIST = "/desk/tickets/"
SERVER = "import django; django.setup(); from helpdesk.operations.bench.pages import serve; serve({port})"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--messages", type=int, default=100_000, help="how many messages to seed")
    parser.add_argument("--requests", type=int, default=400, help="requests a measure")
    parser.add_argument("--keep", action="store_true", help="keep the seeded database for the next run")


def run(options: dict[str, Any]) -> dict[str, Any]:
    """Seed, serve, measure: each page with one client and with eight."""
    with scratch_database(keep=options["keep"]) as url:
        if not Message.objects.exists():
            load(synthetic.tickets(messages=options["messages"], seed=7), progress=lambda loaded: None)
        agent, _ = User.objects.get_or_create(
            email="bench@helpdesk.example", defaults={"name": "Bench", "role": Role.AGENT}
        )
        pages = {"list": ("GET", [LIST]), "ticket": ("GET", _long_tickets()), "reply": ("POST", _reply_paths())}
        with _server(url) as (port, process):
            clients = [_client(agent, port) for _ in range(8)]
            figures = {name: _measure(clients, options["requests"], *page) for name, page in pages.items()}
            memory = pss_mib(children_of(process.pid))
        return {
            "benchmark": "pages",
            "machine": machine(),
            "tickets": Ticket.objects.count(),
            "messages": Message.objects.count(),
            **figures,
            "application_pss_mib": memory,
        }


def serve(port: int) -> None:
    """What `up` serves: two workers with four threads, the application loaded before they fork."""
    from helpdesk.operations.up.web import Web  # noqa: PLC0415 - only the server process needs gunicorn
    from helpdesk.wsgi import application  # noqa: PLC0415 - likewise

    gc.collect()
    gc.freeze()  # as `up` does: the collector would touch, and so copy, every shared page
    quiet = {"bind": [f"127.0.0.1:{port}"], "workers": 2, "threads": 4, "worker_class": "gthread", "preload_app": True}
    Web(application, {**quiet, "control_socket_disable": True, "loglevel": "warning"}).run()


def _measure(clients: list[Client], requests: int, method: str, paths: list[str]) -> dict[str, Any]:
    drive(clients, requests=64, method=method, paths=paths)
    alone = drive(clients[:1], requests=requests, method=method, paths=paths)
    crowd = drive(clients, requests=requests, method=method, paths=paths)
    figures: dict[str, Any] = {"one_client": spread(alone.seconds), "eight_clients": spread(crowd.seconds)}
    figures["failed"] = alone.failed + crowd.failed
    if method == "GET":
        _, content, _ = clients[0].get(paths[0])
        figures |= {"html_kib": round(len(content) / 1024, 1), "gzip_kib": round(len(gzip.compress(content)) / 1024, 1)}
    return figures


def _long_tickets() -> list[str]:
    counted = Ticket.objects.annotate(size=models.Count("messages")).filter(size=20).order_by("-pk")[:100]
    return [f"/desk/tickets/{number}/" for number in counted.values_list("number", flat=True)]


def _reply_paths() -> list[str]:
    numbers = Ticket.objects.unfinished().order_by("-pk").values_list("number", flat=True)[:200]
    return [f"/desk/tickets/{number}/replies/" for number in numbers]


def _client(agent: User, port: int) -> Client:
    session = SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.create()
    return Client("127.0.0.1", port, str(session.session_key), _get_new_csrf_string())


@contextmanager
def _server(database_url: str) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    connection.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as static:
        environment = {**os.environ, "DATABASE_URL": database_url, "STATIC_ROOT": static, "LOG_LEVEL": "WARNING"}
        environment |= {"SITE_URL": f"http://127.0.0.1:{port}"}
        settings.STATIC_ROOT = static
        call_command("collectstatic", verbosity=0, interactive=False)
        process = subprocess.Popen([sys.executable, "-c", SERVER.format(port=port)], env=environment)
        try:
            _wait(port)
            yield port, process
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int) -> None:
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError("The web server did not start.")
