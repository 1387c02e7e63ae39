"""The processes of the program on one machine, each a function to be called in a fork of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.management import call_command, get_commands

from helpdesk.embedded import DataFolder
from helpdesk.operations.up.events import Handover, take_over
from helpdesk.operations.up.options import Options
from helpdesk.operations.up.signing import is_ours, sign
from helpdesk.operations.up.web import serve
from helpdesk.operations.up.workers import beat, work

MAIL_COMMANDS = {"smtp_inlet", "fetch_mail"}


@dataclass(frozen=True, kw_only=True)
class Child:
    """`run` returns or raises `SystemExit` when the process is done; `rank` orders the stop, lowest first."""

    name: str
    run: Callable[[], object]
    rank: int
    grace: float = 10.0  # seconds between SIGTERM and SIGKILL


def children_for(application: Any, options: Options, folder: DataFolder, handover: Handover) -> list[Child]:
    """Web, workers, beat, the mail processes that are installed, and the signer of VPN keys.

    Doors close before workers do, so that the last mail and the last click are still worked on, and the signer, whom
    both ask, is the last. Mail is worked one by
    one, the processor being the limit; sending and syncing wait for other machines, so they have threads.
    """
    access_log = str(folder.log_path("access"))
    children = [
        Child(name="web", run=lambda: serve(application, options, access_log, handover=handover.web), rank=0),
        Child(name="events", run=lambda: take_over(handover.events), rank=0, grace=5),
        Child(name="beat", run=beat, rank=0, grace=5),
        Child(name="worker-mail", run=lambda: work("mail", queues=["mail"], threads=0), rank=1),
        Child(name="worker-notify", run=lambda: work("notify", queues=["notify"], threads=4), rank=1),
        Child(name="worker-default", run=lambda: work("default", queues=["default", "sync"], threads=2), rank=1),
    ]
    if "smtp_inlet" in get_commands():
        inlet = Child(name="smtp", run=lambda: call_command("smtp_inlet", port=options.smtp_port), rank=0)
        children.append(inlet)
    if "fetch_mail" in get_commands():
        children.append(Child(name="fetch", run=lambda: call_command("fetch_mail"), rank=0))
    if is_ours():
        children.append(Child(name="signer", run=lambda: sign(folder), rank=2))
    return children
