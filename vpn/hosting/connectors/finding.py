"""Which connectors there are: the folders beside this file."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.hosting.connectors.base import Connector


@cache
def connectors() -> dict[str, Connector]:
    """By their names, which are those of the folders."""
    names = sorted(each.name for each in pkgutil.iter_modules([str(Path(__file__).parent)]) if each.ispkg)
    return {name: importlib.import_module(f"vpn.hosting.connectors.{name}.connector").CONNECTOR for name in names}


def connector_of(name: str) -> Connector:
    """Raises Refused where there is none of that name."""
    found = connectors().get(name)
    if found is None:
        raise Refused(_("There is no connector of that kind."))
    return found
