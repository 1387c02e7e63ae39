"""What `manage.py up` can be told."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Options:
    """Where to listen and whether an empty database gets the demo data."""

    host: str = "127.0.0.1"
    port: int = 8000
    smtp_port: int = 2525
    demo: bool = True

    @classmethod
    def of(cls, found: Namespace) -> Self:
        return cls(host=found.host, port=found.port, smtp_port=found.smtp_port, demo=found.demo)

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the program."""
        host = "127.0.0.1" if self.host in {"", "0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"


def add_arguments(parser: ArgumentParser) -> None:
    """The same arguments for the launcher and for Django's `--help`."""
    parser.add_argument("--port", type=int, default=Options.port, help="port of the web pages (default %(default)s)")
    parser.add_argument(
        "--smtp-port", type=int, default=Options.smtp_port, help="port that takes mail (default %(default)s)"
    )
    parser.add_argument(
        "--host", default=Options.host, help="address of the web pages (default %(default)s: this machine alone)"
    )
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="leave an empty database empty")
