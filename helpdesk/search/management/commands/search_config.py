"""Prints how the index of the search's own server is to be defined."""

from argparse import ArgumentParser
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from helpdesk.search.address import FORM, Address
from helpdesk.search.engines.sphinxql.definition import Server, configuration, statements


class Command(BaseCommand):
    help = "Print the configuration of the server that SEARCH_URL names: searchd.conf, or statements for Manticore."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--manticore", action="store_true", help="statements that make the tables in Manticore")
        parser.add_argument("--server", default="", help="HOST:PORT of one that only keeps a part of the index")
        parser.add_argument("--folder", default="/var/lib/sphinxsearch/data", help="where the server keeps its files")
        parser.add_argument("--memory", type=int, default=512, help="MiB that each index may keep in memory")

    def handle(self, **options: Any) -> None:
        address = settings.SEARCH_ADDRESS
        if address is None:
            raise CommandError(f"SEARCH_URL is empty: the search is PostgreSQL's. Set it to {FORM}.")
        if options["manticore"]:
            self.stdout.write(statements(address))
        else:
            folder, server = PurePosixPath(options["folder"]), _server(address, options["server"])
            self.stdout.write(configuration(address, folder=folder, memory_mb=options["memory"], server=server))


def _server(address: Address, name: str) -> Server | None:
    """The one of that name. Raises CommandError when SEARCH_URL writes to none such."""
    if not name:
        return None
    known = {f"{shelf.host}:{shelf.port}": (shelf.host, shelf.port) for shelf in address.shelves}
    if name not in known:
        raise CommandError(f"SEARCH_URL writes to no server “{name}”, but to {', '.join(known)}.")
    return known[name]
