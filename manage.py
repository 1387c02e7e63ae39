#!/usr/bin/env python3
"""The program's commands. An unconfigured machine gets its servers and secrets from `helpdesk.embedded` first."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

BASE_DIR = Path(__file__).resolve().parent
# These read the settings and touch no data; every other command finds PostgreSQL and Valkey ready.
WITHOUT_SERVERS = {
    "", "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages", "messages",
    "startapp", "version", "vpn_signer",
}  # fmt: skip
SIGNER = "vpn_signer"
HELP = {"-h", "--help", "--version"}


def main(arguments: list[str]) -> int:
    """Run one command; the exit code is 0, 1 for a refusal said in one line, or 128 + the signal that ended it."""
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415 - a bare Python gets a clear line
    except ImportError:
        return refuse("The program's packages are missing: start it with `uv run manage.py`.")
    from helpdesk.embedded import EmbeddedError, environment  # noqa: PLC0415 - standard library, but beside the above

    data, arguments = take_data_folder(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    command = arguments[0] if arguments else ""
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL else signal.SIG_IGN)
    try:
        if command == "up" and not HELP & set(arguments):
            from helpdesk.operations.up.launch import launch  # noqa: PLC0415

            return launch(data, arguments[1:])
        need_servers = command not in WITHOUT_SERVERS and not HELP & set(arguments)
        with environment(data, command=command, need_servers=need_servers):
            run = run_signer if command == SIGNER else execute_from_command_line
            run(["manage.py", *arguments])
    except EmbeddedError as error:
        return refuse(str(error))
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as error:  # the edge of the program: a person reads this
        if "--traceback" in arguments or os.environ.get("DEBUG", "").lower() in {"1", "true", "yes", "on"}:
            raise
        return refuse(f"{type(error).__name__}: {str(error).partition(chr(10))[0]} (--traceback shows where)")
    return 0


def run_signer(words: list[str]) -> None:
    """The process that has the issuing key loads none of the program's apps: less of ours runs beside the key, and one
    that was killed is back in a third of the time."""
    from django.apps import apps  # noqa: PLC0415 - as above

    apps.populate(())
    from vpn.management.commands.vpn_signer import Command  # noqa: PLC0415 - speaks only once the apps are settled

    Command().run_from_argv(words)


def take_data_folder(arguments: list[str]) -> tuple[Path, list[str]]:
    """The data folder (`--data`, else `HELPDESK_DATA`, else `.data/` beside this file) and the arguments without it."""
    data = os.environ.get("HELPDESK_DATA") or str(BASE_DIR / ".data")
    rest: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--data":
            data = next(remaining, data)
        elif argument.startswith("--data="):
            data = argument.partition("=")[2]
        else:
            rest.append(argument)
    return Path(data), rest


def leave(number: int, frame: FrameType | None) -> None:
    """Unwind on SIGTERM and SIGHUP as on Ctrl-C, so that servers are stopped."""
    raise SystemExit(128 + number)


def refuse(line: str) -> int:
    sys.stderr.write(f"{line}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
