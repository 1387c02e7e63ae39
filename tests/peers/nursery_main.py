"""The process that `tests.peers.nursery` has its processes forked from.

It forks a nurse, and the nurse the process, whose number and exit code it writes into the pipe that came along.
"""

import gc
import json
import os
import runpy
import signal
import socket
import sys
from importlib import import_module

from tests.peers.nursery import NUMBER

LONGEST_REQUEST = 1 << 20
# What takes long to import and reads no setting when it is imported.
PACKAGES = (
    "aiosmtpd.smtp", "argon2", "asyncio", "authheaders", "celery", "celery.app.amqp", "celery.app.task",
    "celery.fixups.django", "charset_normalizer", "cryptography.fernet", "csp.constants", "dkim",
    "django.contrib.admin.options", "django.contrib.postgres.fields", "django.contrib.staticfiles.storage",
    "django.core.handlers.wsgi", "django.core.management", "django.db.backends.postgresql.base",
    "django.db.migrations.executor", "django.forms", "django.template.loader", "django.views.generic", "dns.resolver",
    "environ", "imapclient", "inscriptis", "kombu.transport.redis", "lxml.html", "markdown_it", "nh3", "openpyxl",
    "psycopg", "psycopg_pool", "pydantic.main", "pydantic._internal._generate_schema", "redis", "redis.asyncio",
    "structlog", "tnefparse", "typst", "whitenoise",
)  # fmt: skip


def serve(door: socket.socket) -> None:
    """Until the other end is closed. Returns in the processes as well: they end as any Python does."""
    while True:
        request, descriptors, _, _ = socket.recv_fds(door, LONGEST_REQUEST, 2)
        if not request:
            return
        if os.fork() == 0:
            door.close()
            nurse(*json.loads(request), *descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)


def nurse(arguments: list[str], environment: dict[str, str], log: int, news: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.close(news)
        become(arguments, environment, log)
        return
    os.write(news, NUMBER.pack(pid))
    _, status = os.waitpid(pid, 0)
    os.write(news, NUMBER.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def become(arguments: list[str], environment: dict[str, str], log: int) -> None:
    """What `python ARGUMENTS` is."""
    for standard in (1, 2):
        os.dup2(log, standard)
    os.close(log)
    os.environ.clear()
    os.environ.update(environment)
    if arguments[0] == "-c":
        sys.argv = ["-c", *arguments[2:]]
        exec(compile(arguments[1], "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    for package in PACKAGES:
        import_module(package)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for nurses
    with socket.socket(fileno=int(sys.argv[1])) as door:
        serve(door)
