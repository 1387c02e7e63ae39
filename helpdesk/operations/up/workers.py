"""Celery's worker and beat, inside a process that has the tasks loaded."""

import sys

from celery.utils.nodenames import host_format

from helpdesk.celery import app


def node_name(name: str) -> str:
    """Which worker on which machine, as `celery worker --hostname=NAME@%h` says. A worker that is made by hand does not
    look what the letters stand for."""
    return str(host_format(f"{name}@%h"))


def work(name: str, *, queues: list[str], threads: int) -> None:
    """Work on these queues until SIGTERM: task by task, or with so many threads.

    Nothing of ours watches other workers, so they don't greet each other, which also makes the start quick.
    """
    worker = app.Worker(
        hostname=node_name(name),
        queues=queues,
        pool="threads" if threads else "solo",
        concurrency=threads or 1,
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    worker.start()
    sys.exit(worker.exitcode)


def beat() -> None:
    """Ring the scheduled tasks until SIGTERM."""
    app.Beat(loglevel="WARNING", quiet=True, redirect_stdouts=False).run()
