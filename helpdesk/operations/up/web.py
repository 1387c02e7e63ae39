"""The web pages under gunicorn, inside a process that has the application loaded."""

import os
import socket
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from helpdesk.notifications.live.door import PATH
from helpdesk.operations.up.events import hand_over
from helpdesk.operations.up.options import Options

WORKERS = 2
THREADS = 4


class Web(BaseApplication):
    """gunicorn with our settings and nothing of its command line, environment or configuration files."""

    def __init__(self, application: Any, settings: dict[str, Any]) -> None:
        self.wanted = settings
        self.application = application
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.wanted.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.application


class HandingWorker(ThreadWorker):
    """gunicorn's threads; a request for live events leaves with its connection, and no thread waits on it.

    What the events process can't take is answered as every other request, which is 503.
    """

    handover: socket.socket

    def handle_request(self, req: Any, conn: Any) -> bool:
        if req.method != "GET" or req.path != PATH or not hand_over(self.handover, req, conn.sock):
            return bool(super().handle_request(req, conn))
        conn.sock.close()  # ours alone: the connection lives on in the other process
        conn.sock, other = socket.socketpair()  # for gunicorn to shut down
        other.close()
        return False


def serve(application: Any, options: Options, access_log: str, *, handover: socket.socket) -> None:
    """Serve until SIGTERM; requests under way have 5 s to finish. Live events are handed to who reads `handover`."""
    HandingWorker.handover = handover
    address = f"[{options.host}]:{options.port}" if ":" in options.host else f"{options.host}:{options.port}"
    settings: dict[str, Any] = {
        "bind": [address],
        "workers": WORKERS,
        "threads": THREADS,
        "worker_class": HandingWorker,
        "preload_app": True,  # the workers share what is loaded
        "timeout": 60,
        "graceful_timeout": 5,
        "accesslog": access_log,
        "access_log_format": '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms',  # no query strings: they may hold secrets
        "errorlog": "-",
        "control_socket_disable": True,  # it would be one path for every copy of the program
    }
    if os.path.isdir("/dev/shm"):  # noqa: S108 - gunicorn makes a private file there, which no disk delays
        settings["worker_tmp_dir"] = "/dev/shm"  # noqa: S108
    Web(application, settings).run()
