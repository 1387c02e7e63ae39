"""From the command line to running servers and a loaded Django. Nothing of Django is imported at the top."""

import os
import signal
import socket
import threading
from argparse import ArgumentParser
from pathlib import Path

from helpdesk.embedded import DataFolder, EmbeddedError, Servers, State, load_keys
from helpdesk.embedded.servers import missing_servers
from helpdesk.operations.up.console import say, step
from helpdesk.operations.up.options import Options, add_arguments


def launch(data: Path, arguments: list[str]) -> int:
    """Run the program until it's told to stop; the exit code.

    Raises `EmbeddedError` with one line: the folder runs already, a port is taken, a server doesn't start.
    """
    parser = ArgumentParser(prog="manage.py up", allow_abbrev=False)
    parser.add_argument("--traceback", action="store_true", help="show where an error came from")
    add_arguments(parser)
    return run(data, Options.of(parser.parse_args(arguments)))


def run(data: Path, options: Options) -> int:
    """As `launch`. A shell that starts us in the background has SIGINT ignored; we take it all the same."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = DataFolder(data)
    folder.take()
    try:
        require_free(options.host, options.port, "--port")
        require_free("127.0.0.1", options.smtp_port, "--smtp-port")
        say(f"Helpdesk in {folder.path}")
        servers = Servers(folder, **missing_servers())
        state = State.of_this_process("up")
        state.runtime, state.url = str(servers.runtime or ""), options.url
        try:
            folder.write_state(state)
            fill_environment(folder, servers, options)
            start(servers)
            from helpdesk.operations.up.house import open_house  # noqa: PLC0415 - reads the settings just completed

            return open_house(folder=folder, servers=servers, state=state, options=options)
        finally:
            servers.stop()
    finally:
        folder.release()


def require_free(host: str, port: int, option: str) -> None:
    """Raise `EmbeddedError` unless we could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise EmbeddedError(
                f"Port {port} on {host} can't be used ({reason}); choose another with {option}."
            ) from error


def fill_environment(folder: DataFolder, servers: Servers, options: Options) -> None:
    """What the settings will read; whatever is set already stays."""
    if load_keys(folder.path) and not servers.postgres:
        say(f"  New SECRET_KEY and FIELD_ENCRYPTION_KEYS are in {folder.path}/secrets.env: keep it with your backups.")
    os.environ |= servers.environment
    os.environ["HELPDESK_DATA"] = str(folder.path)
    os.environ["SMTP_INLET_PORT"] = str(options.smtp_port)
    os.environ.setdefault("SITE_URL", options.url.rstrip("/"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    os.environ.setdefault("C_FORCE_ROOT", "1")  # Celery's warning to root is about pickles, and we take JSON alone


def start(servers: Servers) -> None:
    """Start the servers while Django is being imported, which takes longer."""
    problems: list[EmbeddedError] = []

    def prepare() -> None:
        try:
            servers.prepare()
        except EmbeddedError as error:
            problems.append(error)

    with step("Program") as notes:
        making = threading.Thread(target=prepare)
        making.start()
        import django  # noqa: PLC0415 - waits for the environment

        django.setup()
        making.join()
        if problems:
            raise problems[0]
        servers.spawn()  # by this thread: it's the one that lives as long as they
        notes.append(f"Django {django.get_version()}")
    if servers.runtime:
        with step("PostgreSQL 18 and Valkey" if servers.postgres and servers.valkey else "Own server"):
            servers.wait_ready()
