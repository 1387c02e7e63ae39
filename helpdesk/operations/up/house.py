"""The steps between running servers and a running program, in the process that everything is forked from."""

import gc
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.cache import caches
from django.core.management import get_commands, load_command_class
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.template import engines
from django.urls import get_resolver

from helpdesk.celery import app as celery_app
from helpdesk.embedded import DataFolder, Servers, State
from helpdesk.operations import traffic
from helpdesk.operations.up import steps
from helpdesk.operations.up.children import MAIL_COMMANDS, children_for
from helpdesk.operations.up.console import say, step
from helpdesk.operations.up.events import Handover
from helpdesk.operations.up.options import Options
from helpdesk.operations.up.readiness import wait_until_answering
from helpdesk.operations.up.signing import found, is_ours
from helpdesk.operations.up.supervisor import Supervisor


def open_house(*, folder: DataFolder, servers: Servers, state: State, options: Options) -> int:
    """Bring everything up to date, start the processes, watch them until a signal; the exit code."""
    with step("Database") as notes:
        notes.append(steps.migrate(folder))
    with step("Static files") as notes:
        notes.append(steps.collect_static(folder))
    if is_ours():
        with step("VPN authority") as notes:
            notes.append(found(folder))
    if options.demo and steps.wants_demo():
        with step("Demo data"):
            steps.load_demo(folder)
    state.environment, state.processes, state.ready = servers.environment, servers.processes, True
    folder.write_state(state)
    supervisor = Supervisor(folder=folder, servers=servers, state=state)
    try:
        with step("Processes") as notes:
            application = preload()
            supervisor.start(children_for(application, options, folder, Handover.made()))
            notes.append(", ".join(supervisor.names))
        with step("Web"):
            wait_until_answering(options, supervisor)
        greet(folder, options)
        return supervisor.watch()
    finally:
        supervisor.stop()
        traffic.remove()


def preload() -> Any:
    """Import what the children need, so that they share it, and leave nothing open that mustn't be shared."""
    application = get_wsgi_application()
    get_resolver().url_patterns  # noqa: B018 - imports every view
    engines.all()
    celery_app.loader.import_default_modules()
    celery_app.finalize()
    for name in (MAIL_COMMANDS | {"vpn_signer"}) & get_commands().keys():
        load_command_class(get_commands()[name], name)
    traffic.forget()
    connections.close_all()
    caches.close_all()
    gc.collect()
    gc.freeze()  # the collector would touch, and so copy, every shared page
    return application


def greet(folder: DataFolder, options: Options) -> None:
    """The line that says it's done, where mail is taken, and with demo data who can sign in
    (`helpdesk.operations.demo.sign_ins`, lines)."""
    say(f"Ready: {options.url}")
    say(f"  Mail is taken by SMTP at 127.0.0.1:{options.smtp_port}")
    if steps.has_demo(folder) and find_spec("helpdesk.operations.demo"):
        for line in import_module("helpdesk.operations.demo").sign_ins():
            say(f"  {line}")
